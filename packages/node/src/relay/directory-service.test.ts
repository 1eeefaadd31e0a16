import { accountKey, checkReceipt, equalBytes, type Handle, nobleSuite, toHex } from "@kith/protocol";
import { describe, expect, test } from "vitest";
import { CLAIM_BITS, DirectoryFixture, keyOfHandle, NET_ID, type TestNode } from "./testing/directory-fixture.ts";

const DAY_MS = 86_400_000;

async function withNodes(count: number): Promise<{ fixture: DirectoryFixture; nodes: TestNode[]; node: TestNode }> {
  const fixture = new DirectoryFixture();
  for (let index = 0; index < count; index++) await fixture.addNode();
  return { fixture, nodes: fixture.nodes, node: fixture.nodes[0] as TestNode };
}

async function records(node: TestNode, key: Uint8Array): Promise<readonly Uint8Array[]> {
  const answer = await node.ask({ type: "get", key, skip: 0 });
  if (answer.type !== "records") throw new TypeError(`expected records, got ${answer.type}`);
  return answer.records.map(({ record }) => record);
}

/** What a node keeps of claims; what it saw of accounts as a witness (`dw/`) lasts longer. */
function claimRows({ store }: TestNode): readonly string[] {
  return [...store.snapshot().keys()].filter((key) => !key.startsWith("dw/"));
}

