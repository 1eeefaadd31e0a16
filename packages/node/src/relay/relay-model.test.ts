import { type EnvelopeId, fromHex, type NewQueue, toHex, utf8 } from "@kith/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { idOf, listAll, newBox, type Peer, putOne, RelayFixture } from "./testing/relay-fixture.ts";

/** What a queue must hold: the receipted envelopes that were not acknowledged, in order. */
interface Model {
  readonly queue: NewQueue;
  held: EnvelopeId[];
}

type Step =
  | { readonly type: "put"; readonly queue: number; readonly envelopes: readonly number[] }
  | { readonly type: "ack"; readonly queue: number; readonly places: readonly number[] }
  | { readonly type: "drop"; readonly queue: number }
  | { readonly type: "restart"; readonly isCrash: boolean };

const QUEUES = 3;
const MAX_MESSAGES = 4;

const queue = fc.nat(QUEUES - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("put"),
      queue,
      envelopes: fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant("ack"), queue, places: fc.array(fc.nat(5), { maxLength: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("drop"), queue }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("restart"), isCrash: fc.boolean() }) },
) as fc.Arbitrary<Step>;

const ENVELOPES = Array.from({ length: 10 }, (_, index) => new Uint8Array(100).fill(index));

async function runStep(fixture: RelayFixture, models: Model[], step: Step): Promise<void> {
  if (step.type === "restart") return fixture.restart(step.isCrash);
  const model = models[step.queue] as Model;
  const { receiveId } = model.queue;
  if (step.type === "put") {
    const sender = await fixture.sender(model.queue);
    for (const index of step.envelopes) {
      const envelope = ENVELOPES[index] as Uint8Array;
      const id = idOf(envelope);
      const { mac, error } = await putOne(sender, model.queue, envelope);
      const isFull = model.held.length === MAX_MESSAGES && !model.held.includes(id);
      expect(error).toBe(isFull ? "queue-full" : undefined);
      if (mac !== undefined && !model.held.includes(id)) model.held.push(id);
    }
    return;
  }
  const owner = await fixture.owner(model.queue);
  if (step.type === "ack") {
    const held = await listAll(owner, receiveId);
    const items = step.places.flatMap((place) => held[place] ?? []).map(({ seq, id }) => ({ seq, id }));
    if (items.length > 0) await owner.ask({ type: "ack", queue: receiveId, items });
    const acked = new Set(items.map(({ id }) => id));
    model.held = model.held.filter((id) => !acked.has(id));
    return;
  }
  await owner.ask({ type: "drop", queue: receiveId });
  models[step.queue] = { queue: await fixture.createQueue(), held: [] };
}

async function heldIds(owner: Peer, { queue: { receiveId } }: Model): Promise<readonly EnvelopeId[]> {
  return (await listAll(owner, receiveId)).map(({ id }) => id);
}

describe("the queue store against its model", () => {
  test("whatever is done in whatever order, queues hold what they must and the totals agree", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), fc.constantFrom(1, 1000), async (steps, hotItems) => {
        const fixture = await new RelayFixture({ limits: { queueMessages: MAX_MESSAGES, hotItems } }).start();
        const models: Model[] = [];
        for (let index = 0; index < QUEUES; index++) models.push({ queue: await fixture.createQueue(), held: [] });
        for (const each of steps) {
          await runStep(fixture, models, each);
          for (const model of models)
            expect(await heldIds(await fixture.owner(model.queue), model)).toEqual(model.held);
        }
        const count = models.reduce((sum, { held }) => sum + held.length, 0);
        const totals = { queues: QUEUES, queueBytes: count * 100, envelopesMissing: 0 };
        expect(fixture.service.metrics()).toMatchObject(totals);
        await fixture.restart(true);
        expect(fixture.service.metrics()).toMatchObject(totals);
        expect(fixture.errors).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

describe("what is on the relay's disk", () => {
  test("the queue store holds no handle, account id or device key of those who use it", async () => {
    const fixture = await new RelayFixture().start();
    const people = { handle: "alice_in_chains", account: fixture.random.bytes(32), device: fixture.random.bytes(32) };
    const box = await newBox(fixture);
    const chain = [fixture.random.bytes(10), people.account, people.device, utf8(people.handle)];
    await fixture.ownPeer().ask({ type: "bundlePut", ...box, chain, access: { type: "none" } });
    const created = await fixture.createQueue();
    const owner = await fixture.owner(created);
    await owner.open("receive", box.queue, box.ownerMacKey);
    await owner.ask({ type: "subscribe", queues: [created.receiveId, box.queue] });
    const sender = await fixture.sender(created);
    for (let index = 0; index < 5; index++) await putOne(sender, created, fixture.envelope());
    await fixture.clock.advance(86_400_000);
    const dump = (store: typeof fixture.store): string =>
      [...store.snapshot()].map(([key, value]) => `${toHex(utf8(key))}\n${toHex(value)}`).join("\n");
    const secrets = [utf8(people.handle), people.account, people.device].map(toHex);
    const names = secrets.flatMap((hex) => [hex, toHex(utf8(hex))]);
    expect(names.filter((name) => dump(fixture.store).includes(name))).toEqual([]);
    expect(secrets.filter((name) => dump(fixture.boxStore).includes(name))).toEqual(secrets);
    expect(dump(fixture.store)).not.toContain(toHex(utf8(box.box)));
    expect(dump(fixture.store)).toContain(toHex(fromHex(created.receiveId)));
  });
});
