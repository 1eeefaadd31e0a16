/** The rules of the storage port of a relay. */
import { type ConformanceCase, expectThat } from "@kith/client/testing";
import { type EnvelopeId, nobleSuite, type QueueId, type StoredRef, toHex } from "@kith/protocol";
import type { QueueStorage } from "../queue-storage.ts";

/** Bounds that each implementation is made with for these cases. */
export const CONFORMANCE_BOUNDS = Object.freeze({
  messages: 6,
  sizeBytes: 3000,
  totalBytes: 5000,
  totalQueues: 5,
  idleDays: 60,
  lifeDays: 30,
  unopenedDays: 21,
  putRate: Object.freeze({ perSecond: 0, burst: 4000 }),
  hotItems: 2,
});

/** An empty storage that has started, and what moves time and processes. */
export interface QueueStorageFixture {
  readonly storage: QueueStorage;
  /** Lets days pass. */
  passDays(days: number): Promise<void>;
  /** Ends it in good order and starts it again on what it left behind. */
  reopen(isDamaged?: boolean): Promise<QueueStorage>;
  close(): Promise<void>;
}

type Case = ConformanceCase<QueueStorageFixture>;

const queueOf = (number: number) => {
  const id = (side: string): QueueId =>
    toHex(nobleSuite.sha256(Uint8Array.of(number, side.length))).slice(0, 32) as QueueId;
  const key = (fill: number): Uint8Array => new Uint8Array(32).fill(fill + number);
  return { receiveId: id("r"), sendId: id("ss"), ownerMacKey: key(1), senderMacKey: key(101) };
};

const envelopeOf = (number: number, sizeBytes = 100): Uint8Array => new Uint8Array(sizeBytes).fill(number);
const idOf = (envelope: Uint8Array): EnvelopeId => toHex(nobleSuite.sha256(envelope)) as EnvelopeId;
const NONE = { bytes: 1_000_000, eachBytes: 0 } as const;
const [first, second] = [queueOf(1), queueOf(2)];

async function put(storage: QueueStorage, queue: QueueId, ...numbers: readonly number[]): Promise<string> {
  const results = await storage.append(numbers.map((number) => ({ queue, envelope: envelopeOf(number) })));
  return results.map((each) => (each.ok ? "ok" : each.code)).join();
}

async function held(storage: QueueStorage, queue: QueueId): Promise<readonly StoredRef[]> {
  return (await storage.range(queue, 0, 1000))?.items ?? [];
}

/** The envelopes of a queue by their numbers. */
async function numbersIn(storage: QueueStorage, queue: QueueId): Promise<string> {
  const items = await held(storage, queue);
  const read = await storage.read(
    queue,
    items.map(({ seq }) => seq),
    NONE,
  );
  return (read ?? []).map(({ envelope }) => envelope[0]).join();
}

function expectSame(found: unknown, expected: unknown): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  expectThat(one === other, `expected ${other}, got ${one}`);
}

/** A case over two queues that exist. */
function withQueues(name: string, run: (fixture: QueueStorageFixture) => Promise<void>): Case {
  return {
    name,
    async run(make) {
      const fixture = await make();
      expectSame(await fixture.storage.create([first, second]), null);
      await run(fixture);
      await fixture.close();
    },
  };
}

const MAKING: readonly Case[] = [
  withQueues("queues are made all or none, once, and never one over another", async ({ storage }) => {
    expectSame(await storage.create([first, second]), null);
    expectSame(await storage.haveAll([first, second]), true);
    const other = { ...queueOf(3), sendId: first.sendId };
    expectSame(await storage.create([queueOf(4), other]), "unknown-queue");
    expectSame(await storage.create([queueOf(4), { ...first, ownerMacKey: new Uint8Array(32) }]), "unknown-queue");
    expectSame(await storage.haveAll([first, queueOf(4)]), false);
    expectSame(storage.totals.queues, 2);
    expectSame(await storage.create([5, 6, 7, 8].map(queueOf)), "relay-full");
    expectSame(storage.totals.queues, 2);
  }),
  withQueues("a queue is found by both its ids and shows its keys", async ({ storage }) => {
    expectSame(await storage.findBySender(first.sendId), first.receiveId);
    expectSame(await storage.findBySender(first.receiveId), null);
    const state = await storage.look(first.receiveId);
    expectSame([...(state?.ownerMacKey ?? [])], [...first.ownerMacKey]);
    expectSame([...(state?.senderMacKey ?? [])], [...first.senderMacKey]);
    expectSame([state?.sendId, state?.waiting, state?.missing], [first.sendId, 0, { send: 0, receive: 0 }]);
    expectSame(await storage.look(queueOf(9).receiveId), null);
  }),
  withQueues("a queue that is dropped is gone with all it held, and can be made again", async ({ storage, reopen }) => {
    await put(storage, first.receiveId, 1, 2);
    expectSame(await storage.drop(first.receiveId), "done");
    expectSame(await storage.drop(first.receiveId), null);
    expectSame([storage.totals.queues, storage.totals.sizeBytes], [1, 0]);
    expectSame(await storage.range(first.receiveId, 0, 10), null);
    expectSame(await storage.findBySender(first.sendId), null);
    expectSame(await storage.create([first]), null);
    const again = await reopen();
    expectSame(await held(again, first.receiveId), []);
    expectSame(again.totals.queues, 2);
  }),
];

