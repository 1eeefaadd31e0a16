/** Asks relays who claims a handle and believes only what verifies here. */
import {
  type AccountId,
  ChainCache,
  type DirectoryRequest,
  decodeAccountRecord,
  decodeDirectoryResponse,
  encodeDirectoryRequest,
  type Handle,
  type HeldRecord,
  type RelayRef,
  type VerifiedAccount,
  verifyAccountRecord,
} from "@kith/protocol";
import type { Core } from "../core.ts";

/** Time one relay gets to walk the DHT for us, in ms. */
const RESOLVE_TIMEOUT_MS = 20_000;

/** Relays asked side by side. */
const MAX_ASKED = 3;

/** Frames read of one answer; the rest of a crowded handle is left. */
const MAX_PAGES = 4;

/** Verified chains that are remembered: several relays answer the same, and people are looked up again. */
export const MAX_FOUND_CHAINS = 64;

/** What asking needs; an account is not among it. */
export type Asker = Pick<Core, "network" | "suite" | "parameters" | "clock"> & {
  readonly chains?: ChainCache;
  readonly book: Pick<Core["book"], "forLookups">;
};

/** What a look-up found. */
export interface Found {
  readonly people: readonly VerifiedAccount[];
  /** Directory nodes that answered; 0 means there was nobody to ask. */
  readonly asked: number;
  /** A relay says that somebody seems to stand between it and the name. */
  readonly isSuspect: boolean;
}

interface Answer {
  readonly records: readonly HeldRecord[];
  readonly asked: number;
  readonly isSuspect: boolean;
}

/** Everyone who validly claims a handle, as far as the relays asked can tell. */
export function lookUpHandle(core: Asker, handle: Handle): Promise<Found> {
  const request = (skip: number): DirectoryRequest => ({ type: "resolve", handle, skip });
  return lookUp(core, request, (found) => found.claim?.handle === handle);
}

/** The account of an id, when its owner published it with a handle. */
export function lookUpAccount(core: Asker, account: AccountId): Promise<Found> {
  const request = (): DirectoryRequest => ({ type: "resolve-account", account });
  return lookUp(core, request, (found) => found.chain.account === account);
}

async function lookUp(
  core: Asker,
  request: (skip: number) => DirectoryRequest,
  isWanted: (found: VerifiedAccount) => boolean,
): Promise<Found> {
  const relays = core.book.forLookups().slice(0, MAX_ASKED);
  const answers = await Promise.all(relays.map((relay) => resolveAt(core, relay, request)));
  const { chains = new ChainCache(MAX_FOUND_CHAINS) } = core;
  const found: VerifiedAccount[] = [];
  for (const { record } of answers.flatMap((each) => each.records)) {
    const verified = await verify(core, chains, record);
    if (verified !== null && isWanted(verified)) found.push(verified);
  }
  return {
    people: newestOfEach(found),
    asked: Math.max(0, ...answers.map((each) => each.asked)),
    isSuspect: answers.some((each) => each.isSuspect),
  };
}

function newestOfEach(found: readonly VerifiedAccount[]): readonly VerifiedAccount[] {
  const people = new Map<string, VerifiedAccount>();
  for (const each of found) {
    const known = people.get(each.chain.account);
    if (known === undefined || isNewer(each, known)) people.set(each.chain.account, each);
  }
  return [...people.values()];
}

async function verify(core: Asker, chains: ChainCache, encoded: Uint8Array): Promise<VerifiedAccount | null> {
  const record = decodeAccountRecord(encoded);
  if (!record.ok) return null;
  const { netId, claimBits: bits } = core.parameters;
  const policy = { netId, bits, nowMs: core.clock.nowMs() };
  const verified = await verifyAccountRecord(core.suite, record.value, policy, chains);
  return verified.ok ? verified.value : null;
}

function isNewer(a: VerifiedAccount, b: VerifiedAccount): boolean {
  const heads = a.chain.head.epoch - b.chain.head.epoch || a.chain.head.seq - b.chain.head.seq;
  return (heads || (a.claim?.issuedMs ?? 0) - (b.claim?.issuedMs ?? 0)) > 0;
}

async function resolveAt(
  core: Asker,
  relay: RelayRef,
  makeRequest: (skip: number) => DirectoryRequest,
): Promise<Answer> {
  const records: HeldRecord[] = [];
  const answer = { records, asked: 0, isSuspect: false };
  const channel = await core.network.open(relay, "directory", "once");
  if (!channel.ok) return answer;
  try {
    for (let page = 0; page < MAX_PAGES; page++) {
      const request = encodeDirectoryRequest(makeRequest(records.length));
      const frame = await channel.value.request(request, RESOLVE_TIMEOUT_MS);
      const response = frame.ok ? decodeDirectoryResponse(frame.value) : frame;
      if (!response.ok || response.value.type !== "resolved") break;
      answer.asked = Math.max(answer.asked, response.value.asked);
      answer.isSuspect ||= response.value.isSuspect === true;
      records.push(...response.value.records);
      if (!response.value.more || response.value.records.length === 0) break;
    }
    return answer;
  } finally {
    channel.value.close();
  }
}
