/**
 * Looking up on behalf: salt 0 first; the other salts only when nothing is found, the nodes contradict each other, or
 * those near the key stand there as if somebody had placed them.
 */
import {
  type ClaimPolicy,
  type HeldRecord,
  IMPLAUSIBLE,
  mergeClaims,
  newestByAccount,
  type RelayRef,
  SALTS,
  type Salt,
  toHex,
  UNUSUAL,
} from "@kith/protocol";
import type { DirectoryPeers } from "./directory-peers.ts";
import type { HeldClaim } from "./directory-row.ts";
import type { DirectoryShelf } from "./directory-shelf.ts";
import type { RecordVerifier } from "./directory-verification.ts";

/** A wait that can be given up. */
export interface Timer {
  readonly over: Promise<void>;
  cancel(): void;
}

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
  /** Begins to wait; over once a salt had time enough. */
  readonly startPatience: () => Timer;
  /** A number under `below`, by chance. */
  readonly draw: (below: number) => number;
  /** Whether a verified claim belongs under the key. */
  readonly isWanted: (held: HeldClaim) => boolean;
}

/** What was found, how many nodes (this one among them) answered and said exactly this, and whether to trust it. */
export interface Found {
  readonly claims: readonly HeldClaim[];
  readonly asked: number;
  readonly agreed: number;
  /** Nodes stand closer round a key than chance puts them, or the nearest ones showed another account than the rest. */
  readonly isSuspect: boolean;
}

/** Nodes behind the nearest of whom one is asked too, so that a few near ones cannot speak for all. */
const FARTHER = 5;

/** What each node said, as the set of accounts whose claims verified. */
interface Tally {
  readonly options: LookupOptions;
  readonly answers: Map<string, ReadonlySet<string>>;
  /** Salts whose nearest nodes stand too close together: what they say settles nothing. */
  readonly crowded: Set<Salt>;
  /** The nearest nodes of salt 0, as far as they answered. */
  readonly nearest: Set<string>;
  claims: readonly HeldClaim[];
  /** How likely the most crowded of the keys came about by itself. */
  chance: number;
}

/** Looks a name up. */
export async function lookUp(options: LookupOptions): Promise<Found> {
  const tally: Tally = { options, answers: new Map(), crowded: new Set(), nearest: new Set(), claims: [], chance: 1 };
  await Promise.race([askSalts(tally), options.deadline]);
  const claims = newestByAccount(tally.claims);
  const isSuspect = tally.chance < IMPLAUSIBLE || isContradicted(tally);
  return { claims, asked: countNodes(tally), agreed: countAgreeing(tally, isAny), isSuspect };
}

/** One salt after the other; one that keeps us waiting goes on beside the next. */
async function askSalts(tally: Tally): Promise<void> {
  const running: Promise<void>[] = [];
  for (const salt of SALTS) {
    running.push(askSalt(tally, salt));
    const patience = tally.options.startPatience();
    await Promise.race([Promise.all(running), patience.over]);
    patience.cancel();
    if (isSettled(tally)) return;
  }
  await Promise.all(running);
}

async function askSalt(tally: Tally, salt: Salt): Promise<void> {
  const { shelf, peers, policy, keyOf } = tally.options;
  const key = keyOf(salt);
  const known = peers.known(key);
  const [own, others] = await Promise.all([shelf.state(key, policy.nowMs), known ?? peers.closest(key)]);
  note(tally, nameOf("self", salt), own.filter(tally.options.isWanted));
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
  const chance = peers.chanceOfCrowd(keyOf(salt));
  if (chance < UNUSUAL) tally.crowded.add(salt);
  tally.chance = Math.min(tally.chance, chance);
  if (salt === 0) for (const { relay } of others.slice(0, quorum)) tally.nearest.add(nameOf(relay, salt));
  for (let at = 0; at < others.length; at += quorum) {
    await Promise.all(others.slice(at, at + quorum).map((peer) => askPeer(tally, salt, peer)));
    if (isSettled(tally) && (await isConfirmed(tally, salt, others.slice(at + quorum, at + quorum + FARTHER)))) return;
  }
}

/** Whether somebody farther, drawn by chance, knows of nobody else; whoever is silent is passed over. */
async function isConfirmed(tally: Tally, salt: Salt, farther: readonly RelayRef[]): Promise<boolean> {
  const left = [...farther];
  while (left.length > 0) {
    const [peer] = left.splice(tally.options.draw(left.length), 1);
    if (peer !== undefined && (await askPeer(tally, salt, peer))) break;
  }
  return isSettled(tally);
}

/** Whether the peer gave a proper answer. */
async function askPeer(tally: Tally, salt: Salt, peer: RelayRef): Promise<boolean> {
  const { peers, keyOf } = tally.options;
  const records = await peers.get(peer, keyOf(salt));
  if (records === null) return false;
  note(tally, nameOf(peer.relay, salt), await judge(tally, records));
  return true;
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

/** Enough nodes, round keys that nobody crowds, name the same single account, and no node names another. */
function isSettled(tally: Tally): boolean {
  const accounts = new Set(tally.claims.map(({ account }) => account));
  return accounts.size === 1 && countAgreeing(tally, (salt) => !tally.crowded.has(salt)) >= tally.options.quorum;
}

/** Whether the nearest nodes showed somebody and kept somebody else back. */
function isContradicted({ answers, nearest, claims }: Tally): boolean {
  const shown = new Set([...nearest].flatMap((node) => [...(answers.get(node) ?? [])]));
  return shown.size > 0 && claims.some(({ account }) => !shown.has(account));
}

function countNodes(tally: Tally): number {
  return new Set([...tally.answers.keys()].map((answer) => placeOf(answer).node)).size;
}

function isAny(): boolean {
  return true;
}

/** Nodes that named everybody who was found, round keys of the salts that count. */
function countAgreeing(tally: Tally, isCounted: (salt: Salt) => boolean): number {
  const all = new Set(tally.claims.map(({ account }) => account));
  if (all.size === 0) return 0;
  const agreeing = [...tally.answers]
    .filter(([answer, said]) => said.size === all.size && isCounted(placeOf(answer).salt))
    .map(([answer]) => placeOf(answer).node);
  return new Set(agreeing).size;
}

function nameOf(node: string, salt: Salt): string {
  return `${salt} ${node}`;
}

function placeOf(answer: string): { readonly salt: Salt; readonly node: string } {
  return { salt: Number(answer[0]) as Salt, node: answer.slice(2) };
}
