/** Read receipts: mutual, and off when either side wants them off; delivery is told in any case. */
import type { Message } from "@kith/client";
import { afterEach, expect, test } from "vitest";
import type { SimPerson } from "../support/sim-person.ts";
import { SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

async function friends() {
  world = await SimWorld.create({ seed: "receipts", relays: 1 });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob");
  const { guest, host } = await world.befriend(ann, bob);
  return { ann, bob, toBob: guest, toAnn: host };
}

/** Sends a text, lets the other side read it, and gives everything time to come back. */
async function sendAndRead(from: SimPerson, to: string, reader: SimPerson, sender: string): Promise<Message> {
  const { id } = await from.call("message.send", { who: to, text: "hello" });
  await world.until(async () => (await reader.call("message.list", { who: sender })).some((each) => each.id === id));
  await reader.call("message.markRead", { who: sender });
  await world.advance(120_000);
  const found = (await from.call("message.list", { who: to })).find((each) => each.id === id);
  if (found === undefined) throw new Error("no such message");
  return found;
}

test("who turned them off tells nobody and is told nothing; on again, both are told", async () => {
  const { ann, bob, toBob, toAnn } = await friends();
  expect((await sendAndRead(ann, toBob, bob, toAnn)).state).toBe("read");
  expect(await bob.call("account.setReadReceipts", { isOn: false })).toMatchObject({ hasReadReceipts: false });
  expect((await sendAndRead(ann, toBob, bob, toAnn)).state).toBe("delivered");
  expect((await sendAndRead(bob, toAnn, ann, toBob)).state).toBe("delivered");
  await bob.call("account.setReadReceipts", { isOn: true });
  expect((await sendAndRead(ann, toBob, bob, toAnn)).state).toBe("read");
  expect((await sendAndRead(bob, toAnn, ann, toBob)).state).toBe("read");
});

test("the choice outlives a restart", async () => {
  const { ann, bob, toBob, toAnn } = await friends();
  await bob.call("account.setReadReceipts", { isOn: false });
  bob.crash();
  await world.settle(bob.restart());
  expect(await bob.call("account.status", {})).toMatchObject({ hasReadReceipts: false });
  expect((await sendAndRead(ann, toBob, bob, toAnn)).state).toBe("delivered");
});