const MAIL: readonly Case[] = [
  withQueues(
    "envelopes come back byte for byte, in order, each once, also after a start",
    async ({ storage, reopen }) => {
      expectSame(await put(storage, first.receiveId, 3, 1, 2), "ok,ok,ok");
      expectSame(await put(storage, first.receiveId, 1, 4), "ok,ok");
      expectSame(await numbersIn(storage, first.receiveId), "3,1,2,4");
      expectSame((await storage.look(first.receiveId))?.waiting, 4);
      const ids = (await held(storage, first.receiveId)).map(({ id }) => id);
      expectSame(
        ids,
        [3, 1, 2, 4].map((number) => idOf(envelopeOf(number))),
      );
      const again = await reopen();
      expectSame(await numbersIn(again, first.receiveId), "3,1,2,4");
      expectSame([again.totals.queues, again.totals.sizeBytes], [2, 400]);
    },
  ),
  withQueues("many writers at once lose and mix nothing", async ({ storage }) => {
    const puts = [1, 2, 3, 4, 5].flatMap((number) => [
      put(storage, first.receiveId, number),
      put(storage, second.receiveId, number),
    ]);
    expectSame(new Set(await Promise.all(puts)).size, 1);
    for (const { receiveId } of [first, second]) expectSame(await numbersIn(storage, receiveId), "1,2,3,4,5");
  }),
  withQueues("a range goes on after a position and says whether there is more", async ({ storage }) => {
    await put(storage, first.receiveId, 1, 2, 3);
    const page = await storage.range(first.receiveId, 0, 2);
    expectSame([page?.items.length, page?.isMore], [2, true]);
    const rest = await storage.range(first.receiveId, page?.items[1]?.seq ?? 0, 2);
    expectSame([rest?.items.map(({ id }) => id), rest?.isMore], [[idOf(envelopeOf(3))], false]);
    expectSame(await storage.range(queueOf(9).receiveId, 0, 2), null);
  }),
  withQueues(
    "a reader gets as many as fit from the front, and nothing for positions that are empty",
    async (fixture) => {
      const { storage } = fixture;
      await put(storage, first.receiveId, 1, 2, 3);
      const seqs = (await held(storage, first.receiveId)).map(({ seq }) => seq);
      const read = await storage.read(first.receiveId, [...seqs, 999], { bytes: 250, eachBytes: 10 });
      expectSame(
        read?.map(({ envelope }) => envelope[0]),
        [1, 2],
      );
      expectSame((await storage.read(first.receiveId, [998, 999], NONE))?.length, 0);
      expectSame(await storage.read(queueOf(9).receiveId, seqs, NONE), null);
    },
  ),
  withQueues(
    "what is acknowledged by position and id goes for good, and its position is not used again",
    async (fixture) => {
      const { storage, reopen } = fixture;
      await put(storage, first.receiveId, 1, 2);
      const [one, two] = (await held(storage, first.receiveId)) as [StoredRef, StoredRef];
      expectSame(
        await storage.ack(first.receiveId, [
          { ...one, id: two.id },
          { ...two, seq: 999 },
        ]),
        "done",
      );
      expectSame(await numbersIn(storage, first.receiveId), "1,2");
      expectSame(await storage.ack(first.receiveId, [one, two]), "done");
      expectSame(storage.totals.sizeBytes, 0);
      const again = await reopen();
      expectSame(await held(again, first.receiveId), []);
      await put(again, first.receiveId, 1);
      expectThat(((await held(again, first.receiveId))[0]?.seq ?? 0) > two.seq, "a position was given out twice");
      expectSame(await again.ack(queueOf(9).receiveId, [one]), null);
    },
  ),
  withQueues("bounds refuse and never evict", async ({ storage }) => {
    expectSame(await put(storage, queueOf(9).receiveId, 1), "unknown-queue");
    expectSame(await put(storage, first.receiveId, 1, 2, 3, 4, 5, 6, 7, 1), "ok,ok,ok,ok,ok,ok,queue-full,ok");
    const large = (number: number) => ({ queue: second.receiveId, envelope: envelopeOf(number, 1400) });
    const results = await storage.append([large(1), large(2), large(3)]);
    expectSame(
      results.map((each) => each.ok || each.code),
      [true, true, "queue-full"],
    );
    expectSame(await numbersIn(storage, first.receiveId), "1,2,3,4,5,6");
    expectSame(await storage.create([queueOf(3)]), null);
    const third = { queue: queueOf(3).receiveId, envelope: envelopeOf(1, 2000) };
    expectSame(
      (await storage.append([third])).map((each) => each.ok || each.code),
      ["relay-full"],
    );
  }),
  withQueues("a queue takes no more at once than its rate", async ({ storage }) => {
    for (const number of [1, 2]) {
      await storage.append([{ queue: first.receiveId, envelope: envelopeOf(number, 1900) }]);
      await storage.ack(first.receiveId, await held(storage, first.receiveId));
    }
    const [third] = await storage.append([{ queue: first.receiveId, envelope: envelopeOf(3, 1900) }]);
    expectSame(third?.ok === false && third.code, "rate-limited");
    expectSame(await put(storage, second.receiveId, 1), "ok");
  }),
];

