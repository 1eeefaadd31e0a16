/** Groups: nobody without consent, everybody the same, and who is removed reads nothing more. */
import type { GroupInfo, GroupMessageInfo } from "@kith/client";
import { afterEach, expect, test } from "vitest";
import {
  everybodyHas as haveAll,
  invitedTo,
  membersOf,
  groupTexts as said,
  starOf,
  togetherIn,
} from "../support/sim-group.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

/** People of whom the first knows all others, who do not know each other. */
async function star(names: readonly string[], options: Partial<Parameters<typeof SimWorld.create>[0]> = {}) {
  world = await SimWorld.create({ seed: "groups", relays: 1, ...options });
  return starOf(world, names);
}

const invited = (person: SimPerson): Promise<GroupInfo> => invitedTo(world, person);

const everybodyHas = (people: readonly SimPerson[], group: string, texts: readonly string[]): Promise<void> =>
  haveAll(world, people, group, texts);

/** A group of all of them, who have all joined. */
async function together(names: readonly string[]) {
  world = await SimWorld.create({ seed: "groups", relays: 1 });
  return togetherIn(world, names);
}

test("nobody belongs to a group before they consent, and who declines never does", async () => {
  const { host, guests, accounts } = await star(["ann", "bob", "eve"]);
  const { group } = await host.call("group.create", { name: "Garden", who: [...accounts] });
  const [bob, eve] = guests as [SimPerson, SimPerson];
  await invited(bob);
  await world.until(async () => (await bob.call("group.get", { group })).guests.length === 2);
  const asked = await bob.call("group.get", { group });
  expect(asked).toMatchObject({ group, name: "Garden", standing: "invited", guests: [{}, {}] });
  expect(asked.members).toHaveLength(1);
  await host.call("group.send", { group, text: "before anybody came" });
  expect(await bob.call("group.messages", { group })).toEqual([]);
  await bob.call("group.join", { group });
  await invited(eve);
  await eve.call("group.leave", { group });
  await world.until(async () => (await host.call("group.get", { group })).guests.length === 0);
  expect(await membersOf(host, group)).toHaveLength(2);
  expect((await eve.call("group.get", { group })).standing).toBe("gone");
  await host.call("group.send", { group, text: "hello bob" });
  await everybodyHas([bob], group, ["hello bob"]);
  expect(await said(bob, group)).toEqual(["hello bob"]);
});

test("members who are strangers to each other hear each other, and do not become contacts", async () => {
  const { people, guests, group } = await together(["ann", "bob", "eve", "fay"]);
  for (const [index, person] of people.entries()) await person.call("group.send", { group, text: `from ${index}` });
  await everybodyHas(people, group, ["from 0", "from 1", "from 2", "from 3"]);
  for (const guest of guests) expect(await guest.call("contact.list", {})).toHaveLength(1);
  for (const guest of guests) expect(await guest.call("request.list", {})).toEqual([]);
});

test("a message says how far it got with each member", async () => {
  const { people, host, group } = await together(["ann", "bob", "eve"]);
  const [, , eve] = people as [SimPerson, SimPerson, SimPerson];
  eve.crash();
  const { id } = await host.call("group.send", { group, text: "hello" });
  const now = async (): Promise<GroupMessageInfo> => {
    const found = (await host.call("group.messages", { group })).find((each) => each.id === id);
    return found as GroupMessageInfo;
  };
  await world.until(async () => (await now()).deliveries?.some(({ state }) => state === "delivered") === true);
  expect((await now()).state).not.toBe("delivered");
  await world.settle(eve.restart());
  await world.until(async () => (await now()).state === "delivered");
});

test("who is removed reads nothing that is said afterwards, and is told that they were", async () => {
  const { people, host, accounts, group } = await together(["ann", "bob", "eve", "fay"]);
  const [, bob, eve, fay] = people as [SimPerson, SimPerson, SimPerson, SimPerson];
  await bob.call("group.send", { group, text: "all of us" });
  await everybodyHas(people, group, ["all of us"]);
  await host.call("group.remove", { group, who: accounts[1] as string });
  await world.until(async () => (await eve.call("group.get", { group })).standing === "gone");
  await world.until(
    async () => (await membersOf(bob, group)).length === 3 && (await membersOf(fay, group)).length === 3,
  );
  for (const [index, person] of [host, bob, fay].entries()) {
    await person.call("group.send", { group, text: `secret ${index}` });
  }
  await everybodyHas([host, bob, fay], group, ["secret 0", "secret 1", "secret 2"]);
  expect(await said(eve, group)).toEqual(["all of us"]);
  await expect(eve.call("group.send", { group, text: "me too" })).rejects.toMatchObject({ code: "GROUP_NOT_JOINED" });
});

