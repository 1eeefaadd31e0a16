/** Replies, edits, deletions and reactions between two people, whatever the network does to them. */
import type { Message } from "@kith/client";
import { afterEach, describe, expect, test } from "vitest";
import type { SimPerson } from "../support/sim-person.ts";
import { SimWorld } from "../support/sim-world.ts";

let world: SimWorld;

afterEach(() => world.stop());

interface Pair {
  readonly ann: SimPerson;
  readonly bob: SimPerson;
  /** What ann calls bob, and bob calls ann. */
  readonly toBob: string;
  readonly toAnn: string;
}

async function pair(seed: string): Promise<Pair> {
  world = await SimWorld.create({ seed, relays: 2 });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob");
  const { guest, host } = await world.befriend(ann, bob);
  await world.advance(60_000);
  return { ann, bob, toBob: guest, toAnn: host };
}

const listOf = (of: SimPerson, who: string) => of.call("message.list", { who, limit: 500 });
const messageOf = async (of: SimPerson, who: string, id: string) =>
  (await listOf(of, who)).find((each) => each.id === id);

/** Sends and waits until it is delivered. */
async function say({ ann, toBob }: Pair, text: string): Promise<Message> {
  const message = await ann.call("message.send", { who: toBob, text });
  await world.until(async () => (await messageOf(ann, toBob, message.id))?.state === "delivered");
  return message;
}

const isChangeDelivered = (of: SimPerson, who: string, id: string) => async () =>
  (await messageOf(of, who, id))?.change?.state === "delivered";

describe("a reply", () => {
  test("shows its original on both sides, and says so when the original is edited or deleted", async () => {
    const people = await pair("reply");
    const { ann, bob, toBob, toAnn } = people;
    const original = await say(people, "shall we?");
    const reply = await bob.call("message.send", { who: toAnn, text: "yes", replyTo: original.id });
    expect(reply.replyTo).toEqual({ id: original.id, isOwn: false, state: "checked", text: "shall we?" });
    await world.until(async () => (await messageOf(ann, toBob, reply.id)) !== undefined);
    const quoteOf = async (of: SimPerson, who: string) => (await messageOf(of, who, reply.id))?.replyTo;
    expect(await quoteOf(ann, toBob)).toEqual({ id: original.id, isOwn: true, state: "checked", text: "shall we?" });
    await ann.call("message.edit", { who: toBob, id: original.id, text: "shall we not?" });
    await world.until(isChangeDelivered(ann, toBob, original.id));
    expect(await quoteOf(bob, toAnn)).toMatchObject({ state: "checked", text: "shall we not?" });
    await ann.call("message.delete", { who: toBob, id: original.id, isForEveryone: true });
    await world.until(isChangeDelivered(ann, toBob, original.id));
    for (const [of, who, isOwn] of [
      [ann, toBob, true],
      [bob, toAnn, false],
    ] as const) {
      expect(await quoteOf(of, who)).toEqual({ id: original.id, isOwn, state: "deleted" });
    }
  });

  test("to a message that is not there, or was deleted, is refused", async () => {
    const people = await pair("reply-refused");
    const { ann, toBob } = people;
    const nowhere = { who: toBob, text: "x", replyTo: "0".repeat(32) };
    await expect(ann.call("message.send", nowhere)).rejects.toMatchObject({ code: "MESSAGE_UNKNOWN" });
    const { id } = await say(people, "gone soon");
    await ann.call("message.delete", { who: toBob, id, isForEveryone: true });
    const late = { who: toBob, text: "x", replyTo: id };
    await expect(ann.call("message.send", late)).rejects.toMatchObject({ code: "MESSAGE_DELETED" });
  });
});

