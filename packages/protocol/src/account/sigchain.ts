/**
 * Sigchains: verifying the entries of an account and appending to them.
 * Every append is a transition: the chain passed in stays as it was.
 * @see docs/spec/01-identity.md
 */
import type { CryptoSuite } from "../crypto/suite.ts";
import { MAX_CHAIN_BYTES, MAX_CHAIN_ENTRIES, MAX_CLOCK_SKEW_MS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import {
  type ChainEntry,
  type ChainSigner,
  ENTRY_KINDS,
  ENTRY_VERSION,
  encodeDeviceAdd,
  encodeHandleClaim,
  type ReadEntry,
  readEntry,
  signEntry,
  signerId,
  verifyEntrySignature,
} from "./chain-entry.ts";
import { applyEntry, type ChainError, type ChainState, readDeviceAdd, startState } from "./chain-state.ts";
import { type DeviceOffer, verifyPossession } from "./device.ts";
import type { Xid } from "./numeric-id.ts";
import type { RootKey } from "./root-key.ts";

/**
 * Verifies a whole chain from `create` on: limits, links and permissions first, then the signatures that cost time.
 * @param nowMs the verifier's clock; entries more than 10 minutes ahead of it are refused.
 */
export async function verifyChain(
  suite: CryptoSuite,
  entries: readonly Uint8Array[],
  nowMs: number,
): Promise<Result<ChainState, ChainError>> {
  const reads = readEntries(suite, entries);
  if (!reads.ok) return reads;
  const state = replay(reads.value, nowMs);
  if (!state.ok) return state;
  for (const [index, read] of reads.value.entries()) {
    const failure = await entryFailure(suite, read, index);
    if (failure !== null) return err(failure);
  }
  return state;
}

/** Verifies what signatures prove in one entry: the signer's, and both of a new device. */
export async function entryFailure(suite: CryptoSuite, read: ReadEntry, index: number): Promise<ChainError | null> {
  if (!(await verifyEntrySignature(suite, read))) return { code: "bad-signature", index };
  if (read.entry.kind !== ENTRY_KINDS.deviceAdd) return null;
  const added = readDeviceAdd(read.entry, index);
  if (!added.ok) return added.error;
  const { certificate, possession } = added.value;
  const offer = { deviceId: certificate.deviceId, identityKey: certificate.identityKey, possession };
  return (await verifyPossession(suite, read.entry.account, offer)) ? null : { code: "bad-possession", index };
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

function exceededLimit(entries: readonly Uint8Array[]): ChainError | null {
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
    if (read.entry.at > nowMs + MAX_CLOCK_SKEW_MS) return err({ code: "in-future", index: state.value.entries.length });
    state = applyEntry(state.value, read);
  }
  return state;
}

/** The chain with the one `create` entry that this root key makes, always the same bytes. */
export async function createChain(suite: CryptoSuite, root: RootKey): Promise<ChainState> {
  const entry: ChainEntry = {
    v: ENTRY_VERSION,
    account: root.accountId,
    epoch: 0,
    seq: 0,
    prev: new Uint8Array(32),
    at: 0,
    kind: ENTRY_KINDS.create,
    body: new Uint8Array(0),
    signer: root.accountId,
  };
  const state = startState(await signEntry(suite, entry, { type: "root", root }));
  if (!state.ok) throw new TypeError("the root key does not belong to its account id");
  return state.value;
}

/** What an appended entry says, and who signs it when. */
export interface Appended<Body> {
  readonly signer: ChainSigner;
  readonly atMs: number;
  readonly body: Body;
}

/** A device to list, and whether it may list others. */
export interface NewDevice {
  readonly offer: DeviceOffer;
  readonly grantsDevices: boolean;
}

/** A handle to claim, with capitals as wanted, and X's numeric id of its owner where known. */
export interface NewHandle {
  readonly written: string;
  readonly xid?: Xid | undefined;
}

/**
 * Adds a device, signed by the root or by a device that may add devices.
 * @returns the longer chain; `bad-possession` for an offer made for another account or with keys not held.
 */
export async function addDevice(
  suite: CryptoSuite,
  chain: ChainState,
  { signer, atMs, body }: Appended<NewDevice>,
): Promise<Result<ChainState, ChainError>> {
  const { offer, grantsDevices } = body;
  const held = await verifyPossession(suite, chain.account, offer);
  if (!held) return err({ code: "bad-possession", index: chain.entries.length });
  return append(suite, chain, {
    signer,
    atMs,
    body: { kind: ENTRY_KINDS.deviceAdd, bytes: encodeDeviceAdd({ ...offer, grantsDevices }) },
  });
}

/**
 * Claims a handle, signed by the root or any active device; the newest claim in a chain is the one that counts.
 * @throws RangeError when `written` is not a handle: `parseHandle` comes first.
 */
export function claimHandle(
  suite: CryptoSuite,
  chain: ChainState,
  { signer, atMs, body }: Appended<NewHandle>,
): Promise<Result<ChainState, ChainError>> {
  return append(suite, chain, {
    signer,
    atMs,
    body: { kind: ENTRY_KINDS.handleClaim, bytes: encodeHandleClaim(body) },
  });
}

async function append(
  suite: CryptoSuite,
  chain: ChainState,
  { signer, atMs, body }: Appended<{ readonly kind: number; readonly bytes: Uint8Array }>,
): Promise<Result<ChainState, ChainError>> {
  const { account, head } = chain;
  const entry: ChainEntry = {
    v: ENTRY_VERSION,
    account,
    epoch: head.epoch,
    seq: head.seq + 1,
    prev: head.hash,
    at: atMs,
    kind: body.kind,
    body: body.bytes,
    signer: signerId(signer),
  };
  const next = applyEntry(chain, await signEntry(suite, entry, signer));
  if (!next.ok) return next;
  const tooMuch = exceededLimit(next.value.entries);
  return tooMuch === null ? next : err(tooMuch);
}