describe("holding claims", () => {
  test("a good record is kept under its keys, with a receipt that verifies", async () => {
    const { fixture, node } = await withNodes(1);
    const alice = await fixture.person("Alice");
    const record = await fixture.record(alice);
    const place = { netId: NET_ID, salt: 3 } as const;
    for (const key of [
      keyOfHandle("alice"),
      keyOfHandle("alice", 2),
      accountKey(nobleSuite, place, alice.chain.account),
    ]) {
      const answer = await node.ask({ type: "put", key, record });
      expect(answer.type).toBe("receipt");
      expect(await records(node, key)).toEqual([record]);
    }
    expect(fixture.errors).toEqual([]);
  });

  test("the receipt names key, claim, node and times", async () => {
    const { fixture, node } = await withNodes(1);
    const record = await fixture.record(await fixture.person("alice"));
    const key = keyOfHandle("alice");
    const answer = await node.ask({ type: "put", key, record });
    if (answer.type !== "receipt") throw new TypeError(answer.type);
    const [row] = await node.store.entries({ gte: "dr/", lt: "dr0" });
    const claimHash = Uint8Array.from(Buffer.from((row?.[0] ?? "").split("/")[2] ?? "", "hex"));
    const checked = await checkReceipt(nobleSuite, answer.receipt, { key, claimHash, node: node.ref.relay });
    const nowMs = fixture.clock.nowMs();
    expect(checked).toMatchObject({ ok: true, value: { firstSeenMs: nowMs, storedUntilMs: nowMs + 30 * DAY_MS } });
  });

  test("each kind of bad record is refused with its reason and nothing is kept", async () => {
    const { fixture, node } = await withNodes(1);
    const alice = await fixture.person("alice");
    const bob = await fixture.person("bob");
    const nowMs = fixture.clock.nowMs();
    const cases: readonly [string, Uint8Array, Uint8Array?][] = [
      ["malformed", Uint8Array.of(1)],
      ["no-claim", await fixture.record(alice, { hasClaim: false })],
      ["wrong-network", await fixture.record(alice, { netId: "other" as typeof NET_ID })],
      ["too-little-work", await fixture.record(alice, { bits: 0, issuedMs: nowMs - 1 })],
      ["expired", await fixture.record(alice, { expiresMs: nowMs })],
      ["expired", await fixture.record(alice, { issuedMs: nowMs + 11 * 60_000 })],
      ["bad-claim", await fixture.record(alice, { written: "bob" }), keyOfHandle("bob")],
      ["bad-claim", await fixture.record({ device: alice.device, chain: bob.chain }), keyOfHandle("bob")],
      ["wrong-key", await fixture.record(alice), keyOfHandle("bob")],
      ["wrong-key", await fixture.record(alice), accountKey(nobleSuite, { netId: NET_ID, salt: 0 }, bob.chain.account)],
    ];
    for (const [code, record, key = keyOfHandle("alice")] of cases) {
      expect(await node.ask({ type: "put", key, record })).toEqual({ type: "error", code });
    }
    expect(node.store.snapshot().size).toBe(0);
    expect(CLAIM_BITS).toBeGreaterThan(0);
  });

  test("garbage gets an answer", async () => {
    const { node } = await withNodes(1);
    expect(await node.send(Uint8Array.of(0xff, 0))).toEqual({ type: "error", code: "malformed" });
  });

  test("two accounts under one handle are both kept, in whichever order they come", async () => {
    const { fixture, nodes } = await withNodes(2);
    const key = keyOfHandle("alice");
    const both = await Promise.all(
      ["Alice", "ALICE"].map(async (written) => fixture.record(await fixture.person(written))),
    );
    for (const record of both) await nodes[0]?.ask({ type: "put", key, record });
    for (const record of both.toReversed()) await nodes[1]?.ask({ type: "put", key, record });
    const [one, other] = await Promise.all(nodes.map((node) => records(node, key)));
    expect(one).toHaveLength(2);
    expect(other).toEqual(one);
  });

  test("a newer card replaces the older record of the same claim, never the other way round", async () => {
    const { fixture, node } = await withNodes(1);
    const alice = await fixture.person("alice");
    const [older, newer] = [await fixture.record(alice, { cardSeq: 1 }), await fixture.record(alice, { cardSeq: 2 })];
    const key = keyOfHandle("alice");
    for (const record of [older, newer, older]) await node.ask({ type: "put", key, record });
    expect(await records(node, key)).toEqual([newer]);
    expect((await node.store.entries({ gte: "dr/", lt: "dr0" })).length).toBe(1);
  });

  test("first-seen survives a renewed claim", async () => {
    const { fixture, node } = await withNodes(1);
    const alice = await fixture.person("alice");
    const key = keyOfHandle("alice");
    await node.ask({ type: "put", key, record: await fixture.record(alice) });
    const firstMs = fixture.clock.nowMs();
    await fixture.clock.advance(20 * DAY_MS);
    const renewed = await fixture.record(alice);
    await node.ask({ type: "put", key, record: renewed });
    expect(await node.ask({ type: "get", key, skip: 0 })).toMatchObject({
      records: [{ record: renewed, firstSeenMs: firstMs }],
    });
  });

  test("a claim is gone when it expires, and its row a day later", async () => {
    const { fixture, node } = await withNodes(1);
    const key = keyOfHandle("alice");
    const record = await fixture.record(await fixture.person("alice"), { expiresMs: fixture.clock.nowMs() + DAY_MS });
    await node.ask({ type: "put", key, record });
    await fixture.clock.advance(DAY_MS - 1);
    expect(await records(node, key)).toEqual([record]);
    await fixture.clock.advance(1);
    expect(await records(node, key)).toEqual([]);
    await fixture.clock.advance(2 * DAY_MS);
    expect(claimRows(node)).toEqual([]);
  });

  test("a source and the node as a whole have their quota", async () => {
    const fixture = new DirectoryFixture();
    const node = await fixture.addNode({ limits: { sourceBurstBytes: 2000, sourceBytesPerSecond: 1 } });
    const small = await fixture.addNode({ limits: { totalBytes: 100 } });
    const record = await fixture.record(await fixture.person("alice"));
    const put = { type: "put", key: keyOfHandle("alice"), record } as const;
    expect((await node.ask(put)).type).toBe("receipt");
    expect(await node.ask(put)).toEqual({ type: "error", code: "quota" });
    expect((await node.ask(put, "192.0.2.7")).type).toBe("receipt");
    expect(await small.ask(put)).toEqual({ type: "error", code: "quota" });
    expect(small.store.snapshot().size).toBe(0);
  });

  test("what is held survives a restart, and counts against the quota", async () => {
    const { fixture, node } = await withNodes(1);
    const record = await fixture.record(await fixture.person("alice"));
    const put = { type: "put", key: keyOfHandle("alice"), record } as const;
    await node.ask(put);
    node.store.crash();
    node.store.reopen();
    const again = await fixture.addNode({ store: node.store, limits: { totalBytes: record.length + 500 } });
    expect(await records(again, put.key)).toEqual([record]);
    const other = await fixture.record(await fixture.person("bob"));
    expect(await again.ask({ type: "put", key: keyOfHandle("bob"), record: other })).toEqual({
      type: "error",
      code: "quota",
    });
  });
});

