import { equalBytes, nobleSuite, type QueueId, receiptMac } from "@kith/protocol";
import { describe, expect, test } from "vitest";
import { idOf, listAll, putOne, RELAY_ID, RelayFixture } from "./testing/relay-fixture.ts";

const NONE = { type: "none" } as const;

describe("storing envelopes", () => {
  test("a receipt verifies under the sender's key and names this channel and envelope", async () => {
    const fixture = await new RelayFixture().start();
    const queue = await fixture.createQueue();
    const sender = await fixture.sender(queue);
    const envelope = fixture.envelope();
    const { mac } = await putOne(sender, queue, envelope);
    const { channelNonce } = await sender.info();
    const binding = { relay: RELAY_ID, channelNonce };
    expect(mac).toEqual(receiptMac(nobleSuite, queue.senderMacKey, binding, idOf(envelope)));
  });

  test("a receipt comes only after the commit, and the owner sees nothing before it", async () => {
    const fixture = await new RelayFixture({ commitDelayMs: 1 }).start();
    const queue = fixture.newQueue();
    const created = fixture.ownPeer().ask({ type: "create", queues: [queue], access: NONE });
    await fixture.clock.advance(1);
    await created;
    const sender = fixture.peer();
    const owner = fixture.peer();
    const opened = [
      sender.open("send", queue.sendId, queue.senderMacKey),
      owner.open("receive", queue.receiveId, queue.ownerMacKey),
    ];
    await fixture.clock.advance(5);
    await Promise.all(opened);
    let outcome: unknown = null;
    const put = putOne(sender, queue, fixture.envelope()).then((result) => {
      outcome = result;
    });
    await fixture.settle();
    expect(outcome).toBeNull();
    expect(await listAll(owner, queue.receiveId)).toEqual([]);
    await fixture.clock.advance(1);
    await put;
    expect(outcome).toHaveProperty("mac");
    expect(await listAll(owner, queue.receiveId)).toHaveLength(1);
  });

  test("no envelope with a receipt is lost in a crash, whenever it comes", async () => {
    for (let crashAfterMs = 0; crashAfterMs < 6; crashAfterMs++) {
      const fixture = await new RelayFixture({ commitDelayMs: 2, seed: `crash ${crashAfterMs}` }).start();
      const queue = fixture.newQueue();
      const created = fixture.ownPeer().ask({ type: "create", queues: [queue], access: NONE });
      await fixture.clock.advance(4);
      await created;
      const opening = fixture.sender(queue);
      await fixture.clock.advance(4);
      const sender = await opening;
      const receipted: string[] = [];
      for (let index = 0; index < 12; index++) {
        const envelope = fixture.envelope(100);
        void putOne(sender, queue, envelope).then(({ mac }) => mac && receipted.push(idOf(envelope)));
        if (index % 3 === 0) await fixture.clock.advance(1);
      }
      await fixture.clock.advance(crashAfterMs);
      await fixture.restart(true);
      const reopening = fixture.owner(queue);
      await fixture.clock.advance(4);
      const held = (await listAll(await reopening, queue.receiveId)).map(({ id }) => id as string);
      expect(held).toEqual(expect.arrayContaining(receipted));
      expect(receipted.length).toBeGreaterThan(0);
    }
  });

  test("the same envelope twice gives two receipts and one copy, also at once and in one frame", async () => {
    const fixture = await new RelayFixture().start();
    const queue = await fixture.createQueue();
    const sender = await fixture.sender(queue);
    const envelope = fixture.envelope();
    const item = { queue: queue.sendId, envelope };
    const [pair, single] = await Promise.all([
      sender.ask({ type: "put", items: [item, item] }),
      putOne(sender, queue, envelope),
    ]);
    expect(pair).toMatchObject({ outcomes: [{ mac: single.mac }, { mac: single.mac }] });
    expect(await putOne(sender, queue, envelope)).toEqual(single);
    expect(await listAll(await fixture.owner(queue), queue.receiveId)).toEqual([
      { seq: 1, id: idOf(envelope), sizeBytes: 768 },
    ]);
  });

  test("one copy stays one copy across a restart", async () => {
    const fixture = await new RelayFixture().start();
    const queue = await fixture.createQueue();
    const envelope = fixture.envelope();
    await putOne(await fixture.sender(queue), queue, envelope);
    await fixture.restart();
    expect(await putOne(await fixture.sender(queue), queue, envelope)).toHaveProperty("mac");
    expect(await listAll(await fixture.owner(queue), queue.receiveId)).toHaveLength(1);
  });

  test("concurrent frames from many channels share few writes and keep one order", async () => {
    const fixture = await new RelayFixture().start();
    const queue = await fixture.createQueue();
    const senders = await Promise.all(Array.from({ length: 8 }, () => fixture.sender(queue)));
    const owner = await fixture.owner(queue);
    const before = fixture.store.writeCount;
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, index) => putOne(senders[index % 8] ?? owner, queue, fixture.envelope(100))),
    );
    expect(outcomes.every(({ mac }) => mac !== undefined)).toBe(true);
    expect(fixture.store.writeCount - before).toBeLessThan(8);
    expect((await listAll(owner, queue.receiveId)).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 64 }, (_, i) => i + 1),
    );
  });

  test("a full queue refuses and keeps what it has; room comes with acknowledgements", async () => {
    const fixture = await new RelayFixture({ limits: { queueMessages: 3, queueBytes: 3000 } }).start();
    const queue = await fixture.createQueue();
    const sender = await fixture.sender(queue);
    const owner = await fixture.owner(queue);
    for (let index = 0; index < 3; index++) await putOne(sender, queue, fixture.envelope(900));
    const held = await listAll(owner, queue.receiveId);
    expect(await putOne(sender, queue, fixture.envelope(10))).toEqual({ error: "queue-full" });
    expect(await listAll(owner, queue.receiveId)).toEqual(held);
    await owner.ask({ type: "ack", queue: queue.receiveId, items: held.slice(0, 1) });
    expect(await putOne(sender, queue, fixture.envelope(1201))).toEqual({ error: "queue-full" });
    expect(await putOne(sender, queue, fixture.envelope(1200))).toHaveProperty("mac");
  });

  test("a full relay, a full disk and a fast sender are refused without storing", async () => {
    let freeBytes = 1e12;
    const fixture = await new RelayFixture({
      limits: { relayBytes: 2500, putBytesPerSecond: 100, putBurstBytes: 2000 },
      freeDiskBytes: async () => freeBytes,
    }).start();
    const queue = await fixture.createQueue();
    const other = await fixture.createQueue();
    const sender = await fixture.sender(queue);
    expect(await putOne(sender, queue, fixture.envelope(1900))).toHaveProperty("mac");
    expect(await putOne(sender, queue, fixture.envelope(200))).toEqual({ error: "rate-limited" });
    await fixture.clock.advance(1000);
    expect(await putOne(sender, queue, fixture.envelope(200))).toHaveProperty("mac");
    expect(await putOne(await fixture.sender(other), other, fixture.envelope(500))).toEqual({ error: "relay-full" });
    freeBytes = 10;
    await fixture.clock.advance(10_000);
    expect(await putOne(sender, queue, fixture.envelope(10))).toEqual({ error: "relay-full" });
    expect(fixture.service.metrics()).toMatchObject({ queueBytes: 2100, envelopesStored: 2 });
  });

  test("when the disk refuses, no receipt is given and the relay goes on answering", async () => {
    const fixture = await new RelayFixture().start();
    const queue = await fixture.createQueue();
    const sender = await fixture.sender(queue);
    const owner = await fixture.owner(queue);
    fixture.store.failNextWrite();
    expect(await putOne(sender, queue, fixture.envelope())).toEqual({ error: "busy" });
    expect(await putOne(sender, queue, fixture.envelope())).toEqual({ error: "busy" });
    expect(await listAll(owner, queue.receiveId)).toEqual([]);
    await fixture.restart(true);
    expect(await putOne(await fixture.sender(queue), queue, fixture.envelope())).toHaveProperty("mac");
  });
});

