/** Vanishing messages: they go on both sides in time, and nothing that a disk ever held opens them afterwards. */
import type { Message } from "@kith/client";
import { utf8 } from "@kith/protocol";
import { afterEach, describe, expect, test } from "vitest";
import type { SimPerson } from "../support/sim-person.ts";
import { findContact, SimWorld } from "../support/sim-world.ts";

const SECOND_MS = 1000;
const DAY_MS = 24 * 3600 * SECOND_MS;
const LIFE_MS = 30 * SECOND_MS;
/** The longest a key outlives its message: the step between two keys. */
const STEP_MS = 5 * SECOND_MS;
const WORDS = "the orchid is under the third stone";

let world: SimWorld;

afterEach(() => world.stop());

interface Pair {
  readonly ann: SimPerson;
  readonly bob: SimPerson;
  readonly toBob: string;
  readonly toAnn: string;
}

async function pair(seed: string, afterMs?: number): Promise<Pair> {
  world = await SimWorld.create({ seed, relays: 1 });
  const ann = await world.addPerson("ann");
  const bob = await world.addPerson("bob");
  const { guest, host } = await world.befriend(ann, bob);
  if (afterMs !== undefined) {
    await ann.call("chat.setTimer", { who: guest, afterMs });
    await world.until(async () => (await findContact(bob, host))?.vanishAfterMs === afterMs);
  }
  return { ann, bob, toBob: guest, toAnn: host };
}

const listOf = async (of: SimPerson, who: string): Promise<readonly Message[]> =>
  (await of.call("message.list", { who })).filter((each) => each.timer === undefined);

async function deliver({ ann, bob, toBob, toAnn }: Pair, text: string): Promise<Message> {
  const before = (await listOf(bob, toAnn)).length;
  const sent = await ann.call("message.send", { who: toBob, text });
  await world.until(async () => (await listOf(bob, toAnn)).length > before);
  return sent;
}

/** Values ever written to a person's disk in which the keys of today find the words. */
async function traces(person: SimPerson, words = WORDS): Promise<readonly string[]> {
  const needle = Buffer.from(utf8(words));
  const opened = await person.openWritten();
  return opened.filter(({ value }) => Buffer.from(value).includes(needle)).map(({ name }) => name.split("/")[0] ?? "");
}

describe("a timer", () => {
  test("is the same for both sides, who both see it in the chat, and ends when either ends it", async () => {
    const { ann, bob, toBob, toAnn } = await pair("timer", DAY_MS);
    expect((await findContact(ann, toBob))?.vanishAfterMs).toBe(DAY_MS);
    expect(await ann.call("chat.setTimer", { who: toBob, afterMs: DAY_MS })).toEqual({ isChanged: false });
    for (const [of, who, isOwn] of [
      [ann, toBob, true],
      [bob, toAnn, false],
    ] as const) {
      expect(await of.call("message.list", { who })).toMatchObject([{ isOwn, text: "", timer: { afterMs: DAY_MS } }]);
    }
    expect(await bob.call("chat.list", {})).toMatchObject([{ unread: 0 }]);
    await bob.call("chat.setTimer", { who: toAnn });
    await world.until(async () => (await findContact(ann, toBob))?.vanishAfterMs === undefined);
    expect((await ann.call("message.list", { who: toBob })).at(-1)).toMatchObject({ isOwn: false, timer: {} });
    expect((await ann.call("message.send", { who: toBob, text: "stays" })).vanish).toBeUndefined();
  });

  test("that both set at once ends as the same one on both sides", async () => {
    const { ann, bob, toBob, toAnn } = await pair("timer-both");
    await Promise.all([
      ann.call("chat.setTimer", { who: toBob, afterMs: LIFE_MS }),
      bob.call("chat.setTimer", { who: toAnn, afterMs: DAY_MS }),
    ]);
    await world.until(async () =>
      [await ann.call("message.list", { who: toBob }), await bob.call("message.list", { who: toAnn })].every(
        (list) => list.length === 2,
      ),
    );
    const ends = [(await findContact(ann, toBob))?.vanishAfterMs, (await findContact(bob, toAnn))?.vanishAfterMs];
    expect(ends[0]).toBeDefined();
    expect(ends[0]).toBe(ends[1]);
  });

  test.each([0, -1, LIFE_MS - 1, 28 * DAY_MS + 1])("of %d ms is refused", async (afterMs) => {
    const { ann, toBob } = await pair(`timer-${afterMs}`);
    const refused = ann.call("chat.setTimer", { who: toBob, afterMs });
    await expect(refused).rejects.toMatchObject({ code: "TIMER_INVALID" });
    expect(await ann.call("message.list", { who: toBob })).toEqual([]);
  });
});