describe("publishing on behalf", () => {
  test("a record reaches the others under every key and is found again", async () => {
    const { fixture, nodes, node } = await withNodes(4);
    const record = await fixture.record(await fixture.person("alice"));
    expect(await node.ask({ type: "publish", record })).toEqual({ type: "published", receipts: 4, state: "published" });
    for (const each of nodes) {
      for (const salt of [0, 1, 2, 3] as const)
        expect(await records(each, keyOfHandle("alice", salt))).toEqual([record]);
    }
  });

  test("with fewer than three nodes it is weak, and says how many hold it", async () => {
    const { fixture, node } = await withNodes(1);
    const record = await fixture.record(await fixture.person("alice"));
    expect(await node.ask({ type: "publish", record })).toEqual({ type: "published", receipts: 1, state: "weak" });
    expect(await records(node, keyOfHandle("alice"))).toEqual([record]);
  });

  test("it is published again each day, after a restart too, until the claim expires", async () => {
    const { fixture, nodes, node } = await withNodes(1);
    const record = await fixture.record(await fixture.person("alice"), {
      expiresMs: fixture.clock.nowMs() + 5 * DAY_MS,
    });
    await node.ask({ type: "publish", record });
    const late = await fixture.addNode();
    await fixture.clock.advance(1.1 * DAY_MS);
    expect(await records(late, keyOfHandle("alice"))).toEqual([record]);
    node.service.stop();
    node.isUp = false;
    await fixture.addNode({ store: node.store });
    const later = await fixture.addNode();
    await fixture.clock.advance(2 * 3_600_000);
    expect(await records(later, keyOfHandle("alice"))).toEqual([record]);
    await fixture.clock.advance(7 * DAY_MS);
    const before = fixture.requests;
    await fixture.clock.advance(3 * DAY_MS);
    expect(fixture.requests).toBe(before);
    expect(claimRows(node)).toEqual([]);
    expect(nodes).toHaveLength(4);
  });

  test("a bad record is not published and not kept", async () => {
    const { fixture, nodes, node } = await withNodes(2);
    const record = await fixture.record(await fixture.person("alice"), {
      bits: 0,
      issuedMs: fixture.clock.nowMs() - 1,
    });
    expect(await node.ask({ type: "publish", record })).toEqual({ type: "error", code: "too-little-work" });
    expect(nodes.map(({ store }) => store.snapshot().size)).toEqual([0, 0]);
  });

  test("a source may ask for so many walks", async () => {
    const fixture = new DirectoryFixture();
    const node = await fixture.addNode({ limits: { walkBurst: 1, walksPerMinute: 1 } });
    const resolve = { type: "resolve", handle: "alice" as Handle, skip: 0 } as const;
    expect((await node.ask(resolve)).type).toBe("resolved");
    expect(await node.ask(resolve)).toEqual({ type: "error", code: "quota" });
    await fixture.clock.advance(60_000);
    expect((await node.ask(resolve)).type).toBe("resolved");
  });
});

