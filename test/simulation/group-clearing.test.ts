/** Forgetting what was said in a group: on this device only, gone from the search too, and for good. */
import { afterEach, expect, test } from "vitest";
import { everybodyHas, groupTexts, membersOf, messageOf, togetherIn } from "../support/sim-group.ts";
import { link, newDevice } from "../support/sim-link.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

async function garden(seed: string) {
  world = await SimWorld.create({ seed, relays: 2 });
  const { people, accounts, group } = await togetherIn(world, ["ann", "bob", "eve"]);
  const [ann, bob, eve] = people as [SimPerson, SimPerson, SimPerson];
  return { ann, bob, eve, people, accounts, group };
}

const linesOf = (person: SimPerson, group: string) => person.call("group.messages", { group, limit: 500 });

const foundBy = async (person: SimPerson, text: string) =>
  (await person.call("message.search", { text })).found.map(({ message }) => message.text).sort();

async function sendFile(person: SimPerson, group: string): Promise<string> {
  const begun = await person.call("file.begin", { group, name: "a.txt", sizeBytes: 4 });
  await person.call("file.append", { id: begun.id, offset: 0, data: Buffer.from("file").toString("base64") });
  return (await person.call("file.finish", { id: begun.id })).id;
}

test("a cleared group is empty here, over a restart, and cannot be searched; the others keep theirs", async () => {
  const { ann, bob, eve, people, accounts, group } = await garden("clear");
  const toBob = accounts[0] as string;
  await ann.call("message.send", { who: toBob, text: "walnut between two" });
  await ann.call("group.send", { group, text: "walnut one" });
  await bob.call("group.send", { group, text: "walnut two" });
  await everybodyHas(world, people, group, ["walnut one", "walnut two"]);
  await world.until(async () => (await foundBy(ann, "walnut")).length === 3);
  const members = await membersOf(ann, group);
  const file = await sendFile(ann, group);
  await world.until(async () => (await messageOf(bob, group, file))?.file !== undefined);

  expect(await ann.call("storage.clearChat", { group: "Garden" })).toEqual({ messages: 3 });
  const isEmpty = async () => {
    expect(await linesOf(ann, group)).toEqual([]);
    expect(await foundBy(ann, "walnut")).toEqual(["walnut between two"]);
    expect(await ann.call("file.list", { group })).toEqual([]);
    expect(await membersOf(ann, group)).toEqual(members);
    const shown = await ann.call("group.get", { group });
    expect(shown).toMatchObject({ name: "Garden", standing: "joined", unread: 0 });
    expect(shown.last).toBeUndefined();
  };
  await isEmpty();
  expect(ann.events.map(({ type }) => type)).toContain("group.cleared");
  await world.until(async () => (await ann.call("storage.list", {})).groups[0]?.files === 0);
  expect(await ann.call("storage.measure", { group })).toMatchObject({ messages: 0, messageBytes: 0 });
  expect(await ann.call("storage.clearChat", { group })).toEqual({ messages: 0 });
  ann.crash();
  await world.settle(ann.restart());
  await isEmpty();

  for (const other of [bob, eve])
    expect([...(await groupTexts(other, group))].sort()).toEqual(["walnut one", "walnut two"]);
  await eve.call("group.send", { group, text: "still here" });
  await ann.call("group.send", { group, text: "me too" });
  await everybodyHas(world, people, group, ["still here", "me too"]);
  expect([...(await groupTexts(ann, group))].sort()).toEqual(["me too", "still here"]);
  expect((await linesOf(ann, group)).every(({ missingBefore }) => missingBefore === undefined)).toBe(true);
});

test("many lines go in batches with what was not read, and what is said about one that is gone changes nothing", async () => {
  const { ann, bob, eve, people, accounts, group } = await garden("many");
  const { id } = await bob.call("group.send", { group, text: "first words" });
  await everybodyHas(world, people, group, ["first words"]);
  const many = Array.from({ length: 700 }, (_, at) => `message ${at}`);
  await Promise.all(many.map((text) => ann.call("group.send", { group, text })));
  expect((await ann.call("group.get", { group })).unread).toBeGreaterThan(0);
  expect(await ann.call("storage.clearChat", { group })).toEqual({ messages: 701 });
  expect((await ann.call("group.get", { group })).unread).toBe(0);
  await bob.call("group.edit", { group, id, text: "other words" });
  const name = { group, id, author: accounts[0] as string };
  await world.until(async () => (await eve.call("group.message", name)).message?.text === "other words");
  await eve.call("group.react", { ...name, emoji: "👍" });
  await world.until(async () => (await bob.call("group.message", { group, id })).message?.reactions?.length === 1);
  await bob.call("group.send", { group, text: "after it" });
  await everybodyHas(world, people, group, ["after it"]);
  expect(await groupTexts(ann, group)).toEqual(["after it"]);
  const own = { group, id, text: "mine" };
  await expect(ann.call("group.edit", own)).rejects.toMatchObject({ code: "MESSAGE_UNKNOWN" });
});

test("what vanishes goes with the rest, read or not, and what is said while it goes is not lost", async () => {
  const { ann, bob, eve, people, group } = await garden("vanish");
  await ann.call("group.setTimer", { group, afterMs: 3_600_000 });
  await world.until(async () => (await bob.call("group.get", { group })).vanishAfterMs === 3_600_000);
  await ann.call("group.send", { group, text: "mine goes" });
  await bob.call("group.send", { group, text: "theirs goes" });
  await everybodyHas(world, people, group, ["mine goes", "theirs goes"]);
  const [cleared] = await Promise.all([
    ann.call("storage.clearChat", { group }),
    ann.call("group.send", { group, text: "said meanwhile" }),
    eve.call("group.send", { group, text: "heard meanwhile" }),
  ]);
  await everybodyHas(world, [bob, eve], group, ["said meanwhile", "heard meanwhile"]);
  await everybodyHas(world, [ann], group, ["heard meanwhile"]);
  const left = await groupTexts(ann, group);
  expect(left.filter((text) => text.endsWith("goes"))).toEqual([]);
  // Whether it was there before or after, it is counted on one side.
  expect(cleared.messages + left.filter((text) => text === "said meanwhile").length).toBe(3);
  ann.crash();
  await world.settle(ann.restart());
  expect(await groupTexts(ann, group)).toEqual(left);
});

test("another device of the account keeps what it has, and brings nothing back", async () => {
  const { ann, bob, eve, group } = await garden("devices");
  const tab = await newDevice(world, "tab");
  await link(world, bob, tab);
  await world.until(async () => (await tab.call("group.list", {}))[0]?.standing === "joined");
  await ann.call("group.send", { group, text: "from ann" });
  await everybodyHas(world, [bob, tab, eve], group, ["from ann"]);
  await bob.call("storage.clearChat", { group });
  await tab.call("group.markRead", { group });
  await tab.call("group.send", { group, text: "from the tab" });
  await everybodyHas(world, [bob], group, ["from the tab"]);
  expect(await groupTexts(bob, group)).toEqual(["from the tab"]);
  expect(await groupTexts(tab, group)).toContain("from ann");
});

test("either a chat or a group is cleared, and one that is known", async () => {
  const { ann, accounts, group } = await garden("names");
  const who = accounts[0] as string;
  await expect(ann.call("storage.clearChat", {})).rejects.toMatchObject({ code: "PARAMS_INVALID" });
  await expect(ann.call("storage.clearChat", { who, group })).rejects.toMatchObject({ code: "PARAMS_INVALID" });
  await expect(ann.call("storage.clearChat", { group: "nowhere" })).rejects.toMatchObject({ code: "GROUP_UNKNOWN" });
});
