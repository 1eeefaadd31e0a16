/** Looking up on behalf: salt 0 first; the other salts only when nothing is found or the nodes contradict each other. */
import {
  type ClaimPolicy,
  type HeldRecord,
  mergeClaims,
  newestByAccount,
  type RelayRef,
  SALTS,
  type Salt,
  toHex,
} from "@kith/protocol";
import type { DirectoryPeers } from "./directory-peers.ts";
import type { HeldClaim } from "./directory-row.ts";
import type { DirectoryShelf } from "./directory-shelf.ts";
import type { RecordVerifier } from "./directory-verification.ts";

/** What a look-up works with. */
export interface LookupOptions {
  readonly verifier: RecordVerifier;
  readonly shelf: DirectoryShelf;
  readonly peers: DirectoryPeers;
  readonly policy: ClaimPolicy;
  readonly quorum: number;
  /** Key of a salt. */
  readonly keyOf: (salt: Salt) => Uint8Array;
  /** Ends the waiting: what was found by then is the answer. */
  readonly deadline: Promise<void>;
  /** Whether a verified claim belongs under the key. */
  readonly isWanted: (held: HeldClaim) => boolean;
}

/** What was found, and how many nodes (this one among them) answered and said exactly this. */
export interface Found {
  readonly claims: readonly HeldClaim[];
  readonly asked: number;
  readonly agreed: number;
}

/** What each node said, as the set of claims that verified. */
interface Tally {
  readonly options: LookupOptions;
  readonly answers: Map<string, ReadonlySet<string>>;
  claims: readonly HeldClaim[];
}

/** Looks a name up. */
export async function lookUp(options: LookupOptions): Promise<Found> {
  const tally: Tally = { options, answers: new Map(), claims: [] };
  await Promise.race([askSalts(tally), options.deadline]);
  const claims = newestByAccount(tally.claims);
  return { claims, asked: countNodes(tally), agreed: countAgreeing(tally) };
}

async function askSalts(tally: Tally): Promise<void> {
  for (const salt of SALTS) {
    await askSalt(tally, salt);
    if (isSettled(tally)) return;
  }
}

async function askSalt(tally: Tally, salt: Salt): Promise<void> {
  const { shelf, peers, policy, keyOf } = tally.options;
  const key = keyOf(salt);
  const known = peers.known(key);
  const [own, others] = await Promise.all([shelf.state(key, policy.nowMs), known ?? peers.closest(key)]);
  note(tally, `self ${salt}`, own.filter(tally.options.isWanted));
  await askPeers(tally, salt, others);
  if (known === null || isSettled(tally)) return;
  // Those who were near a while ago did not settle it: others may be near by now.
  const asked = new Set(known.map(({ relay }) => relay));
  const fresh = await peers.closest(key);
  await askPeers(
    tally,
    salt,
    fresh.filter(({ relay }) => !asked.has(relay)),
  );
}

async function askPeers(tally: Tally, salt: Salt, others: readonly RelayRef[]): Promise<void> {
  const { peers, keyOf, quorum } = tally.options;
  const key = keyOf(salt);
  for (let at = 0; at < others.length; at += quorum) {
    const asked = others.slice(at, at + quorum).map(async (peer) => {
      const records = await peers.get(peer, key);
      if (records !== null) note(tally, `${peer.relay} ${salt}`, await judge(tally, records));
    });
    await Promise.all(asked);
    if (isSettled(tally)) return;
  }
}

async function judge(tally: Tally, records: readonly HeldRecord[]): Promise<readonly HeldClaim[]> {
  const { verifier, policy, isWanted } = tally.options;
  const claims = await Promise.all(
    records.map(async ({ record, firstSeenMs }) => {
      const held = await verifier.verify(record, policy);
      if (!held.ok || !isWanted(held.value)) return null;
      return { ...held.value, firstSeenMs: Math.min(firstSeenMs, policy.nowMs) };
    }),
  );
  return claims.filter((claim) => claim !== null);
}

function note(tally: Tally, node: string, claims: readonly HeldClaim[]): void {
  tally.answers.set(node, new Set(claims.map(({ account }) => account)));
  const earliest = new Map<string, number>();
  for (const { hash, firstSeenMs } of [...tally.claims, ...claims]) {
    const name = toHex(hash);
    earliest.set(name, Math.min(firstSeenMs, earliest.get(name) ?? firstSeenMs));
  }
  const merged = mergeClaims(tally.claims, claims);
  tally.claims = merged.map((each) => ({ ...each, firstSeenMs: earliest.get(toHex(each.hash)) ?? each.firstSeenMs }));
}

/** Enough nodes name the same single account and no node names another. */
function isSettled(tally: Tally): boolean {
  const accounts = new Set(tally.claims.map(({ account }) => account));
  return accounts.size === 1 && countAgreeing(tally) >= tally.options.quorum;
}

function countNodes(tally: Tally): number {
  return new Set([...tally.answers.keys()].map(nodeOf)).size;
}

function countAgreeing(tally: Tally): number {
  const all = new Set(tally.claims.map(({ account }) => account));
  if (all.size === 0) return 0;
  const agreeing = [...tally.answers].filter(([, said]) => said.size === all.size).map(([node]) => nodeOf(node));
  return new Set(agreeing).size;
}

function nodeOf(answer: string): string {
  return answer.split(" ")[0] ?? "";
}
