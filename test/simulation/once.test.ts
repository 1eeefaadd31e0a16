/** Messages to be seen once: over relays, with devices away and crashes in the middle, each is given out at most once. */
import { afterEach, expect, test } from "vitest";
import type { SimPerson } from "../support/sim-person.ts";
import { SimWorld } from "../support/sim-world.ts";

const DAY_MS = 24 * 3600 * 1000;

let world: SimWorld;

afterEach(() => world.stop());

async function people(seed: string) {
  world = await SimWorld.create({ seed, relays: 2 });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob");
  return { ann, bob, ...(await world.befriend(ann, bob)) };
}

const onceOf = async (of: SimPerson, who: string, id: string) =>
  (await of.call("message.list", { who })).find((each) => each.id === id)?.once?.state;

test("a crash while one is opened gives it out at most once, and loses nothing that waits beside it", async () => {
  for (let cutMs = 0; cutMs < 12; cutMs += 1) {
    const { ann, bob, guest, host } = await people(`once-crash-${cutMs}`);
    const send = (text: string) => ann.call("message.send", { who: guest, text, isOnce: true });
    const [{ id }, { id: other }] = [await send("first"), await send("second")];
    await world.until(async () => (await onceOf(bob, host, other)) === "unopened");
    const given: (string | undefined)[] = [];
    void bob.call("message.open", { who: host, id }).then(
      ({ text }) => given.push(text),
      () => undefined,
    );
    await world.advance(cutMs);
    bob.crash();
    await world.settle(bob.restart());
    const state = await onceOf(bob, host, id);
    if (given.length > 0) expect(state).toBe("opened");
    if (state === "opened") {
      await expect(bob.call("message.open", { who: host, id })).rejects.toMatchObject({ code: "MESSAGE_OPENED" });
    } else expect((await bob.call("message.open", { who: host, id })).text).toBe("first");
    expect((await bob.call("message.open", { who: host, id: other })).text).toBe("second");
    await world.stop();
  }
});

test("one waits for a reader who is away, tells its sender when it is opened, and ends after thirty days unopened", async () => {
  const { ann, bob, guest, host } = await people("once-away");
  bob.crash();
  const { id } = await ann.call("message.send", { who: guest, text: "read me", isOnce: true });
  const { id: left } = await ann.call("message.send", { who: guest, text: "never read", isOnce: true });
  await world.advance(DAY_MS);
  await world.settle(bob.restart());
  await world.until(async () => (await onceOf(bob, host, left)) === "unopened");
  await bob.call("message.markRead", { who: host });
  const stateOf = async () => (await ann.call("message.list", { who: guest })).find((each) => each.id === id)?.state;
  await world.until(async () => (await stateOf()) === "delivered");
  await world.advance(3600 * 1000);
  expect(await stateOf()).toBe("delivered");
  expect((await bob.call("message.open", { who: host, id })).text).toBe("read me");
  await world.until(async () => (await stateOf()) === "read");
  await world.advance(31 * DAY_MS);
  expect(await onceOf(bob, host, left)).toBeUndefined();
  expect(await onceOf(bob, host, id)).toBe("opened");
});

test("a stranger cannot send one, and it is no message to somebody who has not answered", async () => {
  world = await SimWorld.create({ seed: "once-stranger", relays: 1 });
  const ann = await world.addPerson("ann", { handle: "ann" });
  await world.addPerson("bob", { handle: "bob" });
  await world.advance(60_000);
  const { account } = await ann.call("contact.add", { who: "@bob" });
  await expect(ann.call("message.send", { who: account, text: "psst", isOnce: true })).rejects.toMatchObject({
    code: "NOT_ACCEPTED",
  });
});