describe("an edit", () => {
  test("replaces the words on both sides, and the old ones are in neither store", async () => {
    const people = await pair("edit");
    const { ann, bob, toBob, toAnn } = people;
    const { id } = await say(people, "an old secret");
    const edited = await ann.call("message.edit", { who: toBob, id, text: "new words" });
    expect(edited).toMatchObject({ text: "new words", change: { kind: "edit", state: "queued" } });
    await world.until(isChangeDelivered(ann, toBob, id));
    expect(await messageOf(bob, toAnn, id)).toMatchObject({ text: "new words", editedAtMs: edited.editedAtMs });
    expect(await bob.call("chat.list", {})).toMatchObject([{ unread: 1 }]);
    for (const person of [ann, bob]) {
      const rows = await (await person.openDisk()).entries({ gte: " ", lt: "~" });
      const text = rows.map(([, value]) => new TextDecoder().decode(value)).join("\n");
      expect(text).toContain("new words");
      expect(text).not.toContain("an old secret");
    }
  });

  test("of another's message, of a text of yesterday, and of none at all is refused before anything is sent", async () => {
    const people = await pair("edit-refused");
    const { ann, bob, toBob, toAnn } = people;
    const { id } = await say(people, "mine");
    const edit = (of: SimPerson, who: string, what = id) => of.call("message.edit", { who, id: what, text: "x" });
    await expect(edit(bob, toAnn)).rejects.toMatchObject({ code: "MESSAGE_NOT_OWN" });
    await expect(edit(ann, toBob, "0".repeat(32))).rejects.toMatchObject({ code: "MESSAGE_UNKNOWN" });
    await world.advance(24 * 3600 * 1000 + 1);
    await expect(edit(ann, toBob)).rejects.toMatchObject({ code: "EDIT_TOO_LATE" });
    for (const [of, who] of [
      [ann, toBob],
      [bob, toAnn],
    ] as const) {
      const message = await messageOf(of, who, id);
      expect(message).toMatchObject({ text: "mine" });
      expect(message?.editedAtMs).toBeUndefined();
    }
  });

  test("that is asked for twice with one id is made once", async () => {
    const people = await pair("edit-twice");
    const { ann, bob, toBob, toAnn } = people;
    const { id } = await say(people, "a");
    const editId = "e1".repeat(16);
    for (const text of ["b", "c"]) await ann.call("message.edit", { who: toBob, id, text, editId });
    await world.until(isChangeDelivered(ann, toBob, id));
    expect((await messageOf(ann, toBob, id))?.text).toBe("b");
    expect((await messageOf(bob, toAnn, id))?.text).toBe("b");
  });
});

describe("a deletion", () => {
  test("for everyone leaves a tombstone on both sides and the words in neither store", async () => {
    const people = await pair("delete");
    const { ann, bob, toBob, toAnn } = people;
    const { id } = await say(people, "to be forgotten");
    await ann.call("message.delete", { who: toBob, id, isForEveryone: true });
    await world.until(isChangeDelivered(ann, toBob, id));
    expect(await messageOf(bob, toAnn, id)).toMatchObject({ text: "", isDeleted: true });
    for (const person of [ann, bob]) {
      const rows = await (await person.openDisk()).entries({ gte: " ", lt: "~" });
      expect(rows.map(([, value]) => new TextDecoder().decode(value)).join("\n")).not.toContain("to be forgotten");
    }
    await expect(bob.call("message.react", { who: toAnn, id, emoji: "👍" })).rejects.toMatchObject({
      code: "MESSAGE_DELETED",
    });
  });

  test("of another's message is refused; on this device only, it goes here and stays there, also after a restart", async () => {
    const people = await pair("delete-here");
    const { ann, bob, toBob, toAnn } = people;
    const { id } = await say(people, "yours");
    const params = { who: toAnn, id };
    await expect(bob.call("message.delete", { ...params, isForEveryone: true })).rejects.toMatchObject({
      code: "MESSAGE_NOT_OWN",
    });
    await bob.call("message.delete", { ...params, isForEveryone: false });
    expect(await listOf(bob, toAnn)).toEqual([]);
    expect(await bob.call("chat.list", {})).toMatchObject([{ unread: 0 }]);
    expect(bob.events.at(-1)).toMatchObject({ type: "message.removed", removed: { id, isOwn: false } });
    await world.advance(1000);
    bob.crash();
    await world.settle(bob.restart());
    await ann.call("message.edit", { who: toBob, id, text: "edited after" });
    await world.until(isChangeDelivered(ann, toBob, id));
    expect(await listOf(bob, toAnn)).toEqual([]);
    expect(await listOf(ann, toBob)).toHaveLength(1);
  });
});

describe("a reaction", () => {
  test("is one a person, replaced and taken back, and the same on both sides", async () => {
    const people = await pair("react");
    const { ann, bob, toBob, toAnn } = people;
    const { id } = await say(people, "well?");
    const seen = async (of: SimPerson, who: string) => (await messageOf(of, who, id))?.reactions;
    await bob.call("message.react", { who: toAnn, id, emoji: "👍" });
    await bob.call("message.react", { who: toAnn, id, emoji: "🎉" });
    await ann.call("message.react", { who: toBob, id, emoji: "❤️" });
    await world.until(async () => (await seen(ann, toBob))?.length === 2 && (await seen(bob, toAnn))?.length === 2);
    expect(new Set(await seen(ann, toBob))).toEqual(
      new Set([
        { emoji: "❤️", isOwn: true },
        { emoji: "🎉", isOwn: false },
      ]),
    );
    await bob.call("message.react", { who: toAnn, id });
    await world.until(async () => (await seen(ann, toBob))?.length === 1);
    expect(await seen(ann, toBob)).toEqual([{ emoji: "❤️", isOwn: true }]);
    await expect(ann.call("message.react", { who: toBob, id, emoji: "no" })).rejects.toMatchObject({
      code: "REACTION_INVALID",
    });
    expect(await bob.call("chat.list", {})).toMatchObject([{ unread: 1 }]);
  });
});

