/** What people do to messages of a group: every member sees the same in the end, and nobody changes another's words. */
import { afterEach, expect, test } from "vitest";
import { commonPart, messageOf, saidTo, togetherIn } from "../support/sim-group.ts";
import type { SimPerson } from "../support/sim-person.ts";
import { SimWorld } from "../support/sim-world.ts";

let made: Awaited<ReturnType<typeof gather>>;

afterEach(() => made.world.stop());

async function gather(names: readonly string[]) {
  const world = await SimWorld.create({ seed: "group-talk", relays: 1 });
  return { world, ...(await togetherIn(world, names)) };
}

/** Ann founded the group; Bob and Eve know only her. */
async function garden(): Promise<[SimPerson, SimPerson, SimPerson]> {
  made = await gather(["ann", "bob", "eve"]);
  return made.people as unknown as [SimPerson, SimPerson, SimPerson];
}

async function say(person: SimPerson, text: string): Promise<string> {
  const { id } = await person.call("group.send", { group: made.group, text });
  for (const each of made.people) {
    await made.world.until(async () => (await messageOf(each, made.group, id)) !== undefined);
  }
  return id;
}

/** Values ever written to a person's disk in which the keys of today find the words. */
async function traces(person: SimPerson, words: string): Promise<readonly string[]> {
  const opened = await person.openWritten();
  return opened.filter(({ value }) => Buffer.from(value).includes(words)).map(({ name }) => name.split("/")[0] ?? "");
}

const at = (person: SimPerson, id: string) => messageOf(person, made.group, id);

test("a reaction is one a person, replaced and taken back, and everybody sees whose it is", async () => {
  const [ann, bob, eve] = await garden();
  const { group } = made;
  const id = await say(ann, "lunch?");
  await bob.call("group.react", { group, id, emoji: "👍" });
  await eve.call("group.react", { group, id, emoji: "🎉" });
  await bob.call("group.react", { group, id, emoji: "❤️" });
  for (const person of made.people) {
    const emoji = async () => (await at(person, id))?.reactions?.map((each) => each.emoji).sort();
    await made.world.until(async () => (await emoji())?.join() === ["❤️", "🎉"].sort().join());
    const given = (await at(person, id))?.reactions ?? [];
    expect(given.filter(({ isOwn }) => isOwn)).toHaveLength(person === ann ? 0 : 1);
  }
  await bob.call("group.react", { group, id });
  for (const person of made.people) await made.world.until(async () => (await at(person, id))?.reactions?.length === 1);
  await expect(eve.call("group.react", { group, id, emoji: "no" })).rejects.toMatchObject({ code: "REACTION_INVALID" });
});

test("an edit replaces the words with everybody, says how far it got, and an answer to the old ones stays checked", async () => {
  const [ann, bob, eve] = await garden();
  const { group } = made;
  const id = await say(ann, "at eigth");
  await bob.call("group.send", { group, text: "fine", replyTo: id });
  await ann.call("group.edit", { group, id, text: "at eight" });
  for (const person of made.people) {
    await made.world.until(async () => (await at(person, id))?.text === "at eight");
    expect((await at(person, id))?.editedAtMs).toBeGreaterThan(0);
  }
  await made.world.until(async () => (await at(ann, id))?.change?.state === "delivered");
  await made.world.until(async () => (await saidTo(eve, group)).some(({ text }) => text === "fine"));
  const answer = (await saidTo(eve, group)).find(({ text }) => text === "fine");
  expect(answer?.replyTo).toMatchObject({ id, state: "checked", text: "at eight" });
});

test("nobody edits or deletes another's message: it is refused here, and passed over by everybody else", async () => {
  const [ann, bob, eve] = await garden();
  const { group } = made;
  const id = await say(ann, "mine");
  const refused = { code: "MESSAGE_NOT_OWN" };
  await expect(bob.call("group.edit", { group, id, text: "yours" })).rejects.toMatchObject(refused);
  await expect(bob.call("group.delete", { group, id, isForEveryone: true })).rejects.toMatchObject(refused);
  const last = await say(eve, "go on");
  for (const person of made.people) {
    expect(await at(person, id)).toMatchObject({ text: "mine" });
    expect(await at(person, last)).toMatchObject({ text: "go on" });
  }
});