test("a text that fits no request box reaches strangers too", async () => {
  const { host, guests, accounts } = await star(["ann", "bob", "eve", "fay"]);
  const { group } = await host.call("group.create", { name: "Garden", who: [...accounts] });
  const text = "long ".repeat(6000).trim();
  for (const guest of guests) {
    await guest.call("group.join", { group: (await invited(guest)).group });
    await world.until(async () => (await membersOf(guest, group)).length > guests.indexOf(guest));
    await guest.call("group.send", { group, text: `${text} ${guest.name}` });
  }
  await everybodyHas([guests[0] as SimPerson, guests[1] as SimPerson], group, [`${text} fay`]);
  await everybodyHas([guests[1] as SimPerson], group, [`${text} eve`]);
});

test("an answer shows what it answers, on every device", async () => {
  const { people, host, guests, group } = await together(["ann", "bob", "eve"]);
  const [bob, eve] = guests as [SimPerson, SimPerson];
  const { id } = await host.call("group.send", { group, text: "who comes?" });
  await everybodyHas(people, group, ["who comes?"]);
  await bob.call("group.send", { group, text: "I do", replyTo: id });
  await everybodyHas(people, group, ["I do"]);
  const shown = (await eve.call("group.messages", { group })).find(({ text }) => text === "I do");
  expect(shown?.replyTo).toMatchObject({ id, text: "who comes?" });
});

test("what a group is survives a crash", async () => {
  const { people, host, guests, group } = await together(["ann", "bob", "eve"]);
  const [bob] = guests as [SimPerson];
  await bob.call("group.send", { group, text: "before" });
  await everybodyHas(people, group, ["before"]);
  host.crash();
  await world.settle(host.restart());
  expect(await host.call("group.get", { group })).toMatchObject({ name: "Garden", standing: "joined", role: "admin" });
  await host.call("group.send", { group, text: "after" });
  await bob.call("group.send", { group, text: "also after" });
  await everybodyHas(people, group, ["before", "after", "also after"]);
});

test("only admins change who belongs to it; a member says so in words of the group", async () => {
  const { host, guests, accounts, group } = await together(["ann", "bob", "eve"]);
  const [bob] = guests as [SimPerson];
  const removal = { group, who: accounts[1] as string };
  await expect(bob.call("group.remove", removal)).rejects.toMatchObject({
    code: "GROUP_REFUSED",
    details: { rule: "not-an-admin" },
  });
  await host.call("group.setRole", { group, who: accounts[0] as string, role: "admin" });
  await world.until(async () => (await bob.call("group.get", { group })).role === "admin");
  await bob.call("group.remove", removal);
  await world.until(async () => (await membersOf(host, group)).length === 2);
});

test("what is said at once comes whole and in order, and each message says by itself how far it got", async () => {
  const { people, host, guests, group } = await together(["ann", "bob", "eve"]);
  const [bob] = guests as [SimPerson];
  const texts = Array.from({ length: 70 }, (_, index) => `line ${index}`);
  const calls = texts.map((text) => host.messenger.call("group.send", { group, text }));
  const twice = "0a".repeat(16);
  const same = [0, 1].map(() => host.messenger.call("group.send", { group, text: "once", id: twice }));
  const [, [first, second]] = await world.settle(Promise.all([Promise.all(calls), Promise.all(same)]));
  expect(first?.id).toBe(second?.id);
  await everybodyHas(people, group, [...texts, "once"]);
  for (const person of people) expect(await said(person, group)).toEqual([...texts, "once"]);
  const own = async () => (await host.call("group.messages", { group, limit: 71 })).filter(({ isOwn }) => isOwn);
  await world.until(async () => (await own()).every(({ state }) => state === "delivered"));
  await bob.call("group.markRead", { group });
  await world.until(async () => {
    const states = (await own()).map(({ deliveries = [] }) =>
      deliveries
        .map(({ state }) => state)
        .sort()
        .join(),
    );
    return states.every((each) => each === "delivered,read");
  });
  const [gone] = await own();
  await host.call("group.delete", { group, id: gone?.id ?? "", isForEveryone: false });
  host.crash();
  await world.settle(host.restart());
  expect((await own()).map(({ state }) => state)).toEqual(Array.from({ length: 70 }, () => "delivered"));
  expect(host.events.filter((each) => each.type === "group.message" && each.id === twice).length).toBeGreaterThan(1);
});
