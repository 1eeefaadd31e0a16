/** What strangers try against claims at real directory nodes over real sockets: each try has a typed answer, and nothing is lost. */
import { decodeDirectoryResponse, encodeDirectoryRequest, equalBytes } from "@kith/protocol";
import { expect, onTestFinished, test } from "vitest";
import { expectValue } from "../../packages/node/src/relay/testing/claimants.ts";
import { askFrom, askOwn, createPerson, keysOf, lookUpAt, startMetNet } from "../support/directory-asker.ts";
import { type DirectoryNode, recordFor, startDirectoryNode } from "../support/directory-net.ts";

const NODES = 5;

test("an older valid record that is put again at every holder brings nobody back to it", async () => {
  const nodes = await startMetNet(NODES);
  const [first, stranger] = nodes as [DirectoryNode, DirectoryNode];
  const alice = await createPerson("alice");
  const nowMs = Date.now();
  const old = await recordFor(alice, first, { issuedMs: nowMs - 60_000 });
  const renewed = await recordFor(alice, first, { issuedMs: nowMs, cardSeq: 2 });
  for (const record of [old, renewed]) {
    expect(await askOwn(first, { type: "publish", record })).toMatchObject({ type: "published", state: "published" });
  }
  for (const node of nodes.filter((each) => each !== stranger)) {
    for (const key of keysOf("alice", alice)) {
      expect((await askFrom(stranger, node, { type: "put", key, record: old })).type).toBe("receipt");
    }
  }
  for (const node of nodes) {
    const { records } = await lookUpAt(node, "alice");
    expect(records.map((record) => equalBytes(record, renewed))).toEqual([true]);
  }
});

test("a squatter who came first is found beside the owner, and a record under another's key is refused", async () => {
  const nodes = await startMetNet(NODES);
  const [first, stranger] = nodes as [DirectoryNode, DirectoryNode];
  const [squatter, owner] = [await createPerson("celebrity"), await createPerson("celebrity")];
  const squatted = await recordFor(squatter, stranger);
  const owned = await recordFor(owner, first);
  await askOwn(stranger, { type: "publish", record: squatted });
  expect(await askOwn(first, { type: "publish", record: owned })).toMatchObject({ state: "published" });
  for (const node of nodes) {
    const { records } = await lookUpAt(node, "celebrity");
    expect(records).toHaveLength(2);
    expect(records.some((record) => equalBytes(record, owned))).toBe(true);
  }
  const [victimKey] = keysOf("alice", owner);
  const refused = await askFrom(stranger, first, { type: "put", key: victimKey, record: squatted });
  expect(refused).toEqual({ type: "error", code: "wrong-key" });
  expect((await lookUpAt(first, "alice")).records).toEqual([]);
});

test("20,000 puts at one node: the memory and the disk they take are bounded, and an honest claim stays", async () => {
  const limits = { sourceBurstBytes: 256 * 1024, sourceBytesPerSecond: 1024 };
  const node = await startDirectoryNode({ knows: [], limits });
  const other = await startDirectoryNode({ knows: [node.ref] });
  onTestFinished(async () => {
    await Promise.all([node.stop(), other.stop()]);
  });
  const [alice, mallory] = [await createPerson("alice"), await createPerson("alice")];
  const [honest, spam] = [await recordFor(alice, node), await recordFor(mallory, node)];
  const [key] = keysOf("alice", alice);
  expect((await askFrom(other, node, { type: "put", key, record: honest })).type).toBe("receipt");
  const channel = expectValue(await other.network.open(node.ref, "directory", "once"));
  onTestFinished(() => channel.close());
  const codes = new Map<string, number>();
  const frames = [spam, honest.slice(0, -1), Uint8Array.of(1)].map((record) =>
    encodeDirectoryRequest({ type: "put", key, record }),
  );
  const before = process.memoryUsage().rss;
  for (let sent = 0; sent < 20_000; sent += 100) {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, each) => channel.request(frames[each % 3] as Uint8Array, 30_000)),
    );
    for (const answer of answers) {
      const response = expectValue(decodeDirectoryResponse(expectValue(answer)));
      const code = response.type === "error" ? response.code : response.type;
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
  }
  expect([...codes.keys()].sort()).toEqual(["malformed", "quota", "receipt"]);
  expect(codes.get("quota")).toBeGreaterThan(10_000);
  expect(node.store.snapshot().size).toBeLessThan(10);
  expect(process.memoryUsage().rss - before).toBeLessThan(256 * 2 ** 20);
  const held = await askFrom(other, node, { type: "get", key, skip: 0 });
  if (held.type !== "records") throw new TypeError(held.type);
  expect(held.records.some(({ record }) => equalBytes(record, honest))).toBe(true);
}, 60_000);
