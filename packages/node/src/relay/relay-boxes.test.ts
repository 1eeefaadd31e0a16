import { concat, fromHex, type NewQueue, nobleSuite, type RelayResponse } from "@kith/protocol";
import { describe, expect, test } from "vitest";
import {
  idOf,
  listAll,
  newBox,
  oneTimePrekeys,
  type Peer,
  RELAY_ID,
  RelayFixture,
  TEST_WORK,
  type TestBox,
} from "./testing/relay-fixture.ts";

const NONE = { type: "none" } as const;
const DAY_MS = 86_400_000;
type Admits = readonly { readonly hash: Uint8Array; readonly expiresMs: number }[];

async function withBox(
  options: ConstructorParameters<typeof RelayFixture>[0] = {},
): Promise<{ fixture: RelayFixture; box: TestBox }> {
  const fixture = await new RelayFixture(options).start();
  const box = await newBox(fixture);
  await leave(fixture, box, { oneTime: oneTimePrekeys(fixture, 1, 3) });
  return { fixture, box };
}

function leave(
  fixture: RelayFixture,
  { box, ownerMacKey, head, chain }: TestBox,
  part: { oneTime?: ReturnType<typeof oneTimePrekeys>; admits?: Admits } = {},
): Promise<RelayResponse> {
  return fixture.ownPeer().ask({ type: "bundlePut", box, ownerMacKey, head, chain, access: NONE, ...part });
}

async function putRequest(peer: Peer, { box }: TestBox, request: Uint8Array, bits: number): Promise<RelayResponse> {
  const requestHash = nobleSuite.sha256(request);
  const access = await peer.work({ operation: "boxPut", box, requestHash }, bits);
  return peer.ask({ type: "boxPut", box, request, access });
}

async function boxOwner(fixture: RelayFixture, box: TestBox): Promise<Peer> {
  const owner = fixture.peer("192.0.2.9");
  await owner.open("receive", box.queue, box.ownerMacKey);
  return owner;
}

function request(fixture: RelayFixture): Uint8Array {
  return fixture.envelope(16_384);
}

describe("request boxes", () => {
  test("the owner opens the box like a queue, lists, reads, acknowledges and is pushed to", async () => {
    const { fixture, box } = await withBox();
    const owner = await boxOwner(fixture, box);
    await owner.ask({ type: "subscribe", queues: [box.queue] });
    const sealed = request(fixture);
    expect(await putRequest(fixture.peer(), box, sealed, TEST_WORK.boxPut)).toEqual({ type: "done" });
    expect(owner.pushes).toMatchObject([{ type: "stored", seq: 1, envelope: sealed }]);
    expect(await owner.ask({ type: "get", queue: box.queue, seqs: [1] })).toMatchObject({
      items: [{ envelope: sealed }],
    });
    await owner.ask({ type: "ack", queue: box.queue, items: [{ seq: 1, id: idOf(sealed) }] });
    expect(await listAll(owner, box.queue)).toEqual([]);
  });

  test("the same request again is done at once and stored once", async () => {
    const { fixture, box } = await withBox();
    const sealed = request(fixture);
    await putRequest(fixture.peer(), box, sealed, TEST_WORK.boxPut);
    expect(await fixture.peer().ask({ type: "boxPut", box: box.box, request: sealed, access: NONE })).toEqual({
      type: "done",
    });
    expect(await listAll(await boxOwner(fixture, box), box.queue)).toHaveLength(1);
  });

  test("each eighth request asks for one bit more", async () => {
    const { fixture, box } = await withBox();
    const peer = fixture.peer();
    for (let index = 0; index < 8; index++) await putRequest(peer, box, request(fixture), TEST_WORK.boxPut);
    const answer = await peer.ask({ type: "boxPut", box: box.box, request: request(fixture), access: NONE });
    expect(answer).toEqual({ type: "error", code: "work-needed", bits: TEST_WORK.boxPut + 1 });
  });

  test("in a full box the most work takes the place of the least, and less work is refused", async () => {
    const { fixture, box } = await withBox({ limits: { boxPublicSlots: 3 } });
    const peer = fixture.peer();
    const weak = request(fixture);
    await putRequest(peer, box, weak, 2);
    for (let index = 0; index < 2; index++) await putRequest(peer, box, request(fixture), 14);
    const strong = request(fixture);
    expect(await putRequest(peer, box, strong, 14)).toEqual({ type: "done" });
    const owner = await boxOwner(fixture, box);
    const held = (await listAll(owner, box.queue)).map(({ id }) => id);
    expect(held).toHaveLength(3);
    expect(held).toContain(idOf(strong));
    expect(held).not.toContain(idOf(weak));
    expect(await putRequest(peer, box, request(fixture), 2)).toEqual({ type: "error", code: "queue-full" });
    expect((await listAll(owner, box.queue)).map(({ id }) => id)).toEqual(held);
  });

  test("requests are kept for 14 days, the box for a year", async () => {
    const { fixture, box } = await withBox();
    await putRequest(fixture.peer(), box, request(fixture), TEST_WORK.boxPut);
    await fixture.clock.advance(13 * DAY_MS);
    expect(await listAll(await boxOwner(fixture, box), box.queue)).toHaveLength(1);
    await fixture.clock.advance(3 * DAY_MS);
    expect(await listAll(await boxOwner(fixture, box), box.queue)).toEqual([]);
    await fixture.clock.advance(370 * DAY_MS);
    expect([...fixture.boxStore.snapshot().keys()].filter((key) => key.includes(box.box))).toEqual([]);
  });

  test("DROP deletes the box with its bundle, prekeys and admits", async () => {
    const { fixture, box } = await withBox();
    await leave(fixture, box, { admits: [{ hash: fixture.random.bytes(32), expiresMs: 9e15 }] });
    const owner = await boxOwner(fixture, box);
    expect(await owner.ask({ type: "drop", queue: box.queue })).toEqual({ type: "done" });
    const left = [...fixture.boxStore.snapshot().keys()].filter(
      (key) => key.includes(box.box) && !key.startsWith("y/"),
    );
    expect(left).toEqual([]);
  });

  test("a box's key opens no other side and no other box", async () => {
    const { fixture, box } = await withBox();
    const other = await newBox(fixture);
    await leave(fixture, other);
    expect(await fixture.peer().open("send", box.queue, box.ownerMacKey)).toMatchObject({
      outcomes: [{ error: "unknown-queue" }],
    });
    expect(await fixture.peer().open("receive", other.queue, box.ownerMacKey)).toMatchObject({
      outcomes: [{ error: "unknown-queue" }],
    });
  });
});