describe("looking up on behalf", () => {
  const resolve = { type: "resolve", handle: "alice" as Handle, skip: 0 } as const;

  test("three agreeing nodes and one farther away end the look-up at salt 0", async () => {
    const { fixture, nodes, node } = await withNodes(6);
    const record = await fixture.record(await fixture.person("alice"));
    for (const each of nodes) await each.ask({ type: "put", key: keyOfHandle("alice"), record });
    const answer = await node.ask(resolve);
    expect(answer).toMatchObject({ type: "resolved", records: [{ record }], asked: 5, agreed: 5 });
    expect(fixture.requests).toBe(4);
  });

  test("what only another salt shows is found", async () => {
    const { fixture, nodes, node } = await withNodes(4);
    const record = await fixture.record(await fixture.person("alice"));
    await nodes[2]?.ask({ type: "put", key: keyOfHandle("alice", 3), record });
    expect(await node.ask(resolve)).toMatchObject({ records: [{ record }], asked: 4, agreed: 1 });
  });

  test("a conflict asks everybody and returns both accounts", async () => {
    const { fixture, nodes, node } = await withNodes(5);
    const [one, other] = [
      await fixture.record(await fixture.person("alice")),
      await fixture.record(await fixture.person("alice")),
    ];
    for (const each of nodes) await each.ask({ type: "put", key: keyOfHandle("alice"), record: one });
    await nodes[4]?.ask({ type: "put", key: keyOfHandle("alice", 1), record: other });
    await nodes[1]?.ask({ type: "put", key: keyOfHandle("alice"), record: other });
    const answer = await node.ask(resolve);
    if (answer.type !== "resolved") throw new TypeError(answer.type);
    expect(answer.records.map(({ record }) => toHex(record)).sort()).toEqual([one, other].map(toHex).sort());
    expect(answer).toMatchObject({ asked: 5, agreed: 1 });
  });

  test("nodes that were near are asked again without a walk, and new ones once those do not settle it", async () => {
    const { fixture, nodes, node } = await withNodes(4);
    const record = await fixture.record(await fixture.person("alice"));
    for (const each of nodes) await each.ask({ type: "put", key: keyOfHandle("alice"), record });
    await node.ask(resolve);
    const { walks } = fixture;
    expect(await node.ask(resolve)).toMatchObject({ records: [{ record }], agreed: 4 });
    expect(fixture.walks).toBe(walks);
    for (const each of nodes.slice(1)) each.isUp = false;
    const late = await fixture.addNode();
    await late.ask({ type: "put", key: keyOfHandle("alice"), record });
    expect(await node.ask(resolve)).toMatchObject({ records: [{ record }], asked: 2, agreed: 2 });
    expect(fixture.walks).toBeGreaterThan(walks);
  });

  test("nothing known is an empty answer that says how many were asked", async () => {
    const { nodes, node } = await withNodes(3);
    expect(await node.ask(resolve)).toEqual({ type: "resolved", records: [], more: false, asked: 3, agreed: 0 });
    for (const each of nodes.slice(1)) each.isUp = false;
    expect(await node.ask(resolve)).toMatchObject({ asked: 1, agreed: 0 });
  });

  test("records that a peer made up are dropped", async () => {
    const { fixture, nodes, node } = await withNodes(2);
    const mallory = await fixture.record(await fixture.person("mallory"));
    const record = await fixture.record(await fixture.person("alice"));
    await nodes[1]?.ask({ type: "put", key: keyOfHandle("alice"), record });
    const rows = await nodes[1]?.store.entries({ gte: "dr/", lt: "dr0" });
    const [name, row] = rows?.[0] ?? ["", new Uint8Array()];
    const forged = row.slice();
    const at = forged.findIndex((_, index) =>
      equalBytes(forged.subarray(index, index + 20), record.subarray(100, 120)),
    );
    forged[at + 200] = (forged[at + 200] ?? 0) ^ 1;
    await nodes[1]?.store.commit([{ key: name, value: forged }]);
    expect(at).toBeGreaterThan(0);
    expect(await node.ask(resolve)).toMatchObject({ records: [], agreed: 0 });
    expect(mallory.length).toBeGreaterThan(0);
  });

  test("an account is looked up by its own key", async () => {
    const { fixture, node } = await withNodes(4);
    const alice = await fixture.person("alice");
    const record = await fixture.record(alice);
    await node.ask({ type: "publish", record });
    const answer = await node.ask({ type: "resolve-account", account: alice.chain.account });
    expect(answer).toMatchObject({ type: "resolved", records: [{ record }], agreed: 4 });
  });

  test("a walk that does not end in time answers with what was found", async () => {
    const fixture = new DirectoryFixture();
    const node = await fixture.addNode({
      routing: { closestPeers: () => new Promise<never>(() => undefined), estimatedNodes: () => 1 },
    });
    let answer: unknown = null;
    const asking = node.ask(resolve).then((value) => {
      answer = value;
    });
    await fixture.clock.advance(7999);
    expect(answer).toBeNull();
    await fixture.clock.advance(1);
    await asking;
    expect(answer).toEqual({ type: "resolved", records: [], more: false, asked: 0, agreed: 0 });
  });
});
