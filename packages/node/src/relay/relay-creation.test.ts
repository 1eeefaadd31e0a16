import { nobleSuite, type RelayRequest } from "@kith/protocol";
import { describe, expect, test } from "vitest";
import { idOf, listAll, putOne, RELAY_ID, RelayFixture, TEST_WORK } from "./testing/relay-fixture.ts";

const NONE = { type: "none" } as const;

describe("creating queues", () => {
  test("a stranger is asked for work and let in with it", async () => {
    const fixture = await new RelayFixture().start();
    const peer = fixture.peer();
    const queues = [fixture.newQueue(), fixture.newQueue()];
    expect(await peer.ask({ type: "create", queues, access: NONE })).toEqual({
      type: "error",
      code: "work-needed",
      bits: TEST_WORK.create,
    });
    expect(fixture.service.metrics().queues).toBe(0);
    const access = await peer.work({ operation: "create", queues }, TEST_WORK.create);
    expect(await peer.ask({ type: "create", queues, access })).toEqual({ type: "done" });
    expect(fixture.service.metrics().queues).toBe(2);
  });

  test("a proof for other queues is refused", async () => {
    const fixture = await new RelayFixture({ limits: { work: { ...TEST_WORK, create: 12 } } }).start();
    const peer = fixture.peer();
    const access = await peer.work({ operation: "create", queues: [fixture.newQueue()] }, 12);
    const answer = await peer.ask({ type: "create", queues: [fixture.newQueue()], access });
    expect(answer).toMatchObject({ code: "work-needed" });
    expect(fixture.service.metrics().queues).toBe(0);
  });

  test("the same CREATE again is done without new work and makes nothing new", async () => {
    const fixture = await new RelayFixture().start();
    const queue = await fixture.createQueue();
    expect(await fixture.peer().ask({ type: "create", queues: [queue], access: NONE })).toEqual({ type: "done" });
    expect(fixture.service.metrics().queues).toBe(1);
  });

  test("an id that is taken is refused, and the whole frame with it", async () => {
    const fixture = await new RelayFixture().start();
    const queue = await fixture.createQueue();
    const thief = { ...fixture.newQueue(), sendId: queue.sendId };
    const queues = [fixture.newQueue(), thief];
    const answer = await fixture.ownPeer().ask({ type: "create", queues, access: NONE });
    expect(answer).toEqual({ type: "error", code: "unknown-queue" });
    expect(fixture.service.metrics().queues).toBe(1);
    expect(await putOne(await fixture.sender(queue), queue, fixture.envelope())).toHaveProperty("mac");
  });

  test("two frames under way cannot both make one queue", async () => {
    const fixture = await new RelayFixture().start();
    const queue = fixture.newQueue();
    const other = { ...queue, ownerMacKey: fixture.random.bytes(32) };
    const peer = fixture.ownPeer();
    const answers = await Promise.all(
      [queue, other].map((each) => peer.ask({ type: "create", queues: [each], access: NONE })),
    );
    expect(answers.map(({ type }) => type)).toEqual(["done", "error"]);
    expect(fixture.service.metrics().queues).toBe(1);
  });

  test("a full relay first lets go of old queues that nobody ever opened", async () => {
    const fixture = await new RelayFixture({ limits: { relayQueues: 2 } }).start();
    const opened = await fixture.createQueue();
    await fixture.owner(opened);
    await fixture.createQueue();
    const peer = fixture.ownPeer();
    const create: RelayRequest = { type: "create", queues: [fixture.newQueue()], access: NONE };
    expect(await peer.ask(create)).toEqual({ type: "error", code: "relay-full" });
    await fixture.clock.advance(22 * 86_400_000);
    expect(await peer.ask(create)).toEqual({ type: "done" });
    expect(fixture.service.metrics().queues).toBe(2);
    expect(await fixture.peer().open("receive", opened.receiveId, opened.ownerMacKey)).not.toHaveProperty(
      "outcomes.0.error",
    );
  });
});

describe("opening queues", () => {
  test("an unknown queue and a wrong key are refused with the same bytes", async () => {
    const fixture = await new RelayFixture().start();
    const queue = await fixture.createQueue();
    const unknown = fixture.newQueue();
    for (const side of ["send", "receive"] as const) {
      const id = side === "send" ? queue.sendId : queue.receiveId;
      const unknownId = side === "send" ? unknown.sendId : unknown.receiveId;
      const wrong = await fixture.peer().open(side, id, fixture.random.bytes(32));
      const missing = await fixture.peer().open(side, unknownId, fixture.random.bytes(32));
      expect(wrong).toEqual({ type: "queues", outcomes: [{ queue: id, error: "unknown-queue" }] });
      expect(missing).toEqual({ type: "queues", outcomes: [{ queue: unknownId, error: "unknown-queue" }] });
    }
  });

  test("a MAC made for another channel does not open", async () => {
    const fixture = await new RelayFixture().start();
    const queue = await fixture.createQueue();
    const first = fixture.peer();
    const { channelNonce } = await first.info();
    const { openingMac } = await import("@kith/protocol");
    const mac = openingMac(
      nobleSuite,
      queue.ownerMacKey,
      { relay: RELAY_ID, channelNonce },
      "receive",
      queue.receiveId,
    );
    const openings = [{ side: "receive", queue: queue.receiveId, mac }] as const;
    expect(await fixture.peer().ask({ type: "open", openings })).toMatchObject({
      outcomes: [{ error: "unknown-queue" }],
    });
    expect(await first.ask({ type: "open", openings })).toMatchObject({ outcomes: [{ waiting: 0 }] });
  });

  test("the sender's key and id open no LIST, GET, ACK, SUB or DROP", async () => {
    const fixture = await new RelayFixture().start();
    const queue = await fixture.createQueue();
    const sender = await fixture.sender(queue);
    const envelope = fixture.envelope();
    await putOne(sender, queue, envelope);
    for (const id of [queue.sendId, queue.receiveId]) {
      await sender.open("receive", id, queue.senderMacKey);
      const items = [{ seq: 1, id: idOf(envelope) }];
      const requests: RelayRequest[] = [
        { type: "list", queue: id, afterSeq: 0, max: 10 },
        { type: "get", queue: id, seqs: [1] },
        { type: "ack", queue: id, items },
        { type: "drop", queue: id },
      ];
      for (const request of requests) expect(await sender.ask(request)).toEqual({ type: "error", code: "not-open" });
      const subscribed = await sender.ask({ type: "subscribe", queues: [id] });
      expect(subscribed).toEqual({ type: "queues", outcomes: [{ queue: id, error: "not-open" }] });
    }
    expect(await listAll(await fixture.owner(queue), queue.receiveId)).toHaveLength(1);
  });

  test("the owner's key does not put", async () => {
    const fixture = await new RelayFixture().start();
    const queue = await fixture.createQueue();
    const owner = await fixture.owner(queue);
    expect(await putOne(owner, queue, fixture.envelope())).toEqual({ error: "not-open" });
    expect(await putOne(owner, { ...queue, sendId: queue.receiveId }, fixture.envelope())).toEqual({
      error: "not-open",
    });
    expect(await listAll(owner, queue.receiveId)).toEqual([]);
  });
});
