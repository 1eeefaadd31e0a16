/** What believing an account costs: a chain of 64 entries, once and again, and a claim on a chain that is known. */
import { cryptoSuite, randomBytes } from "@kith/client";
import {
  ChainCache,
  type ChainState,
  checkClaim,
  claimHandle,
  decodeAccountRecord,
  type NetId,
  type RelayId,
  rereadChain,
  verifyChain,
} from "@kith/protocol";
import {
  type Claimant,
  createClaimant,
  createRecord,
  expectValue,
} from "../packages/node/src/relay/testing/claimants.ts";
import { checkClaimAgainstChain } from "../packages/protocol/src/directory/handle-claim.ts";
import { compare, percentile, type Report } from "./report.ts";
import { SMOKE_VARIABLE } from "./smoke.ts";

const ENTRIES = 64;
/** Entries that the root may sign. */
const ROOT_ENTRIES = 16;
const ROUNDS = 100;
const SMOKE_ROUNDS = 3;
const NET_ID = "bench" as NetId;
const BITS = 8;

/** Runs the work. */
export async function takeAccount(): Promise<Report> {
  const rounds = process.env[SMOKE_VARIABLE] === undefined ? ROUNDS : SMOKE_ROUNDS;
  const person = await createClaimant({ random: randomBytes, atMs: Date.now() }, "bench");
  const usual = await lengthen(person, person.chain, ENTRIES, "device");
  const signedByRoot = await lengthen(person, person.chain, ROOT_ENTRIES, "root");
  const dearest = await lengthen(person, signedByRoot, ENTRIES, "device");
  const chainMs = await time(
    rounds,
    async () => void expectValue(await verifyChain(cryptoSuite, usual.entries, Date.now())),
  );
  const dearestMs = await time(
    rounds,
    async () => void expectValue(await verifyChain(cryptoSuite, dearest.entries, Date.now())),
  );
  const chains = new ChainCache(1);
  chains.keep(dearest);
  const againMs = await time(rounds, async () => {
    const known = chains.find(cryptoSuite, dearest.entries);
    expectValue(await verifyChain(cryptoSuite, dearest.entries, Date.now(), known));
  });
  const rereadMs = await time(rounds, async () => void expectValue(rereadChain(cryptoSuite, usual.entries)));
  const claimMs = await timeClaim(person, rounds);
  const row = (name: string, took: readonly number[], targetMs: number) =>
    compare({ name, unit: "ms", better: "less" }, took, "target", [targetMs]);
  return {
    rounds,
    p95Ms: { chain: percentile(chainMs, 0.95), dearest: percentile(dearestMs, 0.95), claim: percentile(claimMs, 0.95) },
    claimMeanMs: claimMs.reduce((sum, each) => sum + each, 0) / claimMs.length,
    rows: [
      row("chain of 64 entries, 2 of the root", chainMs, 50),
      row("chain of 64 entries, 16 of the root", dearestMs, 50),
      row("the same chain again, found by its head", againMs, 50),
      row("the same chain read from the own store", rereadMs, 50),
      row("claim on a chain that is held", claimMs, 0.5),
    ],
  };
}

/** Claims the handle anew until the chain has so many entries, or the root has signed so many. */
async function lengthen(
  { root, device }: Claimant,
  from: ChainState,
  count: number,
  by: "root" | "device",
): Promise<ChainState> {
  const signer = by === "root" ? ({ type: "root", root } as const) : ({ type: "device", device } as const);
  let chain = from;
  while ((by === "root" ? chain.rootEntries : chain.entries.length) < count) {
    chain = expectValue(
      await claimHandle(cryptoSuite, chain, { signer, atMs: Date.now(), body: { written: "bench" } }),
    );
  }
  return chain;
}

async function timeClaim(person: Claimant, rounds: number): Promise<readonly number[]> {
  const nowMs = Date.now();
  const world = { random: randomBytes, nowMs, netId: NET_ID, relay: "12D3KooWBench" as RelayId };
  const record = expectValue(decodeAccountRecord(await createRecord(person, world, { bits: BITS })));
  const claim = record.claim ?? new Uint8Array();
  return time(rounds * 10, async () => {
    const checked = expectValue(await checkClaim(cryptoSuite, claim, { netId: NET_ID, bits: BITS, nowMs }));
    expectValue(checkClaimAgainstChain(checked, person.chain));
  });
}

/** Ms of each round, after a tenth of them to warm up. */
async function time(rounds: number, round: () => Promise<void>): Promise<readonly number[]> {
  const took: number[] = [];
  for (let each = -Math.ceil(rounds / 10); each < rounds; each++) {
    const startMs = performance.now();
    await round();
    if (each >= 0) took.push(performance.now() - startMs);
  }
  return took;
}