describe("invites", () => {
  async function invited(options: ConstructorParameters<typeof RelayFixture>[0] = {}) {
    const { fixture, box } = await withBox(options);
    const token = fixture.random.bytes(32);
    const admits = [{ hash: nobleSuite.sha256(token), expiresMs: fixture.clock.nowMs() + DAY_MS }];
    await leave(fixture, box, { admits });
    return { fixture, box, access: { type: "admit", token } as const, admits };
  }

  test("a token lets in without work: box, one bundle, requests, and one CREATE of 8 queues", async () => {
    const { fixture, box, access } = await invited();
    const peer = fixture.peer();
    const newQueues = (count: number): NewQueue[] => Array.from({ length: count }, () => fixture.newQueue());
    expect((await peer.ask({ type: "boxGet", box: box.box, access })).type).toBe("box");
    expect((await peer.ask({ type: "bundleGet", box: box.box, access })).type).toBe("bundle");
    expect(await peer.ask({ type: "bundleGet", box: box.box, access })).toMatchObject({ code: "work-needed" });
    expect(await peer.ask({ type: "boxPut", box: box.box, request: request(fixture), access })).toEqual({
      type: "done",
    });
    expect(await peer.ask({ type: "create", queues: newQueues(9), access })).toMatchObject({ code: "work-needed" });
    expect(await peer.ask({ type: "create", queues: newQueues(8), access })).toEqual({ type: "done" });
    expect(await peer.ask({ type: "create", queues: newQueues(1), access })).toMatchObject({ code: "work-needed" });
    expect(fixture.service.metrics().queues).toBe(8);
  });

  test("a token has its uses, its end, its box and its owner", async () => {
    const { fixture, box, access, admits } = await invited({ limits: { admitUses: 3 } });
    const peer = fixture.peer();
    const get = { type: "boxGet", box: box.box, access } as const;
    const wrong = { type: "admit", token: fixture.random.bytes(32) } as const;
    expect(await peer.ask({ ...get, access: wrong })).toMatchObject({ code: "work-needed" });
    for (let use = 0; use < 3; use++) expect((await peer.ask(get)).type).toBe("box");
    expect(await peer.ask(get)).toMatchObject({ code: "work-needed" });
    await leave(fixture, box, { admits });
    expect(await peer.ask(get)).toMatchObject({ code: "work-needed" });
    await leave(fixture, box, { admits: [] });
    await leave(fixture, box, { admits });
    expect((await peer.ask(get)).type).toBe("box");
    await fixture.clock.advance(DAY_MS);
    expect(await peer.ask(get)).toMatchObject({ code: "work-needed" });
  });

  test("overlapping uses are all counted", async () => {
    const { fixture, box, access } = await invited({ limits: { admitUses: 3 } });
    const get = { type: "boxGet", box: box.box, access } as const;
    const answers = await Promise.all(Array.from({ length: 6 }, () => fixture.peer().ask(get)));
    expect(answers.filter(({ type }) => type === "box")).toHaveLength(3);
  });

  test("of two overlapping CREATEs with one token one is let in", async () => {
    const { fixture, access } = await invited();
    const create = () => fixture.peer().ask({ type: "create", queues: [fixture.newQueue()], access });
    const answers = await Promise.all([create(), create()]);
    expect(answers.map(({ type }) => type).sort()).toEqual(["done", "error"]);
    expect(fixture.service.metrics().queues).toBe(1);
  });

  test("a flood of public requests leaves the invited their slots", async () => {
    const { fixture, box, access } = await invited({ limits: { boxPublicSlots: 1, boxTokenSlots: 2 } });
    const peer = fixture.peer();
    await putRequest(peer, box, request(fixture), 8);
    const put = () => peer.ask({ type: "boxPut", box: box.box, request: request(fixture), access });
    expect([await put(), await put(), await put()]).toMatchObject([
      { type: "done" },
      { type: "done" },
      { code: "queue-full" },
    ]);
    expect(await listAll(await boxOwner(fixture, box), box.queue)).toHaveLength(3);
  });
});