describe("fetching", () => {
  test("GET returns what fits a frame, with ages, and leaves out what is not there", async () => {
    const fixture = await new RelayFixture().start();
    const queue = await fixture.createQueue();
    const sender = await fixture.sender(queue);
    const owner = await fixture.owner(queue);
    const envelopes = [fixture.envelope(40_000), fixture.envelope(26_000), fixture.envelope(100)];
    for (const envelope of envelopes) await putOne(sender, queue, envelope);
    await fixture.clock.advance(5000);
    const answer = await owner.ask({ type: "get", queue: queue.receiveId, seqs: [9, 1, 2, 3] });
    expect(answer).toEqual({
      type: "get",
      items: [1, 2, 3].map((seq) => ({ seq, ageMs: 5000, envelope: envelopes[seq - 1] })),
    });
    await putOne(sender, queue, fixture.envelope(65_536));
    expect(await owner.ask({ type: "get", queue: queue.receiveId, seqs: [4, 1] })).toMatchObject({
      items: [{ seq: 4 }],
    });
    expect(await owner.ask({ type: "get", queue: queue.receiveId, seqs: [1, 4] })).toMatchObject({
      items: [{ seq: 1 }],
    });
  });

  test("LIST pages by position", async () => {
    const fixture = await new RelayFixture().start();
    const queue = await fixture.createQueue();
    const sender = await fixture.sender(queue);
    const owner = await fixture.owner(queue);
    for (let index = 0; index < 5; index++) await putOne(sender, queue, fixture.envelope(50));
    const list = (afterSeq: number) => owner.ask({ type: "list", queue: queue.receiveId, afterSeq, max: 2 });
    expect(await list(0)).toMatchObject({ isMore: true, items: [{ seq: 1 }, { seq: 2 }] });
    expect(await list(2)).toMatchObject({ isMore: true, items: [{ seq: 3 }, { seq: 4 }] });
    expect(await list(4)).toMatchObject({ isMore: false, items: [{ seq: 5 }] });
  });

  test("ACK deletes only what matches by position and id, for good", async () => {
    const fixture = await new RelayFixture().start();
    const queue = await fixture.createQueue();
    const sender = await fixture.sender(queue);
    const [first, second] = [fixture.envelope(), fixture.envelope()];
    await putOne(sender, queue, first);
    await putOne(sender, queue, second);
    const owner = await fixture.owner(queue);
    const items = [
      { seq: 1, id: idOf(second) },
      { seq: 2, id: idOf(second) },
      { seq: 7, id: idOf(first) },
    ];
    expect(await owner.ask({ type: "ack", queue: queue.receiveId, items })).toEqual({ type: "done" });
    await fixture.restart(true);
    expect(await listAll(await fixture.owner(queue), queue.receiveId)).toMatchObject([{ seq: 1, id: idOf(first) }]);
    expect(await putOne(await fixture.sender(queue), queue, fixture.envelope())).toHaveProperty("mac");
    expect((await listAll(await fixture.owner(queue), queue.receiveId)).map(({ seq }) => seq)).toEqual([1, 3]);
  });

  test("DROP deletes everything of a queue, on disk too", async () => {
    const fixture = await new RelayFixture().start();
    const queue = await fixture.createQueue();
    const sender = await fixture.sender(queue);
    await putOne(sender, queue, fixture.envelope());
    const owner = await fixture.owner(queue);
    expect(await owner.ask({ type: "drop", queue: queue.receiveId })).toEqual({ type: "done" });
    expect(await putOne(sender, queue, fixture.envelope())).toEqual({ error: "unknown-queue" });
    const left = [...fixture.store.snapshot().keys()].filter((key) => /^[qsle]\//.test(key));
    expect(left).toEqual([]);
    expect(fixture.service.metrics()).toMatchObject({ queues: 0, queueBytes: 0 });
  });
});

describe("frames", () => {
  test("garbage, unknown operations and oversized frames get an answer and change nothing", async () => {
    const fixture = await new RelayFixture().start();
    const peer = fixture.peer();
    const before = fixture.store.snapshot();
    expect(await peer.send(Uint8Array.of(1, 2, 3))).toEqual({ type: "error", code: "malformed" });
    expect(await peer.send(Uint8Array.of(0x82, 0x18, 0x63, 0xa0))).toEqual({ type: "error", code: "unsupported" });
    expect(await peer.send(new Uint8Array(70_000))).toEqual({ type: "error", code: "too-large" });
    expect(fixture.store.snapshot()).toEqual(before);
  });

  test("a relay that has not started answers busy", async () => {
    const fixture = new RelayFixture();
    expect(await fixture.peer().ask({ type: "info" })).toEqual({ type: "error", code: "busy" });
  });

  test("one source address is slowed down, others are not", async () => {
    const fixture = await new RelayFixture({ limits: { requestsPerSecond: 1, requestBurst: 2 } }).start();
    const info = { type: "info" } as const;
    const peers = ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"].map((address) => fixture.peer(address));
    for (const peer of peers) expect((await peer.ask(info)).type).toBe("info");
    expect(await peers[0]?.ask(info)).toEqual({ type: "error", code: "rate-limited", retryAfterMs: 1000 });
    expect((await fixture.peer("2001:db8:1:3::1").ask(info)).type).toBe("info");
    await fixture.clock.advance(1000);
    expect((await peers[0]?.ask(info))?.type).toBe("info");
  });

  test("each channel has its own nonce and a day has one value", async () => {
    const fixture = await new RelayFixture().start();
    const [a, b] = await Promise.all([fixture.peer().info(), fixture.peer().info()]);
    expect(equalBytes(a.channelNonce, b.channelNonce)).toBe(false);
    expect(a.dayValue).toEqual(b.dayValue);
    await fixture.restart();
    expect((await fixture.peer().info()).dayValue).toEqual(a.dayValue);
  });

  test("a frame cannot open more sides than a channel may hold", async () => {
    const fixture = await new RelayFixture({ limits: { openQueuesPerChannel: 1 } }).start();
    const queue = await fixture.createQueue();
    const peer = await fixture.owner(queue);
    expect(await peer.open("send", queue.sendId, queue.senderMacKey)).toEqual({ type: "error", code: "busy" });
    expect(await listAll(peer, queue.receiveId as QueueId)).toEqual([]);
  });
});
