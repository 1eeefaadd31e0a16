/** A contact whose chain was replaced: nothing is sent until the person decides. */
import { afterEach, expect, test } from "vitest";
import { cryptoSuite } from "../../packages/client/src/index.ts";
import { People } from "../../packages/client/src/people/people.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { findContact, SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

/** Leaves in the person's stopped store what a fetch of another branch of the contact's chain leaves there. */
async function noteReplacedChain(person: SimPerson): Promise<void> {
  const { store, state } = await person.openParts();
  const people = new People(store, cryptoSuite, state);
  await people.load();
  const changes = people
    .contacts()
    .map((row) => people.setContact({ ...row, trust: [...row.trust, { type: "chain-replaced", atMs: 1 }] }));
  await store.commit(changes);
}

test("a contact whose chain was replaced gets nothing before the two people compared again", async () => {
  world = await SimWorld.create({ seed: "trust", relays: 1 });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob");
  const { guest } = await world.befriend(ann, bob);
  await ann.stop();
  ann.disk.reopen();
  await world.settle(noteReplacedChain(ann));
  await world.settle(ann.restart());
  expect((await findContact(ann, guest))?.trust).toBe("CHANGED");
  await expect(ann.call("message.send", { who: guest, text: "x" })).rejects.toMatchObject({ code: "TRUST_CHANGED" });
  expect(await ann.call("message.list", { who: guest })).toEqual([]);
  expect((await ann.call("contact.verify", { who: guest, isVerified: true })).trust).toBe("VERIFIED");
  await ann.call("message.send", { who: guest, text: "y" });
  await world.until(async () => (await ann.call("message.list", { who: guest }))[0]?.state === "delivered");
});

test("whoever takes another handle, or gives it up, stays the same person and is shown with the one of before", async () => {
  world = await SimWorld.create({ seed: "rename", relays: 1 });
  const ann = await world.addPerson("ann", { handle: "ann_h" });
  const bob = await world.addPerson("bob");
  const { host } = await world.befriend(ann, bob);
  await world.until(async () => (await findContact(bob, host))?.handle === "ann_h");
  await ann.call("account.claimHandle", { handle: "ann_new" });
  await ann.call("message.send", { who: (await ann.call("contact.list", {}))[0]?.account ?? "", text: "renamed" });
  await world.until(async () => (await findContact(bob, host))?.handle === "ann_new");
  expect(await findContact(bob, host)).toMatchObject({ formerHandle: "ann_h" });
  expect((await ann.call("account.releaseHandle", {})).handle).toBeUndefined();
  await expect(ann.call("account.releaseHandle", {})).rejects.toMatchObject({ code: "HANDLE_NONE" });
  await world.advance(120_000);
  await ann.call("message.send", { who: (await ann.call("contact.list", {}))[0]?.account ?? "", text: "released" });
  await world.until(async () => (await findContact(bob, host))?.handle === undefined);
  expect(await findContact(bob, host)).toMatchObject({ formerHandle: "ann_new", trust: "INTRODUCED" });
});