describe("spent proofs", () => {
  test("a proof is good once, also after a restart", async () => {
    const { fixture, box } = await withBox();
    const peer = fixture.peer();
    const access = await peer.work({ operation: "bundleGet", box: box.box }, TEST_WORK.bundleGet);
    const get = { type: "bundleGet", box: box.box, access } as const;
    expect((await peer.ask(get)).type).toBe("bundle");
    expect(await peer.ask(get)).toEqual({ type: "error", code: "spent" });
    await fixture.restart(true);
    const before = fixture.boxStore.snapshot();
    expect(await fixture.peer().ask(get)).toEqual({ type: "error", code: "spent" });
    expect(fixture.boxStore.snapshot()).toEqual(before);
  });

  test("yesterday's value is accepted for ten minutes, and its spent proofs stay spent", async () => {
    const { fixture, box } = await withBox({ limits: { work: { create: 1, bundleGet: 12, boxPut: 1 } } });
    const peer = fixture.peer();
    const subject = { operation: "bundleGet", box: box.box } as const;
    const [spent, fresh, late] = [
      await peer.work(subject, 12),
      await peer.work(subject, 12, 1e6),
      await peer.work(subject, 12, 2e6),
    ];
    const get = (access: typeof spent) => peer.ask({ type: "bundleGet", box: box.box, access });
    const { dayValue } = await peer.info();
    expect((await get(spent)).type).toBe("bundle");
    await fixture.clock.advance(DAY_MS);
    expect((await peer.info()).dayValue).not.toEqual(dayValue);
    expect(await get(spent)).toEqual({ type: "error", code: "spent" });
    expect((await get(fresh)).type).toBe("bundle");
    await fixture.clock.advance(11 * 60_000);
    expect(await get(late)).toMatchObject({ code: "work-needed" });
    await fixture.clock.advance(3_600_000);
    expect([...fixture.boxStore.snapshot().keys()].filter((key) => key.startsWith("p/"))).toHaveLength(0);
  });

  test("when too many proofs are remembered the value changes early", async () => {
    const { fixture, box } = await withBox({ limits: { spentProofs: 1 } });
    const peer = fixture.peer();
    const { dayValue } = await peer.info();
    const access = await peer.work({ operation: "bundleGet", box: box.box }, TEST_WORK.bundleGet);
    await peer.ask({ type: "bundleGet", box: box.box, access });
    expect((await peer.info()).dayValue).not.toEqual(dayValue);
    expect(await peer.ask({ type: "bundleGet", box: box.box, access })).toEqual({ type: "error", code: "spent" });
  });

  test("work is bound to the relay's name and the operation", async () => {
    const { fixture, box } = await withBox({ limits: { work: { create: 12, bundleGet: 12, boxPut: 12 } } });
    const peer = fixture.peer();
    const access = await peer.work({ operation: "boxGet", box: box.box }, 12);
    expect(await peer.ask({ type: "bundleGet", box: box.box, access })).toMatchObject({ code: "work-needed" });
    expect(concat(fromHex(box.box)).length).toBe(16);
    expect(RELAY_ID.startsWith("12D3Koo")).toBe(true);
  });
});
