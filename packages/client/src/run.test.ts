import { nobleSuite } from "@kith/protocol";
import { describe, expect, test } from "vitest";
import type { ClientEvent, Contact } from "./client.ts";
import { Draft } from "./core.ts";
import { EventLog, type NewEvent } from "./event-log.ts";
import { createPendingView } from "./store/pending-view.ts";
import { createRunStore } from "./store/run-store.ts";
import { createSealedStore, type SealedStore } from "./store/sealed-store.ts";
import { flushMicrotasks } from "./testing/fake-clock.ts";
import { MemoryStore } from "./testing/memory-store.ts";
import { createRandom } from "./testing/seeded-random.ts";

async function openLog(store: SealedStore): Promise<EventLog> {
  const events = new EventLog(store, () => 1000, {
    message: async () => undefined,
    contact: contactOf,
  });
  await events.load();
  return events;
}

function sealed(disk: MemoryStore): SealedStore {
  const options = { key: new Uint8Array(32).fill(3), suite: nobleSuite, random: createRandom("events").bytes };
  return createSealedStore(createPendingView(disk), options);
}

function contactOf(account: string): Contact {
  return { account, name: account, trust: "NONE", isByInvite: false, relation: "accepted", devices: 1 };
}

function about(account: string): NewEvent {
  return { type: "contact.changed", contact: contactOf(account) };
}

function reader(events: EventLog, after: number) {
  const seen: ClientEvent[] = [];
  const reading = new AbortController();
  const done = (async () => {
    for await (const event of events.read(after, reading.signal)) seen.push(event);
  })();
  return { seen, stop: () => reading.abort(), done };
}

const names = (events: readonly ClientEvent[]) =>
  events.map((event) => `${event.seq} ${"contact" in event ? event.contact.account : event.type}`);

describe("the events of a run", () => {
  test("a draft that is committed first is numbered first, whoever told first", async () => {
    const store = sealed(new MemoryStore());
    const events = await openLog(store);
    const { seen, stop, done } = reader(events, 0);
    const [early, late] = [new Draft({ store, events }), new Draft({ store, events })];
    early.tell(about("told-first"));
    late.tell(about("told-second"));
    await late.commit();
    await early.commit();
    await flushMicrotasks();
    expect(names(seen)).toEqual(["1 told-second", "2 told-first"]);
    stop();
    await done;
  });

  test("an event is shown only when it is on disk", async () => {
    const disk = new MemoryStore();
    const store = sealed(disk);
    const events = await openLog(store);
    const { seen, stop, done } = reader(events, 0);
    const draft = new Draft({ store, events });
    draft.tell(about("ann"));
    disk.failNextWrite();
    await expect(draft.commit()).rejects.toMatchObject({ code: "STORE_FAILED" });
    await flushMicrotasks();
    expect(seen).toEqual([]);
    stop();
    await done;
  });

  test("a reader goes on after its number, and one from another time gets what is new", async () => {
    const disk = new MemoryStore();
    const store = sealed(disk);
    const events = await openLog(store);
    for (const name of ["a", "b", "c"]) {
      const draft = new Draft({ store, events });
      draft.tell(about(name));
      await draft.commit();
    }
    const again = await openLog(sealed(disk));
    const [resumed, fresh, ahead] = [reader(again, 1), reader(again, -1), reader(again, 99)];
    await flushMicrotasks();
    expect(names(resumed.seen)).toEqual(["2 b", "3 c"]);
    const draft = new Draft({ store, events: again });
    draft.tell(about("d"));
    await draft.commit();
    await flushMicrotasks();
    expect(names(resumed.seen).at(-1)).toBe("4 d");
    expect(names(fresh.seen)).toEqual(["4 d"]);
    expect(names(ahead.seen)).toEqual(["4 d"]);
    again.end();
    await Promise.all([resumed.done, fresh.done, ahead.done]);
  });

  test("events about one person are forgotten, the others stay and readers pass over the holes", async () => {
    const store = sealed(new MemoryStore());
    const events = await openLog(store);
    const draft = new Draft({ store, events });
    for (const name of ["ann", "bob", "ann"]) draft.tell(about(name));
    await draft.commit();
    await store.commit(await events.removeAbout("ann"));
    const { seen, stop, done } = reader(events, 0);
    await flushMicrotasks();
    expect(names(seen)).toEqual(["2 bob"]);
    stop();
    await done;
  });
});

describe("the store of a run", () => {
  test("once it has ended nothing is written and nothing that was under way comes back", async () => {
    const disk = new MemoryStore();
    const run = createRunStore(sealed(disk));
    let settled = 0;
    const count = (): void => {
      settled += 1;
    };
    const underWay = run.commit([{ key: "a/1", value: Uint8Array.of(1) }]);
    underWay.then(count, count);
    const ended = run.end();
    run.commit([{ key: "a/2", value: Uint8Array.of(2) }]).then(count, count);
    run.get("a/1").then(count, count);
    await ended;
    await flushMicrotasks();
    expect([...disk.snapshot().keys()]).toEqual(["a/1"]);
    expect(settled).toBe(0);
  });

  test("a failure during the run reaches its caller", async () => {
    const disk = new MemoryStore();
    const run = createRunStore(sealed(disk));
    disk.failNextWrite();
    await expect(run.commit([{ key: "a/1", value: Uint8Array.of(1) }])).rejects.toMatchObject({ code: "STORE_FAILED" });
    expect(disk.snapshot().size).toBe(0);
  });
});