test("a deletion for everyone leaves a tombstone, one for me leaves nothing here, also after a restart", async () => {
  const [ann, bob, eve] = await garden();
  const { group } = made;
  const id = await say(bob, "too much");
  const other = await say(eve, "keep this");
  await bob.call("group.delete", { group, id, isForEveryone: true });
  for (const person of made.people) {
    await made.world.until(async () => (await at(person, id))?.isDeleted === true);
    expect((await at(person, id))?.text).toBe("");
  }
  await expect(ann.call("group.send", { group, text: "what?", replyTo: id })).rejects.toMatchObject({
    code: "MESSAGE_DELETED",
  });
  await ann.call("group.delete", { group, id: other, isForEveryone: false });
  expect(await at(ann, other)).toBeUndefined();
  await eve.call("group.edit", { group, id: other, text: "keep that" });
  await made.world.until(async () => (await at(bob, other))?.text === "keep that");
  ann.crash();
  await made.world.settle(ann.restart());
  await say(ann, "back");
  expect(await at(ann, other)).toBeUndefined();
});

test("what comes before the message that it is about waits for it, however many there are", async () => {
  const names = ["ann", "bob", "eve", "fay", "gus", "hal"];
  made = await gather(names);
  const { group, people, world } = made;
  const [ann, bob, , , , hal] = people as [SimPerson, SimPerson, SimPerson, SimPerson, SimPerson, SimPerson];
  hal.crash();
  const { id } = await ann.call("group.send", { group, text: "who comes?" });
  const here = people.filter((each) => each !== hal);
  for (const each of here) await world.until(async () => (await at(each, id)) !== undefined);
  for (const each of here) await each.call("group.react", { group, id, emoji: "👍" });
  await ann.call("group.edit", { group, id, text: "who is coming?" });
  for (const each of here) await world.until(async () => (await at(each, id))?.reactions?.length === here.length);
  await world.settle(hal.restart());
  await world.until(async () => (await at(hal, id))?.reactions?.length === here.length);
  await world.until(async () => (await at(hal, id))?.text === "who is coming?");
  const seen = commonPart((await at(bob, id)) as never);
  expect(commonPart((await at(hal, id)) as never)).toEqual(seen);
});

test("each author learns who has read, where read receipts are on, and the unread ones are counted", async () => {
  const [ann, bob, eve] = await garden();
  const { group } = made;
  const id = await say(ann, "please read");
  const unread = async (person: SimPerson) => (await person.call("group.get", { group })).unread;
  expect(await unread(bob)).toBe(1);
  await eve.call("account.setReadReceipts", { isOn: false });
  await bob.call("group.markRead", { group });
  await eve.call("group.markRead", { group });
  expect(await unread(bob)).toBe(0);
  const states = async () => (await at(ann, id))?.deliveries?.map(({ state }) => state).sort();
  await made.world.until(async () => (await states())?.includes("read") === true);
  await made.world.advance(60_000);
  expect(await states()).toEqual(["delivered", "read"]);
});

test("what is said while the group has a timer vanishes with everybody, after it was sent or read, also over a restart", async () => {
  const [ann, bob, eve] = await garden();
  const { group, world } = made;
  await expect(bob.call("group.setTimer", { group, afterMs: 60_000 })).rejects.toMatchObject({ code: "GROUP_REFUSED" });
  await expect(ann.call("group.setTimer", { group, afterMs: 1 })).rejects.toMatchObject({ code: "TIMER_INVALID" });
  const stays = await say(bob, "this stays");
  await ann.call("group.setTimer", { group, afterMs: 60_000 });
  for (const each of made.people) {
    await world.until(async () => (await each.call("group.get", { group })).vanishAfterMs === 60_000);
  }
  const id = await say(bob, "this goes");
  const quiet = await say(eve, "this goes too, unread");
  expect((await at(bob, id))?.vanish?.atMs).toBeGreaterThan(0);
  expect((await at(ann, id))?.vanish).toEqual({ afterMs: 60_000 });
  await ann.call("group.markRead", { group });
  expect((await at(ann, id))?.vanish?.atMs).toBeGreaterThan(0);
  bob.crash();
  await world.advance(70_000);
  await world.settle(bob.restart());
  for (const each of [ann, bob]) await world.until(async () => (await at(each, id)) === undefined);
  expect(await at(ann, quiet)).toBeUndefined();
  // Eve has read nothing: the time of what Bob said has not begun there.
  expect((await at(eve, id))?.text).toBe("this goes");
  expect(await at(eve, quiet)).toBeUndefined();
  for (const each of made.people) expect((await at(each, stays))?.text).toBe("this stays");
  await ann.call("group.setTimer", { group });
  for (const each of made.people) {
    await world.until(async () => (await each.call("group.get", { group })).vanishAfterMs === undefined);
  }
  expect((await at(eve, await say(ann, "for good")))?.vanish).toBeUndefined();
});

