/** Nodes whose ids were searched for to surround the first key of a handle: 60 of them among 40 honest ones. */
import { type DirectoryResponse, distancesTo, nobleSuite, publicKeyToRelay, toHex } from "@kith/protocol";
import { expect, test } from "vitest";
import { DirectoryFixture, keyOfHandle, type Stranger, type TestNode } from "./testing/directory-fixture.ts";

const HONEST = 40;
const SYBILS = 60;
const HANDLES = 5;
const ASKERS = 24;

/** Each test plays five networks of 40 nodes. */
const TIMEOUT_MS = 90_000;

const nothing: DirectoryResponse = { type: "records", records: [], more: false };

/** Public keys whose nodes lie nearer to a key than `part` of the space. */
function grind(fixture: DirectoryFixture, key: Uint8Array, part: number): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  while (found.length < SYBILS) {
    const candidate = fixture.random.bytes(32);
    if ((distancesTo(nobleSuite, key, [publicKeyToRelay(candidate)])[0] ?? 1) < part) found.push(candidate);
  }
  return found;
}

/** How near the nearest honest node lies to a key. */
function nearestPart(nodes: readonly TestNode[], key: Uint8Array): number {
  const relays = nodes.map(({ ref }) => ref.relay);
  return distancesTo(nobleSuite, key, relays)[0] ?? 1;
}

function liar(record: Uint8Array, key: Uint8Array): Stranger {
  const name = toHex(key);
  return (request) => {
    if (request.type !== "get" || toHex(request.key) !== name) return nothing;
    return { type: "records", records: [{ record, firstSeenMs: 1 }], more: false };
  };
}

interface Tried {
  readonly found: number;
  readonly suspect: number;
  readonly all: number;
}

/** Everybody looks up handles whose first keys are surrounded before their owners publish. */
async function attack(makeStranger: (fixture: DirectoryFixture, handle: string) => Promise<Stranger>) {
  const tried = { found: 0, suspect: 0, all: 0 };
  for (let index = 0; index < HANDLES; index++) {
    const fixture = new DirectoryFixture(`sybils ${index}`);
    for (let each = 0; each < HONEST; each++) await fixture.addNode();
    const handle = `handle${index}`;
    const key = keyOfHandle(handle);
    const stranger = await makeStranger(fixture, handle);
    for (const each of grind(fixture, key, nearestPart(fixture.nodes, key))) fixture.addStranger(each, stranger);
    await tryAll(fixture, handle, tried);
  }
  return tried as Tried;
}

async function tryAll(fixture: DirectoryFixture, handle: string, tried: { -readonly [K in keyof Tried]: number }) {
  const record = await fixture.record(await fixture.person(handle));
  await fixture.nodes[0]?.ask({ type: "publish", record });
  for (const node of fixture.nodes.slice(1, 1 + ASKERS)) {
    const answer = await node.ask({ type: "resolve", handle: handle as never, skip: 0 });
    if (answer.type !== "resolved") throw new TypeError(answer.type);
    tried.all += 1;
    tried.found += Number(answer.records.some((each) => toHex(each.record) === toHex(record)));
    tried.suspect += Number(answer.isSuspect === true);
  }
}

test("those who deny hide a claim from nobody, and are noticed", { timeout: TIMEOUT_MS }, async () => {
  const { found, suspect, all } = await attack(async () => () => nothing);
  expect(all).toBe(HANDLES * ASKERS);
  expect(found / all).toBeGreaterThanOrEqual(0.99);
  expect(suspect / all).toBeGreaterThanOrEqual(0.9);
});

test("those who show another claim only hide the owner's from nobody, and are noticed", {
  timeout: TIMEOUT_MS,
}, async () => {
  const { found, suspect, all } = await attack(async (fixture, handle) =>
    liar(await fixture.record(await fixture.person(handle)), keyOfHandle(handle)),
  );
  expect(found / all).toBeGreaterThanOrEqual(0.99);
  expect(suspect / all).toBeGreaterThanOrEqual(0.99);
});
