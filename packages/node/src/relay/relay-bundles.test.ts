import { nobleSuite, type RelayResponse } from "@kith/protocol";
import { describe, expect, test } from "vitest";
import { newBox, oneTimePrekeys, type Peer, RelayFixture, TEST_WORK, type TestBox } from "./testing/relay-fixture.ts";

const NONE = { type: "none" } as const;
const _DAY_MS = 86_400_000;
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

async function _putRequest(peer: Peer, { box }: TestBox, request: Uint8Array, bits: number): Promise<RelayResponse> {
  const requestHash = nobleSuite.sha256(request);
  const access = await peer.work({ operation: "boxPut", box, requestHash }, bits);
  return peer.ask({ type: "boxPut", box, request, access });
}

async function _boxOwner(fixture: RelayFixture, box: TestBox): Promise<Peer> {
  const owner = fixture.peer("192.0.2.9");
  await owner.open("receive", box.queue, box.ownerMacKey);
  return owner;
}

function _request(fixture: RelayFixture): Uint8Array {
  return fixture.envelope(16_384);
}

describe("bundles", () => {
  test("the first BUNDLE-PUT of a stranger asks for work and fixes the owner's key", async () => {
    const fixture = await new RelayFixture().start();
    const { box, ownerMacKey, head, chain } = await newBox(fixture);
    const peer = fixture.peer();
    const put = { type: "bundlePut", box, ownerMacKey, head, chain } as const;
    expect(await peer.ask({ ...put, access: NONE })).toMatchObject({ code: "work-needed", bits: TEST_WORK.create });
    const access = await peer.work({ operation: "bundlePut", box }, TEST_WORK.create);
    expect(await peer.ask({ ...put, access })).toEqual({ type: "bundleKept", oneTimeLeft: 0 });
    expect(await peer.ask({ ...put, access: NONE })).toEqual({ type: "bundleKept", oneTimeLeft: 0 });
    const before = fixture.boxStore.snapshot();
    const stolen = { ...put, ownerMacKey: fixture.random.bytes(32), chain: [fixture.random.bytes(20)], access: NONE };
    expect(await peer.ask(stolen)).toEqual({ type: "error", code: "unknown-queue" });
    expect(fixture.boxStore.snapshot()).toEqual(before);
  });

  test("a head for another box or relay is refused", async () => {
    const fixture = await new RelayFixture().start();
    const box = await newBox(fixture);
    const other = await newBox(fixture);
    const before = fixture.boxStore.snapshot();
    expect(await leave(fixture, { ...box, head: other.head })).toEqual({ type: "error", code: "malformed" });
    expect(await leave(fixture, { ...box, head: Uint8Array.of(1) })).toEqual({ type: "error", code: "malformed" });
    expect(await leave(fixture, { ...box, chain: Array(25).fill(fixture.random.bytes(1000)) })).toEqual({
      type: "error",
      code: "too-large",
    });
    expect(fixture.boxStore.snapshot()).toEqual(before);
  });

  test("BOX-GET and BUNDLE-GET ask for work and hand out each one-time prekey once", async () => {
    const { fixture, box } = await withBox();
    const peer = fixture.peer();
    expect(await peer.ask({ type: "bundleGet", box: box.box, access: NONE })).toMatchObject({ code: "work-needed" });
    const seen: number[] = [];
    for (const operation of ["bundleGet", "boxGet", "bundleGet", "boxGet"] as const) {
      const subject = { operation, box: box.box } as const;
      const access = await peer.work(subject, TEST_WORK.bundleGet, seen.length * 1000);
      const answer = await peer.ask({ type: operation, box: box.box, access });
      expect(answer).toMatchObject({ head: box.head, ...(operation === "boxGet" ? { chain: box.chain } : {}) });
      if ("oneTime" in answer && answer.oneTime) seen.push(answer.oneTime.id);
    }
    expect(seen).toEqual([1, 2, 3]);
  });

  test("an unknown box is refused before any proof is spent", async () => {
    const fixture = await new RelayFixture().start();
    const { box } = await newBox(fixture);
    const before = fixture.boxStore.snapshot();
    expect(await fixture.peer().ask({ type: "boxGet", box, access: NONE })).toEqual({
      type: "error",
      code: "unknown-queue",
    });
    expect(fixture.boxStore.snapshot()).toEqual(before);
  });

  test("no one-time prekey is handed out twice, across crashes, restarts, overlaps and repeated uploads", async () => {
    const { fixture, box } = await withBox();
    const uploaded = oneTimePrekeys(fixture, 10, 6);
    await leave(fixture, box, { oneTime: uploaded });
    const seen: number[] = [];
    for (let round = 0; round < 3; round++) {
      const get = { type: "bundleGet", box: box.box, access: NONE } as const;
      const answers = await Promise.all([fixture.ownPeer().ask(get), fixture.ownPeer().ask(get)]);
      for (const answer of answers) if (answer.type === "bundle" && answer.oneTime) seen.push(answer.oneTime.id);
      await fixture.restart(true);
      await leave(fixture, box, { oneTime: uploaded });
    }
    expect(seen).toHaveLength(6);
    expect(new Set(seen).size).toBe(6);
  });

  test("a prekey whose removal was not synced was not handed out either", async () => {
    const { fixture, box } = await withBox();
    fixture.boxStore.failNextWrite();
    const get = { type: "bundleGet", box: box.box, access: NONE } as const;
    expect(await fixture.ownPeer().ask(get)).toEqual({ type: "error", code: "busy" });
    await fixture.restart(true);
    expect(await fixture.ownPeer().ask(get)).toMatchObject({ oneTime: { id: 1 } });
  });

  test("a box keeps at most 100 one-time prekeys", async () => {
    const { fixture, box } = await withBox();
    expect(await leave(fixture, box, { oneTime: oneTimePrekeys(fixture, 50, 100) })).toEqual({
      type: "bundleKept",
      oneTimeLeft: 100,
    });
  });
});