test("what vanished is in no row that a disk ever had and can still be opened, and what comes next opens", async () => {
  const [ann, bob, eve] = await garden();
  const { group, world } = made;
  await ann.call("group.setTimer", { group, afterMs: 30_000 });
  await world.until(async () => (await bob.call("group.get", { group })).vanishAfterMs === 30_000);
  const id = await say(bob, "gone with its key");
  for (const each of [ann, eve]) await each.call("group.markRead", { group });
  for (const each of made.people) await world.until(async () => (await at(each, id)) === undefined);
  await world.advance(120_000);
  for (const each of made.people) expect(await traces(each, "gone with its key"), each.name).toEqual([]);
  // The keys of the group were replaced meanwhile: what comes next must open, also after a restart.
  for (const each of made.people) {
    each.crash();
    await world.settle(each.restart());
  }
  const next = await say(eve, "still here");
  for (const each of made.people) expect((await at(each, next))?.text).toBe("still here");
});

test("a draft is kept over a restart, with what it answers, until it is sent", async () => {
  const [ann, bob] = await garden();
  const { group } = made;
  const id = await say(bob, "and you?");
  await ann.call("group.saveDraft", { group, text: "well", replyTo: id });
  ann.crash();
  await made.world.settle(ann.restart());
  expect((await ann.call("group.get", { group })).draft).toEqual({ text: "well", replyTo: id });
  await ann.call("group.saveDraft", { group, text: "" });
  expect((await ann.call("group.get", { group })).draft).toBeUndefined();
});

test("words are forwarded out of a group, into one, and from one person to a group, without saying whose they were", async () => {
  const [ann, bob, eve] = await garden();
  const { group, accounts } = made;
  const [bobAccount = ""] = accounts;
  const id = await say(eve, "the gate is open");
  const source = await at(ann, id);
  const named = { who: source?.author.account ?? "", group, id };
  const out = await ann.call("message.forward", { ...named, to: bobAccount });
  expect(out).toMatchObject({ text: "the gate is open", isForwarded: true });
  await made.world.until(async () => {
    const { account } = (await bob.call("contact.list", {}))[0] ?? { account: "" };
    return (await bob.call("message.list", { who: account })).some(({ text }) => text === "the gate is open");
  });
  const back = { who: bobAccount, id: out.id, toGroup: group, newId: "ab".repeat(16) };
  expect(await ann.call("message.forward", back)).toMatchObject({ group, isForwarded: true });
  await ann.call("message.forward", back);
  await made.world.until(async () => (await at(bob, back.newId)) !== undefined);
  expect(await at(bob, back.newId)).toMatchObject({ text: "the gate is open", isForwarded: true });
  expect((await saidTo(bob, group)).filter(({ isForwarded }) => isForwarded === true)).toHaveLength(1);
  const nowhere = ann.call("message.forward", named);
  await expect(nowhere).rejects.toMatchObject({ code: "PARAMS_INVALID", details: { rule: "who" } });
  const unknown = ann.call("message.forward", { ...named, id: "00".repeat(16), toGroup: group });
  await expect(unknown).rejects.toMatchObject({ code: "MESSAGE_UNKNOWN" });
});
