/** Groups of people with several devices: every device has the group, and one that is taken out reads nothing more. */
import { afterEach, expect, test } from "vitest";
import { everybodyHas, groupTexts, invitedTo, membersOf, messageOf, saidTo, togetherIn } from "../support/sim-group.ts";
import { link, newDevice } from "../support/sim-link.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { findContact, SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

/** Ann, bob and eve in a group, where bob and eve are strangers to each other; bob with a second device. */
async function cast(seed: string) {
  world = await SimWorld.create({ seed, relays: 2 });
  const { people, accounts, group } = await togetherIn(world, ["ann", "bob", "eve"]);
  const [ann, bob, eve] = people as [SimPerson, SimPerson, SimPerson];
  await bob.call("group.send", { group, text: "before" });
  await everybodyHas(world, people, group, ["before"]);
  const tab = await newDevice(world, "tab");
  await link(world, bob, tab);
  await world.until(async () => (await tab.call("group.list", {}))[0]?.standing === "joined");
  return { ann, bob, eve, tab, group, bobsAccount: accounts[0] as string };
}

test("a device that is linked gets the groups, and every device of all members has what is said", async () => {
  const { ann, bob, eve, tab, group } = await cast("linked");
  expect(await membersOf(tab, group)).toHaveLength(3);
  await ann.call("group.send", { group, text: "from ann" });
  await eve.call("group.send", { group, text: "from eve" });
  await bob.call("group.send", { group, text: "from bob" });
  await tab.call("group.send", { group, text: "from the tab" });
  await everybodyHas(world, [ann, bob, eve, tab], group, ["from ann", "from eve", "from bob", "from the tab"]);
  const shown = (await bob.call("group.messages", { group })).find(({ text }) => text === "from the tab");
  expect(shown).toMatchObject({ author: { isOwn: true } });
  expect((await tab.call("group.get", { group })).name).toBe("Garden");
});

test("how far a message got counts people, not the devices of whoever sent it", async () => {
  const { ann, bob, tab, group } = await cast("deliveries");
  tab.crash();
  const { id } = await bob.call("group.send", { group, text: "hello" });
  const now = async () => (await bob.call("group.messages", { group })).find((each) => each.id === id);
  await world.until(async () => (await now())?.state === "delivered");
  expect((await now())?.deliveries).toHaveLength(2);
  await everybodyHas(world, [ann], group, ["hello"]);
  await world.settle(tab.restart());
  await everybodyHas(world, [tab], group, ["hello"]);
});

test("each device shows how far a message got that another one sent, member by member, over a restart", async () => {
  const { ann, bob, eve, tab, group } = await cast("reached");
  await tab.call("group.send", { group, text: "hello" });
  await everybodyHas(world, [ann, bob, eve], group, ["hello"]);
  await eve.call("group.send", { group, text: "hello, tab" });
  await everybodyHas(world, [tab, bob], group, ["hello, tab"]);
  eve.crash();
  const { id } = await tab.call("group.send", { group, text: "from the tab" });
  const statesOn = async (device: SimPerson) => {
    const shown = await messageOf(device, group, id);
    return { state: shown?.state, members: shown?.deliveries?.map(({ state }) => state).sort() };
  };
  const both = async (state: string, members: readonly string[]): Promise<void> => {
    for (const device of [tab, bob]) {
      await world.until(async () => {
        const now = await statesOn(device);
        return now.state === state && now.members?.join() === members.join();
      });
    }
  };
  await both("sent", ["delivered", "sent"]);
  await ann.call("group.markRead", { group });
  await both("sent", ["read", "sent"]);
  bob.crash();
  await world.settle(eve.restart());
  await world.until(async () => (await messageOf(eve, group, id)) !== undefined);
  await world.settle(bob.restart());
  await both("delivered", ["delivered", "read"]);
  await eve.call("group.markRead", { group });
  await both("read", ["read", "read"]);
  bob.crash();
  await world.settle(bob.restart());
  expect(await statesOn(bob)).toEqual({ state: "read", members: ["read", "read"] });
  const names = async (device: SimPerson) =>
    (await messageOf(device, group, id))?.deliveries?.map(({ person }) => person.account).sort();
  expect(await names(bob)).toEqual(await names(tab));
});

test("what is said at once is told together, and a device that was away has all of it when it comes back", async () => {
  const { ann, bob, eve, tab, group } = await cast("reached-many");
  bob.crash();
  const texts = Array.from({ length: 60 }, (_, at) => `line ${at}`);
  await Promise.all(texts.map((text) => tab.call("group.send", { group, text })));
  await everybodyHas(world, [ann, eve], group, texts);
  const states = async (device: SimPerson) =>
    (await saidTo(device, group)).filter(({ text }) => texts.includes(text)).map(({ state }) => state);
  await world.until(async () => (await states(tab)).every((state) => state === "delivered"));
  await world.settle(bob.restart());
  await everybodyHas(world, [bob], group, texts);
  await world.until(async () => (await states(bob)).every((state) => state === "delivered"));
});

