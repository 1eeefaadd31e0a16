import type { NewQueue } from "@kith/protocol";
import { describe, expect, test } from "vitest";
import { idOf, listAll, type Peer, putOne, RelayFixture } from "./testing/relay-fixture.ts";

async function subscribed(
  limits: { readonly unackedPushes: number } = { unackedPushes: 64 },
): Promise<{ fixture: RelayFixture; queue: NewQueue; sender: Peer; owner: Peer }> {
  const fixture = await new RelayFixture({ limits }).start();
  const queue = await fixture.createQueue();
  const sender = await fixture.sender(queue);
  const owner = await fixture.owner(queue);
  return { fixture, queue, sender, owner };
}

describe("subscriptions", () => {
  test("SUB tells what waits and then pushes what is new, once it is stored", async () => {
    const { fixture, queue, sender, owner } = await subscribed();
    await putOne(sender, queue, fixture.envelope());
    const answer = await owner.ask({ type: "subscribe", queues: [queue.receiveId] });
    expect(answer).toEqual({ type: "queues", outcomes: [{ queue: queue.receiveId, waiting: 1 }] });
    const envelope = fixture.envelope();
    await putOne(sender, queue, envelope);
    expect(owner.pushes).toEqual([{ type: "stored", queue: queue.receiveId, seq: 2, ageMs: 0, envelope }]);
  });

  test("a subscriber that does not acknowledge gets one notice instead of more envelopes", async () => {
    const { fixture, queue, sender, owner } = await subscribed({ unackedPushes: 2 });
    await owner.ask({ type: "subscribe", queues: [queue.receiveId] });
    for (let index = 0; index < 5; index++) await putOne(sender, queue, fixture.envelope());
    expect(owner.pushes.map(({ type }) => type)).toEqual(["stored", "stored", "more"]);
    const held = await listAll(owner, queue.receiveId);
    await putOne(sender, queue, fixture.envelope());
    expect(owner.pushes.map(({ type }) => type)).toEqual(["stored", "stored", "more", "more"]);
    await owner.ask({ type: "ack", queue: queue.receiveId, items: held });
    await putOne(sender, queue, fixture.envelope());
    expect(owner.pushes.at(-1)).toMatchObject({ type: "stored", seq: 7 });
  });

  test("an acknowledgement on another channel frees the subscriber too", async () => {
    const { fixture, queue, sender, owner } = await subscribed({ unackedPushes: 1 });
    await owner.ask({ type: "subscribe", queues: [queue.receiveId] });
    const envelope = fixture.envelope();
    await putOne(sender, queue, envelope);
    const other = await fixture.owner(queue);
    await other.ask({ type: "ack", queue: queue.receiveId, items: [{ seq: 1, id: idOf(envelope) }] });
    await putOne(sender, queue, fixture.envelope());
    expect(owner.pushes.map(({ type }) => type)).toEqual(["stored", "stored"]);
  });

  test("a closed channel is pushed nothing", async () => {
    const { fixture, queue, sender, owner } = await subscribed();
    await owner.ask({ type: "subscribe", queues: [queue.receiveId] });
    owner.close();
    await putOne(sender, queue, fixture.envelope());
    expect(owner.pushes).toEqual([]);
    expect(fixture.service.metrics().envelopesStored).toBe(1);
  });

  test("a duplicate PUT pushes nothing again", async () => {
    const { fixture, queue, sender, owner } = await subscribed();
    await owner.ask({ type: "subscribe", queues: [queue.receiveId] });
    const envelope = fixture.envelope();
    await putOne(sender, queue, envelope);
    await putOne(sender, queue, envelope);
    expect(owner.pushes).toHaveLength(1);
  });
});
