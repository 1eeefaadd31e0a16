import { describe, expect, it } from "vitest";
import type { Contact, Message } from "./client.ts";
import { Draft } from "./core.ts";
import { EventLog, type NewEvent } from "./event-log.ts";
import type { Store } from "./ports.ts";
import { MemoryStore } from "./testing/index.ts";

const SOMEONE: Contact = {
  account: "kith1someone",
  name: "Someone",
  trust: "NONE",
  isByInvite: false,
  relation: "accepted",
  devices: 1,
};

/** A store that counts how often a range of it is read. */
class CountingStore extends MemoryStore {
  reads = 0;

  override async entries(range: Parameters<Store["entries"]>[0]): ReturnType<Store["entries"]> {
    this.reads += 1;
    return await super.entries(range);
  }
}

const HELLO: Message = {
  id: "00",
  chat: SOMEONE.account,
  isOwn: false,
  text: "hello",
  sentAtMs: 1,
  state: "received",
};

const TYPING = { type: "chat.typing", account: SOMEONE.account, isTyping: true } as const;

async function openLog(store: Store, messages: readonly Message[] = [HELLO]) {
  const events = new EventLog(store, () => 7, {
    message: async ({ id }) => messages.find((each) => each.id === id),
    contact: (account) => (account === SOMEONE.account ? SOMEONE : undefined),
  });
  await events.load();
  const tell = async (event: NewEvent = { type: "contact.changed", contact: SOMEONE }): Promise<void> => {
    const draft = new Draft({ store: store as never, events });
    draft.tell(event);
    await draft.commit();
  };
  return { events, tell };
}

/** The numbers of the next `count` events. */
async function take(events: EventLog, after: number, count: number): Promise<readonly number[]> {
  const stop = new AbortController();
  const numbers: number[] = [];
  for await (const { seq } of events.read(after, stop.signal)) {
    numbers.push(seq);
    if (numbers.length === count) stop.abort();
  }
  return numbers;
}

describe("EventLog", () => {
  it("serves readers that keep up without asking the store", async () => {
    const store = new CountingStore();
    const { events, tell } = await openLog(store);
    for (let i = 0; i < 3; i++) await tell();
    store.reads = 0;
    expect(await take(events, 0, 3)).toEqual([1, 2, 3]);
    expect(await take(events, 2, 1)).toEqual([3]);
    expect(store.reads).toBe(0);
  });

  it("gives events in order and none twice, whether they come from the store or from memory", async () => {
    const store = new CountingStore();
    const before = await openLog(store);
    for (let i = 0; i < 700; i++) await before.tell();
    const all = Array.from({ length: 700 }, (_, index) => index + 1);
    expect(await take(before.events, 0, 700)).toEqual(all);
    const { events, tell } = await openLog(store);
    const reading = take(events, 0, 702);
    await tell();
    await tell();
    expect(await reading).toEqual([...all, 701, 702]);
  });

  it("keeps nothing in memory of a person whose events are forgotten", async () => {
    const store = new CountingStore();
    const { events, tell } = await openLog(store);
    await tell();
    const changes = await events.removeAbout(SOMEONE.account);
    await store.commit(changes);
    await tell();
    expect(await take(events, 0, 1)).toEqual([2]);
  });

  it("keeps no text of a message, and tells what the message says when the event is read", async () => {
    const store = new MemoryStore();
    const before = await openLog(store);
    await before.tell({ type: "message.received", message: HELLO });
    const kept = await store.entries({ gte: "event/", lt: "event0" });
    expect(kept.some(([, bytes]) => new TextDecoder().decode(bytes).includes("hello"))).toBe(false);
    const edited = { ...HELLO, text: "goodbye" };
    const { events } = await openLog(store, [edited]);
    for await (const event of events.read(0, AbortSignal.any([]))) {
      expect(event).toEqual({ seq: 1, atMs: 7, type: "message.received", message: edited });
      break;
    }
  });

  it("passes over events of messages that are gone", async () => {
    const store = new MemoryStore();
    const before = await openLog(store);
    for (let i = 0; i < 600; i++) await before.tell({ type: "message.received", message: HELLO });
    await before.tell();
    const { events, tell } = await openLog(store, []);
    expect(await take(events, 0, 1)).toEqual([601]);
    const next = take(events, 601, 1);
    await tell();
    expect(await next).toEqual([602]);
  });
});

describe("a passing event", () => {
  it("reaches live readers after what was kept before it, under that number, and is on no disk", async () => {
    const store = new MemoryStore();
    const { events, tell } = await openLog(store);
    const stop = new AbortController();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { type, seq } of events.read(0, stop.signal)) {
        seen.push(`${type} ${seq}`);
        if (seen.length === 3) stop.abort();
      }
    })();
    await tell();
    events.show(TYPING);
    while (seen.length < 2) await Promise.resolve();
    await tell();
    await reading;
    expect(seen).toEqual(["contact.changed 1", "chat.typing 1", "contact.changed 2"]);
    expect(await take(events, 0, 2)).toEqual([1, 2]);
    expect((await store.entries({ gte: "event/", lt: "event0" })).length).toBe(2);
  });

  it("of one chat is shown to a slow reader in its newest form only", async () => {
    const { events } = await openLog(new MemoryStore());
    const stop = new AbortController();
    const stream = events.read(-1, stop.signal)[Symbol.asyncIterator]();
    const first = stream.next();
    events.show(TYPING);
    events.show({ ...TYPING, isTyping: false });
    expect((await first).value).toMatchObject({ type: "chat.typing", isTyping: false });
    stop.abort();
    expect((await stream.next()).done).toBe(true);
  });
});