test("what is read on one device is read on the other", async () => {
  const { ann, bob, tab, group } = await cast("read");
  await world.advance(60_000);
  await ann.call("group.send", { group, text: "one" });
  const unread = async (of: SimPerson): Promise<number> => (await of.call("group.get", { group })).unread;
  await everybodyHas(world, [bob, tab], group, ["one"]);
  await world.until(async () => (await unread(bob)) > 0 && (await unread(tab)) > 0);
  await tab.call("group.markRead", { group });
  await world.until(async () => (await unread(bob)) === 0);
});

test("an invitation is answered on one device and joined by all", async () => {
  world = await SimWorld.create({ seed: "answered", relays: 2 });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob");
  const { guest } = await world.befriend(ann, bob);
  const tab = await newDevice(world, "tab");
  await link(world, bob, tab);
  const { group } = await ann.call("group.create", { name: "Garden", who: [guest] });
  for (const device of [bob, tab]) {
    await world.until(async () => (await device.call("group.list", {}))[0]?.standing === "invited");
  }
  await tab.call("group.join", { group });
  await world.until(async () => (await bob.call("group.get", { group })).standing === "joined");
  await ann.call("group.send", { group, text: "welcome" });
  await everybodyHas(world, [bob, tab], group, ["welcome"]);
});

test("a device that is revoked reads nothing that is said after others know of it", async () => {
  const { ann, bob, eve, tab, group } = await cast("revoked");
  await everybodyHas(world, [tab], group, []);
  const device = (await bob.call("device.list", {})).find(({ isThis }) => !isThis);
  await ann.call("group.send", { group, text: "all devices" });
  await everybodyHas(world, [ann, bob, eve, tab], group, ["all devices"]);
  await bob.call("device.revoke", { device: device?.device ?? "" });
  const retired = async (of: SimPerson): Promise<boolean> =>
    (await of.call("group.messages", { group, limit: 500 })).some(({ line }) => line?.type === "retire");
  await world.until(async () => (await retired(ann)) && (await retired(eve)));
  for (const [index, person] of [ann, bob, eve].entries()) {
    await person.call("group.send", { group, text: `secret ${index}` });
  }
  await everybodyHas(world, [ann, bob, eve], group, ["secret 0", "secret 1", "secret 2"]);
  expect((await groupTexts(tab, group)).filter((text) => text.startsWith("secret"))).toEqual([]);
});

test("who makes an account anew is asked once more; the device that was lost reads nothing from then on", async () => {
  world = await SimWorld.create({ seed: "anew", relays: 2 });
  const ann = await world.addPerson("ann", { handle: "ann_h" });
  const bob = await world.addPerson("bob", { handle: "bob_h" });
  const eve = await world.addPerson("eve");
  const { guest: bobsAccount } = await world.befriend(ann, bob);
  const { guest: evesAccount } = await world.befriend(ann, eve);
  const { group } = await ann.call("group.create", { name: "Garden", who: [bobsAccount, evesAccount] });
  for (const guest of [bob, eve]) await guest.call("group.join", { group: (await invitedTo(world, guest)).group });
  for (const each of [ann, bob, eve]) await world.until(async () => (await membersOf(each, group)).length === 3);
  for (const each of [ann, bob, eve]) await each.call("group.send", { group, text: `before, ${each.name}` });
  await everybodyHas(world, [ann, bob, eve], group, ["before, ann", "before, bob", "before, eve"]);
  const words = ((await bob.call("account.words", {})).words ?? []).join(" ");
  await world.until(async () => (await ann.call("account.status", {})).handle?.publication !== "waiting");
  bob.crash();

  const again = world.newPerson("bob-again");
  await world.settle(again.start());
  await again.call("account.recover", { words });
  again.record();
  await again.call("contact.add", { who: "@ann_h", text: "my phone is gone" });
  await world.until(async () => (await findContact(ann, bobsAccount))?.trust === "CHANGED");
  await ann.call("group.send", { group, text: "before the decision" });
  await ann.call("contact.acceptChange", { who: bobsAccount });
  expect(await invitedTo(world, again)).toMatchObject({ name: "Garden", standing: "invited" });
  await again.call("group.join", { group });
  const retired = async (of: SimPerson): Promise<boolean> =>
    (await of.call("group.messages", { group, limit: 500 })).some(({ line }) => line?.type === "retire");
  await world.until(async () => (await retired(ann)) && (await retired(eve)));
  for (const each of [ann, eve, again]) await each.call("group.send", { group, text: `after, ${each.name}` });
  await everybodyHas(world, [ann, eve, again], group, ["after, ann", "after, eve", "after, bob-again"]);
  await world.settle(bob.restart());
  await world.advance(600_000);
  const read = await groupTexts(bob, group);
  expect(read.filter((text) => text.startsWith("after") || text === "before the decision")).toEqual([]);
});
