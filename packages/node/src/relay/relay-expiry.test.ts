import { describe, expect, test } from "vitest";
import { itemRange } from "./queue-keys.ts";
import { idOf, listAll, putOne, RelayFixture } from "./testing/relay-fixture.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

describe("expiry", () => {
  test("an envelope is kept for 30 whole days and then goes, others stay", async () => {
    const fixture = await new RelayFixture().start();
    const queue = await fixture.createQueue();
    const old = fixture.envelope();
    await putOne(await fixture.sender(queue), queue, old);
    await fixture.clock.advance(20 * DAY_MS);
    const young = fixture.envelope();
    await putOne(await fixture.sender(queue), queue, young);
    await fixture.clock.advance(10 * DAY_MS);
    expect(await listAll(await fixture.owner(queue), queue.receiveId)).toHaveLength(2);
    await fixture.clock.advance(DAY_MS + HOUR_MS);
    const held = await listAll(await fixture.owner(queue), queue.receiveId);
    expect(held.map(({ id }) => id)).toEqual([idOf(young)]);
    expect(fixture.service.metrics()).toMatchObject({ envelopesExpired: 1, queueBytes: 768 });
  });

  test("a queue dies 60 days after its last use, not after its making", async () => {
    const fixture = await new RelayFixture().start();
    const used = await fixture.createQueue();
    const unused = await fixture.createQueue();
    await fixture.clock.advance(40 * DAY_MS);
    await fixture.owner(used);
    await fixture.clock.advance(40 * DAY_MS);
    expect(fixture.service.metrics().queues).toBe(1);
    expect(await fixture.peer().open("receive", unused.receiveId, unused.ownerMacKey)).toMatchObject({
      outcomes: [{ error: "unknown-queue" }],
    });
    expect(await fixture.peer().open("receive", used.receiveId, used.ownerMacKey)).toMatchObject({
      outcomes: [{ waiting: 0 }],
    });
    await fixture.clock.advance(61 * DAY_MS);
    expect(fixture.service.metrics().queues).toBe(0);
    expect([...fixture.store.snapshot().keys()].filter((key) => !key.startsWith("c/"))).toEqual([]);
  });

  test("a queue somebody is subscribed to does not die", async () => {
    const fixture = await new RelayFixture().start();
    const queue = await fixture.createQueue();
    const owner = await fixture.owner(queue);
    await owner.ask({ type: "subscribe", queues: [queue.receiveId] });
    await fixture.clock.advance(130 * DAY_MS);
    expect(await listAll(owner, queue.receiveId)).toEqual([]);
    expect(fixture.service.metrics().queues).toBe(1);
  });

  test("a clock that jumps years ahead expires nothing before an hour of steady time", async () => {
    const fixture = await new RelayFixture().start();
    const queue = await fixture.createQueue();
    await putOne(await fixture.sender(queue), queue, fixture.envelope());
    const realMs = fixture.clock.nowMs();
    fixture.clock.setWall(realMs + 400 * DAY_MS);
    await fixture.clock.advance(50 * 60_000);
    fixture.clock.setWall(realMs + 50 * 60_000);
    await fixture.clock.advance(3 * HOUR_MS);
    expect(await listAll(await fixture.owner(queue), queue.receiveId)).toHaveLength(1);
    fixture.clock.setWall(fixture.clock.nowMs() + 400 * DAY_MS);
    await fixture.clock.advance(2 * HOUR_MS);
    expect(fixture.service.metrics().queues).toBe(0);
  });

  test("a relay started under a wrong clock expires nothing before an hour of steady time", async () => {
    const fixture = await new RelayFixture().start();
    const queue = await fixture.createQueue();
    await putOne(await fixture.sender(queue), queue, fixture.envelope());
    fixture.clock.setWall(fixture.clock.nowMs() + 400 * DAY_MS);
    await fixture.restart();
    await fixture.clock.advance(50 * 60_000);
    expect(fixture.service.metrics()).toMatchObject({ queues: 1, queueBytes: 768 });
    await fixture.clock.advance(HOUR_MS);
    expect(fixture.service.metrics()).toMatchObject({ queues: 0, queueBytes: 0 });
  });

  test("ages follow the wall clock, whatever expiry believes", async () => {
    const fixture = await new RelayFixture().start();
    const queue = await fixture.createQueue();
    await putOne(await fixture.sender(queue), queue, fixture.envelope());
    fixture.clock.setWall(fixture.clock.nowMs() + 3 * DAY_MS);
    await fixture.restart();
    const answer = await (await fixture.owner(queue)).ask({ type: "get", queue: queue.receiveId, seqs: [1] });
    expect(answer).toMatchObject({ items: [{ seq: 1 }] });
    expect(answer.type === "get" && answer.items[0]?.ageMs).toBeGreaterThanOrEqual(3 * DAY_MS);
  });
});