const TELLING: readonly Case[] = [
  withQueues("a listener is told of what is committed and of what is gone", async ({ storage }) => {
    const told: string[] = [];
    storage.subscribe({
      onStored: (queue, { seq }, envelope) => told.push(`${queue === first.receiveId} +${seq}:${envelope[0]}`),
      onRemoved: (_, seqs) => told.push(`-${seqs.join()}`),
      onDamage: (missing) => told.push(`!${missing}`),
    });
    await put(storage, first.receiveId, 7, 7);
    await put(storage, second.receiveId, 8);
    await storage.ack(first.receiveId, await held(storage, first.receiveId));
    await storage.drop(second.receiveId);
    expectSame(told, ["true +1:7", "false +1:8", "-1", "-1"]);
  }),
  withQueues("known damage is told to each side of each queue until it takes note", async ({ reopen }) => {
    const damaged = await reopen(true);
    expectSame((await damaged.look(first.receiveId))?.missing, { send: 1, receive: 1 });
    await damaged.forgive(first.receiveId, "send", 1);
    await damaged.forgive(queueOf(9).receiveId, "send", 1);
    const again = await reopen();
    expectSame((await again.look(first.receiveId))?.missing, { send: 0, receive: 1 });
    expectSame((await again.look(second.receiveId))?.missing, { send: 1, receive: 1 });
  }),
];

const TIME: readonly Case[] = [
  withQueues("envelopes go when their life is over, whatever is in the queue besides", async (fixture) => {
    const { storage, passDays } = fixture;
    await put(storage, first.receiveId, 1);
    await passDays(20);
    await put(storage, first.receiveId, 2);
    await passDays(11);
    expectSame((await storage.expire(() => false)).expiredEnvelopes, 1);
    expectSame(await numbersIn(storage, first.receiveId), "2");
  }),
  withQueues("queues that nobody uses go, those in use stay", async ({ storage, passDays }) => {
    await storage.touch(first.receiveId);
    await passDays(61);
    expectSame((await storage.expire((queue) => queue === first.receiveId)).droppedQueues, 1);
    expectThat((await storage.look(first.receiveId)) !== null, "a queue in use is gone");
    expectSame(await storage.look(second.receiveId), null);
  }),
  withQueues("queues that nobody ever opened can be dropped early, and not before their age", async (fixture) => {
    const { storage, passDays } = fixture;
    await storage.touch(first.receiveId);
    expectSame(await storage.dropUnopened(), 0);
    await passDays(22);
    expectSame(await storage.dropUnopened(), 1);
    expectSame([await storage.look(second.receiveId), storage.totals.queues], [null, 1]);
  }),
];

/** Cases every queue storage passes; `make` gives an empty one with `CONFORMANCE_BOUNDS` each time. */
export const QUEUE_STORAGE_CONFORMANCE: readonly Case[] = [...MAKING, ...MAIL, ...TELLING, ...TIME];
