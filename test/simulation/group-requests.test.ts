/** Strangers who ask into a group: it waits in Requests with them, and nobody is in anything before they consent. */
import { afterEach, expect, test } from "vitest";
import { everybodyHas, membersOf } from "../support/sim-group.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

/** Sam, whom bob does not know, asks bob for contact and into a group. */
async function cast(seed: string) {
  world = await SimWorld.create({ seed, relays: 2 });
  const sam = await world.addPerson("sam", { handle: "sam_h" });
  const bob = await world.addPerson("bob", { handle: "bob_h" });
  await world.until(async () => (await sam.call("directory.lookup", { handle: "bob_h" })).candidates.length > 0);
  const { account: bobsAccount } = await sam.call("contact.add", { who: "@bob_h", text: "hello" });
  const { group } = await sam.call("group.create", { name: "Your bank", who: [bobsAccount] });
  await world.until(async () => (await requestOf(bob))?.groups === 1);
  return { sam, bob, group, samsAccount: (await requestOf(bob))?.contact.account ?? "" };
}

const requestOf = async (bob: SimPerson) => (await bob.call("request.list", {}))[0];

test("an invitation of a stranger is part of their request, and a group once they are accepted", async () => {
  const { sam, bob, group, samsAccount } = await cast("accepted");
  expect(await bob.call("group.list", {})).toEqual([]);
  await expect(bob.call("group.join", { group })).rejects.toMatchObject({ code: "GROUP_UNKNOWN" });
  expect((await requestOf(bob))?.messages.map(({ text }) => text)).toEqual(["hello"]);
  expect(JSON.stringify(bob.events)).not.toContain("Your bank");
  await bob.call("request.accept", { who: samsAccount });
  expect(await bob.call("group.list", {})).toMatchObject([{ group, standing: "invited" }]);
  expect(await membersOf(sam, group)).toHaveLength(1);
  await bob.call("group.join", { group });
  await world.until(async () => (await membersOf(sam, group)).length === 2);
  await sam.call("group.send", { group, text: "welcome" });
  await everybodyHas(world, [bob], group, ["welcome"]);
});

test("an invitation goes with the request that is deleted", async () => {
  const { bob, samsAccount } = await cast("deleted");
  await bob.call("request.delete", { who: samsAccount });
  expect(await bob.call("group.list", {})).toEqual([]);
  bob.crash();
  await world.settle(bob.restart());
  await world.advance(60_000);
  expect(await bob.call("group.list", {})).toEqual([]);
  expect(await bob.call("request.list", {})).toEqual([]);
});

test("who is blocked asks into nothing, then or later", async () => {
  const { sam, bob, group, samsAccount } = await cast("blocked");
  await bob.call("contact.block", { who: samsAccount });
  await sam.call("group.rename", { group, name: "Your other bank" });
  const { group: next } = await sam.call("group.create", { name: "One more", who: ["@bob_h"] });
  await world.advance(3_700_000);
  expect(next).not.toBe(group);
  expect(await bob.call("group.list", {})).toEqual([]);
  await bob.call("contact.unblock", { who: samsAccount });
  expect(await bob.call("group.list", {})).toEqual([]);
});

test("a stranger asks into no more than two groups", async () => {
  const { sam, bob } = await cast("many");
  for (let i = 0; i < 4; i++) await sam.call("group.create", { name: `group ${i}`, who: ["@bob_h"] });
  await world.until(async () => (await requestOf(bob))?.groups === 2);
  await world.advance(60_000);
  expect((await requestOf(bob))?.groups).toBe(2);
});