describe("damage of the store", () => {
  async function damaged(deletes: (keys: readonly string[]) => readonly string[]) {
    const fixture = await new RelayFixture().start();
    const queue = await fixture.createQueue();
    const sender = await fixture.sender(queue);
    const envelopes = [fixture.envelope(), fixture.envelope(), fixture.envelope()];
    for (const envelope of envelopes) await putOne(sender, queue, envelope);
    fixture.service.stop();
    const keys = [...fixture.store.snapshot().keys()];
    await fixture.store.commit(deletes(keys).map((key) => ({ key })));
    await fixture.restart();
    return { fixture, queue, envelopes };
  }

  test("rows that vanished are told to both sides until each goes on", async () => {
    const { fixture, queue, envelopes } = await damaged((keys) => keys.filter((key) => /^[le]\/.*[12]$/.test(key)));
    const sender = fixture.peer();
    expect(await sender.open("send", queue.sendId, queue.senderMacKey)).toMatchObject({ outcomes: [{ missing: 2 }] });
    const owner = fixture.peer();
    expect(await owner.open("receive", queue.receiveId, queue.ownerMacKey)).toMatchObject({
      outcomes: [{ missing: 2, waiting: 1 }],
    });
    expect(fixture.service.metrics()).toMatchObject({ envelopesMissing: 2, queueBytes: 768 });
    for (const envelope of envelopes) await putOne(sender, queue, envelope);
    const held = await listAll(owner, queue.receiveId);
    expect(held.map(({ id }) => id).sort()).toEqual(envelopes.map(idOf).sort());
    expect(await fixture.peer().open("send", queue.sendId, queue.senderMacKey)).not.toHaveProperty(
      "outcomes.0.missing",
    );
    const again = await fixture.peer().open("receive", queue.receiveId, queue.ownerMacKey);
    expect(again).toMatchObject({ outcomes: [{ missing: 2, waiting: 3 }] });
    await owner.ask({ type: "ack", queue: queue.receiveId, items: held });
    expect(await fixture.owner(queue)).toBeDefined();
    const after = await fixture.peer().open("receive", queue.receiveId, queue.ownerMacKey);
    expect(after).not.toHaveProperty("outcomes.0.missing");
  });

  test("an envelope whose bytes vanished is left out of GET and counted as missing", async () => {
    const { fixture, queue } = await damaged((keys) => keys.filter((key) => /^e\/.*2$/.test(key)));
    const owner = await fixture.owner(queue);
    const answer = await owner.ask({ type: "get", queue: queue.receiveId, seqs: [1, 2, 3] });
    expect(answer).toMatchObject({ items: [{ seq: 1 }, { seq: 3 }] });
    expect(await owner.ask({ type: "subscribe", queues: [queue.receiveId] })).toMatchObject({
      outcomes: [{ missing: 1, waiting: 2 }],
    });
  });

  test("an envelope whose bytes changed is never handed out", async () => {
    const { fixture, queue } = await damaged(() => []);
    const key = [...fixture.store.snapshot().keys()].find((each) => /^e\/.*1$/.test(each)) as string;
    await fixture.store.commit([{ key, value: fixture.envelope() }]);
    const owner = await fixture.owner(queue);
    expect(await owner.ask({ type: "get", queue: queue.receiveId, seqs: [1] })).toEqual({ type: "get", items: [] });
    expect((await fixture.store.entries(itemRange(queue.receiveId))).length).toBe(2);
  });
});