describe("a message under a timer", () => {
  test("vanishes for its sender after it was sent, and for its reader after it was read", async () => {
    const people = await pair("vanish", LIFE_MS);
    const { ann, bob, toBob, toAnn } = people;
    const { id, vanish } = await deliver(people, WORDS);
    expect(vanish).toMatchObject({ afterMs: LIFE_MS });
    await world.advance(LIFE_MS);
    expect(await listOf(ann, toBob)).toEqual([]);
    expect(await listOf(bob, toAnn)).toMatchObject([{ text: WORDS, vanish: { afterMs: LIFE_MS } }]);
    expect((await listOf(bob, toAnn))[0]?.vanish?.atMs).toBeUndefined();
    await bob.call("message.markRead", { who: toAnn });
    const readAtMs = world.clock.nowMs();
    expect((await listOf(bob, toAnn))[0]?.vanish?.atMs).toBeGreaterThanOrEqual(readAtMs + LIFE_MS - 10);
    await world.advance(LIFE_MS - SECOND_MS);
    expect(await listOf(bob, toAnn)).toHaveLength(1);
    await world.advance(SECOND_MS + 100);
    expect(await listOf(bob, toAnn)).toEqual([]);
    for (const [of, isOwn] of [
      [ann, true],
      [bob, false],
    ] as const) {
      const removed = of.events.filter((event) => event.type === "message.removed");
      expect(removed).toMatchObject([{ removed: { id, isOwn } }]);
    }
  });

  test("that nobody reads vanishes after thirty days, and counts as unread no longer", async () => {
    const people = await pair("vanish-unread", LIFE_MS);
    const { bob, toAnn } = people;
    await deliver(people, WORDS);
    await world.advance(29 * DAY_MS);
    expect(await bob.call("chat.list", {})).toMatchObject([{ unread: 1 }]);
    await world.advance(DAY_MS + 60 * SECOND_MS);
    expect(await listOf(bob, toAnn)).toEqual([]);
    expect(await bob.call("chat.list", {})).toMatchObject([{ unread: 0 }]);
  });

  test("is opened by no key any more, from anything the disk ever held, sessions and outbox included", async () => {
    const people = await pair("vanish-disk", LIFE_MS);
    const { ann, bob, toAnn } = people;
    await deliver(people, WORDS);
    await bob.call("message.markRead", { who: toAnn });
    expect(await traces(ann)).toContain("message");
    expect(await traces(ann)).toContain("outbox");
    expect(await traces(bob)).toContain("message");
    await world.advance(LIFE_MS + STEP_MS + SECOND_MS);
    const goneMs = world.clock.monotonicMs() - STEP_MS - SECOND_MS;
    for (const person of [ann, bob]) {
      expect(await traces(person)).toEqual([]);
      const states = (await person.openWritten()).filter(({ name }) => /^(session|outbox|early)\//.test(name));
      expect(states.filter(({ atMs }) => atMs < goneMs)).toEqual([]);
      expect(states.length).toBeGreaterThan(0);
    }
    await deliver(people, "and we can still talk");
  });

  test("that was edited leaves neither its old words nor its new ones", async () => {
    const people = await pair("vanish-edit", LIFE_MS);
    const { ann, bob, toBob, toAnn } = people;
    const { id } = await deliver(people, WORDS);
    await ann.call("message.edit", { who: toBob, id, text: "under the fourth stone" });
    await world.until(async () => (await listOf(bob, toAnn))[0]?.text === "under the fourth stone");
    await bob.call("message.markRead", { who: toAnn });
    await world.advance(LIFE_MS + STEP_MS + SECOND_MS);
    for (const person of [ann, bob]) {
      expect(await traces(person)).toEqual([]);
      expect(await traces(person, "fourth stone")).toEqual([]);
    }
  });

  test("is found by a search while it is there, also after a restart, and its words are in no index", async () => {
    const people = await pair("vanish-search", LIFE_MS);
    const { ann } = people;
    await deliver(people, WORDS);
    const found = async (): Promise<number> => (await ann.call("message.search", { text: "orchid" })).found.length;
    expect(await found()).toBe(1);
    ann.crash();
    await world.settle(ann.restart());
    expect(await found()).toBe(1);
    await world.advance(LIFE_MS);
    expect(await found()).toBe(0);
    expect(ann.written.some(({ name }) => name.startsWith("search/segment"))).toBe(false);
  });
});

describe("time", () => {
  test("of a message goes on while its device is off, and when its clock is set back", async () => {
    const people = await pair("vanish-off", LIFE_MS);
    const { ann, toBob } = people;
    await deliver(people, WORDS);
    world.clock.setWall(world.clock.nowMs() - DAY_MS);
    await world.advance(LIFE_MS / 2);
    expect(await listOf(ann, toBob)).toHaveLength(1);
    ann.crash();
    await world.advance(LIFE_MS / 2 + DAY_MS + STEP_MS);
    await world.settle(ann.restart());
    expect(await listOf(ann, toBob)).toEqual([]);
    expect(await traces(ann)).toEqual([]);
  });

  test("that jumps ahead and back makes no life longer than it was set", async () => {
    const people = await pair("vanish-jump", LIFE_MS);
    const { ann, toBob } = people;
    await deliver(people, "before");
    const nowMs = world.clock.nowMs();
    world.clock.setWall(nowMs + 365 * DAY_MS);
    await world.advance(60 * SECOND_MS);
    expect(await listOf(ann, toBob)).toEqual([]);
    world.clock.setWall(nowMs + 60 * SECOND_MS);
    await deliver(people, "after");
    await world.advance(LIFE_MS + SECOND_MS);
    expect(await listOf(ann, toBob)).toEqual([]);
  });
});

test("a crash at any moment of an erasure loses no session and brings no message back", async () => {
  for (let cutMs = 0; cutMs < 40; cutMs += 2) {
    const people = await pair(`vanish-crash-${cutMs}`, LIFE_MS);
    const { ann, bob, toBob, toAnn } = people;
    const { vanish } = await deliver(people, WORDS);
    await bob.call("message.markRead", { who: toAnn });
    await world.advance((vanish?.atMs ?? 0) + STEP_MS - world.clock.nowMs() - 20 + cutMs);
    ann.crash();
    await world.settle(ann.restart());
    await world.advance(LIFE_MS + STEP_MS);
    expect(await listOf(ann, toBob)).toEqual([]);
    expect(await traces(ann)).toEqual([]);
    await deliver(people, "still here");
    await world.stop();
  }
});

test("the state of a chat without a timer is sealed under a new key each day", async () => {
  const people = await pair("state-daily");
  await deliver(people, WORDS);
  await world.advance(DAY_MS + 2 * 3600 * SECOND_MS);
  const dayMs = world.clock.monotonicMs() - 2 * 3600 * SECOND_MS;
  for (const person of [people.ann, people.bob]) {
    const opened = await person.openWritten();
    const states = opened.filter(({ name }) => name.startsWith("session/"));
    expect(states.length).toBeGreaterThan(0);
    expect(states.filter(({ atMs }) => atMs < dayMs - DAY_MS / 2)).toEqual([]);
    expect(await listOf(person, person === people.ann ? people.toBob : people.toAnn)).toMatchObject([{ text: WORDS }]);
  }
  await deliver(people, "and on it goes");
});
