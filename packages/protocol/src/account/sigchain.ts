/**
 * Sigchains: verifying the entries of an account. Entries are appended by `append-entry.ts`.
 * @see docs/spec/01-identity.md
 */
import { equalBytes } from "../bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { MAX_CHAIN_BYTES, MAX_CHAIN_ENTRIES, MAX_CLOCK_SKEW_MS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { applyEntry, readDeviceAdd } from "./apply-entry.ts";
import { type ChainEntry, ENTRY_KINDS, type ReadEntry, readEntry, verifyEntrySignature } from "./chain-entry.ts";
import { type ChainError, type ChainState, startState } from "./chain-state.ts";
import { verifyPossession } from "./device.ts";

/** Epochs count hours, and go on by one where a chain was recovered in this hour already: at most so many ahead. */
const MAX_EPOCHS_AHEAD = 64;

const HOUR_MS: number = 3600 * 1000;

/**
 * Verifies a whole chain from `create` on: limits, links and permissions first, then the signatures that cost time.
 * @param nowMs the verifier's clock; entries more than 10 minutes ahead of it are refused.
 * @param known a chain that was verified before: signatures of the entries that it shares are not verified again, and of
 * the same chain nothing is.
 */
export async function verifyChain(
  suite: CryptoSuite,
  entries: readonly Uint8Array[],
  nowMs: number,
  known?: ChainState,
): Promise<Result<ChainState, ChainError>> {
  const verified = sharedEntries(entries, known);
  if (verified > 0 && verified === entries.length && verified === known?.entries.length) return ok(known);
  const reads = readEntries(suite, entries);
  if (!reads.ok) return reads;
  const state = replay(reads.value, nowMs);
  if (!state.ok) return state;
  for (const [index, read] of reads.value.entries()) {
    const failure = index < verified ? null : await entryFailure(suite, read, index);
    if (failure !== null) return err(failure);
  }
  return state;
}

/**
 * Reads a chain that was verified before and kept where nobody could change it since: no signature is verified again.
 * Only of an own sealed store.
 */
export function rereadChain(suite: CryptoSuite, entries: readonly Uint8Array[]): Result<ChainState, ChainError> {
  const reads = readEntries(suite, entries);
  return reads.ok ? replay(reads.value, Number.MAX_SAFE_INTEGER - MAX_CLOCK_SKEW_MS) : reads;
}

/** How many entries two chains share from the first on, signatures included. */
function sharedEntries(entries: readonly Uint8Array[], known: ChainState | undefined): number {
  const parting = entries.findIndex((entry, index) => {
    const other = known?.entries[index];
    return other === undefined || !equalBytes(entry, other);
  });
  return parting < 0 ? entries.length : parting;
}

/** Verifies what signatures prove in one entry: the signer's, and both of a new device. */
export async function entryFailure(suite: CryptoSuite, read: ReadEntry, index: number): Promise<ChainError | null> {
  if (!(await verifyEntrySignature(suite, read))) return { code: "bad-signature", index };
  if (!isListing(read.entry)) return null;
  const added = readDeviceAdd(read.entry, index);
  if (!added.ok) return added.error;
  const isHeld = await verifyPossession(suite, read.entry.account, added.value.offer);
  return isHeld ? null : { code: "bad-possession", index };
}

/** Whether an entry lists a device. */
export function isListing({ kind }: ChainEntry): boolean {
  return kind === ENTRY_KINDS.deviceAdd || kind === ENTRY_KINDS.recover;
}

function readEntries(suite: CryptoSuite, entries: readonly Uint8Array[]): Result<readonly ReadEntry[], ChainError> {
  const tooMuch = exceededLimit(entries);
  if (tooMuch !== null) return err(tooMuch);
  const reads: ReadEntry[] = [];
  for (const [index, encoded] of entries.entries()) {
    const read = readEntry(suite, encoded);
    if (!read.ok) return err({ code: "malformed-entry", index, cause: read.error.code });
    reads.push(read.value);
  }
  return ok(reads);
}

/** The limit of a whole chain that entries break, or null. */
export function exceededLimit(entries: readonly Uint8Array[]): ChainError | null {
  const count = entries.length;
  if (count > MAX_CHAIN_ENTRIES) return { code: "too-many-entries", limit: MAX_CHAIN_ENTRIES, count };
  const sizeBytes = entries.reduce((sum, entry) => sum + entry.length, 0);
  return sizeBytes > MAX_CHAIN_BYTES ? { code: "chain-too-large", limit: MAX_CHAIN_BYTES, sizeBytes } : null;
}

function replay(reads: readonly ReadEntry[], nowMs: number): Result<ChainState, ChainError> {
  const [first, ...rest] = reads;
  if (first === undefined) return err({ code: "empty-chain" });
  let state = startState(first);
  for (const read of rest) {
    if (!state.ok) return state;
    if (isInFuture(read.entry, nowMs)) return err({ code: "in-future", index: state.value.entries.length });
    state = applyEntry(state.value, read);
  }
  return state;
}

/** An epoch far ahead would keep every later recover from winning. */
function isInFuture({ at, epoch }: ChainEntry, nowMs: number): boolean {
  const latestMs = nowMs + MAX_CLOCK_SKEW_MS;
  return at > latestMs || epoch > latestMs / HOUR_MS + MAX_EPOCHS_AHEAD;
}
