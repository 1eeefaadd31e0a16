import { cryptoSuite } from "@kith/client";
import { checkWitness, claimHandle, encodeAccountRecord, verifyEquivocation } from "@kith/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import { type Claimant, expectValue } from "./testing/claimants.ts";
import { DirectoryFixture, keyOfHandle, NET_ID, type TestNode } from "./testing/directory-fixture.ts";

const DAY_MS = 86_400_000;

let fixture: DirectoryFixture;
let node: TestNode;
let alice: Claimant;

const renamed = async (claimant: Claimant, written: string): Promise<Claimant> => {
  const signer = { type: "device", device: claimant.device } as const;
  const appended = { signer, atMs: fixture.clock.nowMs(), body: { written } };
  return { ...claimant, chain: expectValue(await claimHandle(cryptoSuite, claimant.chain, appended)) };
};

const ask = async (claimant: Claimant, at = node) =>
  at.ask({ type: "witness", record: await fixture.record(claimant, { issuedMs: fixture.clock.nowMs() }) });

beforeEach(async () => {
  fixture = new DirectoryFixture();
  node = await fixture.addNode();
  alice = await fixture.person("alice");
});

describe("a witness", () => {
  test("signs nothing at first sight, and since that sight later on", async () => {
    expect(await ask(alice)).toEqual({ type: "error", code: "unseen" });
    const sinceMs = fixture.clock.nowMs();
    await fixture.clock.advance(3 * DAY_MS);
    const answer = await ask(alice);
    if (answer.type !== "witnessed") throw new TypeError(answer.type);
    const { account, head } = alice.chain;
    const nowMs = fixture.clock.nowMs();
    const subject = { netId: NET_ID, account, head, node: node.ref.relay, nowMs };
    expect(await checkWitness(cryptoSuite, answer.statement, subject)).toMatchObject({
      ok: true,
      value: { sinceMs, atMs: nowMs },
    });
  });

  test("has seen what was put, published or looked up", async () => {
    const record = await fixture.record(alice);
    await node.ask({ type: "put", key: keyOfHandle("alice"), record });
    expect((await ask(alice)).type).toBe("witnessed");
    const other = await fixture.addNode();
    await node.ask({ type: "publish", record: await fixture.record(await fixture.person("bob")) });
    expect((await ask(alice, other)).type).toBe("error");
    await other.ask({ type: "resolve", handle: "alice" as never, skip: 0 });
    expect((await ask(alice, other)).type).toBe("witnessed");
  });

  test("follows a chain as it grows and vouches for its earlier heads too", async () => {
    await ask(alice);
    const later = await renamed(alice, "alice_2");
    expect((await ask(later)).type).toBe("witnessed");
    expect((await ask(later)).type).toBe("witnessed");
    const early = encodeAccountRecord({ chain: alice.chain.entries, cards: [] });
    expect(await node.ask({ type: "witness", record: early })).toEqual({ type: "error", code: "no-claim" });
  });

  test("refuses a second history, shows the proof to both sides, and remembers it", async () => {
    const proofs: Uint8Array[] = [];
    node = await fixture.addNode({ onProof: (proof) => proofs.push(proof) });
    const [one, other] = [await renamed(alice, "one"), await renamed(alice, "other")];
    await ask(one);
    const answer = await ask(other);
    if (answer.type !== "equivocation") throw new TypeError(answer.type);
    expect(proofs).toEqual([answer.proof]);
    expect(await verifyEquivocation(cryptoSuite, answer.proof)).toMatchObject({
      ok: true,
      value: { account: alice.chain.account, signer: alice.device.deviceId },
    });
    const again = await fixture.addNode({ store: node.store });
    expect(await ask(one, again)).toEqual(answer);
    expect(proofs).toHaveLength(1);
  });

  test("takes part in no flood: each source has its rate, and there is an end of room", async () => {
    const small = await fixture.addNode({ limits: { witnessBytes: 1200, walkBurst: 4, walksPerMinute: 1 } });
    const people = await Promise.all(["bob", "carol", "dave", "erin"].map((name) => fixture.person(name)));
    const answers = [];
    for (const each of [...people, alice]) answers.push(await ask(each, small));
    expect(answers).toEqual(["unseen", "quota", "quota", "quota", "quota"].map((code) => ({ type: "error", code })));
    expect((await small.store.entries({ gte: "dw/", lt: "dw0" })).length).toBe(1);
  });

  test("forgets who was not seen for sixty days, after a restart too", async () => {
    await ask(alice);
    await fixture.clock.advance(61 * DAY_MS);
    expect(await node.store.entries({ gte: "dw/", lt: "dw0" })).toEqual([]);
  });

  test("keeps what it has of an account of which it is told a proof, and believes no proof about strangers", async () => {
    const [one, other] = [await renamed(alice, "one"), await renamed(alice, "other")];
    await ask(one);
    const answer = await ask(other);
    if (answer.type !== "equivocation") throw new TypeError(answer.type);
    const third = await fixture.addNode();
    expect(await third.service.accuse(answer.proof)).toBe(false);
    await ask(alice, third);
    expect(await third.service.accuse(answer.proof)).toBe(true);
    expect(await third.service.accuse(answer.proof)).toBe(false);
    expect(await ask(one, third)).toEqual(answer);
    expect(await third.service.accuse(answer.proof.slice(1))).toBe(false);
  });
});