test("a forwarded text says so, and not whose it was", async () => {
  const people = await pair("forward");
  const { ann, bob, toBob, toAnn } = people;
  const { id } = await say(people, "pass it on");
  const sent = await bob.call("message.forward", { who: toAnn, id, to: toAnn });
  expect(sent).toMatchObject({ text: "pass it on", isForwarded: true });
  await world.until(async () => (await messageOf(ann, toBob, sent.id)) !== undefined);
  expect(await messageOf(ann, toBob, sent.id)).toMatchObject({ text: "pass it on", isForwarded: true, isOwn: false });
  await expect(bob.call("message.edit", { who: toAnn, id: sent.id, text: "x" })).rejects.toMatchObject({
    code: "EDIT_NOT_TEXT",
  });
});

test("both sides show the same order, and an answer after what it answers", async () => {
  const people = await pair("order");
  const { ann, bob, toBob, toAnn } = people;
  await say(people, "first");
  for (let round = 0; round < 3; round++) {
    const { id } = await bob.call("message.send", { who: toAnn, text: `b${round}` });
    await world.until(async () => (await messageOf(ann, toBob, id)) !== undefined);
    await say(people, `a${round}`);
  }
  const order = (list: readonly Message[]) => list.map(({ text }) => text);
  expect(order(await listOf(ann, toBob))).toEqual(["first", "b0", "a0", "b1", "a1", "b2", "a2"]);
  expect(order(await listOf(bob, toAnn))).toEqual(order(await listOf(ann, toBob)));
});

test("operations survive a power cut at any time: both sides end with the same conversation", async () => {
  const people = await pair("cuts");
  const { ann, bob, toBob, toAnn } = people;
  const { id } = await say(people, "start");
  const { id: other } = await say(people, "other");
  world.hub.setFaults({ requestLoss: 0.1, answerLoss: 0.1, duplication: 0.3, minDelayMs: 1, maxDelayMs: 400 });
  for (let round = 0; round < 12; round++) {
    const [person, who] = round % 2 === 0 ? ([ann, toBob] as const) : ([bob, toAnn] as const);
    if (person === ann) await ann.call("message.edit", { who, id, text: `edit ${round}` });
    await person.call("message.react", { who, id: round % 3 === 0 ? other : id, emoji: round % 4 < 2 ? "👍" : "🎉" });
    if (round === 9) await bob.call("message.send", { who: toAnn, text: "reply", replyTo: id });
    if (round === 10) await ann.call("message.delete", { who: toBob, id: other, isForEveryone: true });
    const victim = round % 4 < 2 ? bob : ann;
    await world.advance(round * 3);
    victim.crash();
    await world.settle(victim.restart());
  }
  world.hub.setFaults({ requestLoss: 0, answerLoss: 0, duplication: 0, minDelayMs: 1, maxDelayMs: 1 });
  const shown = async (of: SimPerson, who: string, isAnn: boolean) =>
    (await listOf(of, who)).map(({ id: key, text, isDeleted, reactions = [], replyTo, isOwn, editedAtMs }) => ({
      key,
      text,
      isDeleted,
      editedAtMs,
      byAnn: isOwn === isAnn,
      quote: replyTo?.text,
      reactions: reactions.map((each) => `${each.isOwn === isAnn ? "ann" : "bob"} ${each.emoji}`).sort(),
    }));
  await world.until(
    async () => {
      const [left, right] = [await shown(ann, toBob, true), await shown(bob, toAnn, false)];
      return left.length === 3 && JSON.stringify(left) === JSON.stringify(right);
    },
    48 * 3600 * 1000,
  );
  expect(await shown(ann, toBob, true)).toMatchObject([
    { text: "edit 10", reactions: ["ann 🎉", "bob 🎉"] },
    { isDeleted: true, reactions: [] },
    { quote: "edit 10" },
  ]);
});
