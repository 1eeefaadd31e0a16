/** Real directory nodes beside others that lie: some refuse a correction, some were searched for to surround a name. */
import { randomBytes } from "node:crypto";
import { type Acceptor, cryptoSuite } from "@kith/client";
import {
  type DirectoryRequest,
  type DirectoryResponse,
  decodeDirectoryRequest,
  distancesTo,
  encodeDirectoryResponse,
  equalBytes,
  publicKeyToRelay,
} from "@kith/protocol";
import { expect, test } from "vitest";
import { expectValue } from "../../packages/node/src/relay/testing/claimants.ts";
import { askOwn, createPerson, earlyRecord, keysOf, lookUpAt, startMetNet } from "../support/directory-asker.ts";
import { type DirectoryNode, recordFor } from "../support/directory-net.ts";

/** A node that answers as it likes. */
function liar(answer: (request: DirectoryRequest) => DirectoryResponse): Acceptor {
  return () => async (frame) => encodeDirectoryResponse(answer(expectValue(decodeDirectoryRequest(frame))));
}

/** Shows one record under one key, or under every key, and nothing else of anything. */
function showing(record: Uint8Array, key?: Uint8Array): (request: DirectoryRequest) => DirectoryResponse {
  return (request) => {
    if (request.type !== "get") return { type: "error", code: "crowded-out" };
    const isShown = key === undefined || equalBytes(request.key, key);
    return { type: "records", records: isShown ? [{ record, firstSeenMs: 1 }] : [], more: false };
  };
}

/** Seeds of nodes whose ids were searched for to lie nearer to a key than `part` of the space. */
async function grind(key: Uint8Array, count: number, part: number): Promise<readonly Uint8Array[]> {
  const seeds: Uint8Array[] = [];
  while (seeds.length < count) {
    const seed = new Uint8Array(randomBytes(32));
    const relay = publicKeyToRelay(await cryptoSuite.ed25519PublicKey(seed));
    if ((distancesTo(cryptoSuite, key, [relay])[0] ?? 1) < part) seeds.push(seed);
  }
  return seeds;
}

test("a node that refuses a correction and shows the record of before rolls nobody back", async () => {
  const alice = await createPerson("alice");
  const nowMs = Date.now();
  const old = await earlyRecord(alice, { issuedMs: nowMs - 60_000 });
  const nodes = await startMetNet(3, [{ acceptor: liar(showing(old)) }]);
  const [first] = nodes as [DirectoryNode];
  const renewed = await recordFor(alice, first, { issuedMs: nowMs, cardSeq: 2 });
  expect(await askOwn(first, { type: "publish", record: renewed })).toMatchObject({ state: "published", receipts: 3 });
  for (const node of nodes) {
    const { records } = await lookUpAt(node, "alice");
    expect(records.map((record) => equalBytes(record, renewed))).toEqual([true]);
  }
}, 120_000);

test("four nodes ground round a handle's first key, who show a squatter only, hide the owner from none of three", async () => {
  const [squatter, owner] = [await createPerson("celebrity"), await createPerson("celebrity")];
  const [key] = keysOf("celebrity", owner);
  const acceptor = liar(showing(await earlyRecord(squatter), key));
  const seeds = await grind(key, 4, 1 / 200);
  const strangers = seeds.map((seed) => ({ seed, acceptor }));
  const nodes = await startMetNet(3, strangers);
  const [first] = nodes as [DirectoryNode];
  const owned = await recordFor(owner, first);
  expect((await askOwn(first, { type: "publish", record: owned })).type).toBe("published");
  for (const node of nodes) {
    const { records, isSuspect } = await lookUpAt(node, "celebrity");
    expect(records.some((record) => equalBytes(record, owned))).toBe(true);
    expect(isSuspect).toBe(true);
  }
}, 120_000);
