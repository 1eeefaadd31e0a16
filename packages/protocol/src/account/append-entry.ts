/**
 * Appending to a sigchain, and starting one anew. Every append is a transition: the chain passed in stays as it was.
 * @see docs/spec/01-identity.md
 */
import type { CryptoSuite } from "../crypto/suite.ts";
import type { DeviceId } from "../ids.ts";
import { MAX_REVOKED_KEYS } from "../limits.ts";
import { err, type Result } from "../result.ts";
import { applyEntry, readDeviceAdd } from "./apply-entry.ts";
import {
  type ChainEntry,
  type ChainSigner,
  ENTRY_KINDS,
  ENTRY_VERSION,
  readEntry,
  signEntry,
  signerId,
} from "./chain-entry.ts";
import { type ChainError, type ChainState, startState } from "./chain-state.ts";
import { type DeviceOffer, verifyPossession } from "./device.ts";
import {
  type ContestBody,
  type DeviceRevokeBody,
  encodeContest,
  encodeDeviceAdd,
  encodeDeviceRevoke,
  encodeHandleClaim,
  encodeRecover,
  shortKey,
} from "./entry-bodies.ts";
import type { Xid } from "./numeric-id.ts";
import type { RootKey } from "./root-key.ts";
import { exceededLimit, isListing } from "./sigchain.ts";

/** Epochs count hours, so that whoever has the words alone finds a higher one. */
const HOUR_MS: number = 3600 * 1000;

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

/** A device to list, and whether it may list and revoke others. */
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

/**
 * Revokes a device, signed by the root, by a device that may add devices, or by the device itself. Those that it added
 * stay: each has an entry of its own.
 * @returns the longer chain; `device-not-active` for a device that is not in the chain.
 */
export function revokeDevice(
  suite: CryptoSuite,
  chain: ChainState,
  { signer, atMs, body }: Appended<DeviceRevokeBody>,
): Promise<Result<ChainState, ChainError>> {
  const bytes = encodeDeviceRevoke(body);
  return append(suite, chain, { signer, atMs, body: { kind: ENTRY_KINDS.deviceRevoke, bytes } });
}

/** Gives the claimed handle up, signed by the root or any active device; `no-handle` when there is none. */
export function releaseHandle(
  suite: CryptoSuite,
  chain: ChainState,
  { signer, atMs }: Omit<Appended<never>, "body">,
): Promise<Result<ChainState, ChainError>> {
  const body = { kind: ENTRY_KINDS.handleRelease, bytes: new Uint8Array(0) };
  return append(suite, chain, { signer, atMs, body });
}

/**
 * Says that another account's claim of a handle is not the handle owner's, signed by the root or any active device.
 * @throws RangeError when `written` is not a handle.
 */
export function contestHandle(
  suite: CryptoSuite,
  chain: ChainState,
  { signer, atMs, body }: Appended<ContestBody>,
): Promise<Result<ChainState, ChainError>> {
  return append(suite, chain, { signer, atMs, body: { kind: ENTRY_KINDS.contest, bytes: encodeContest(body) } });
}

/** What a chain is started anew with. */
export interface Recovery {
  readonly root: RootKey;
  /** The one device that the new chain starts with. */
  readonly offer: DeviceOffer;
  readonly atMs: number;
  /** The newest chain that is known; absent when the words are all there is. */
  readonly known?: ChainState | undefined;
  /** Devices of the known chain that will be added again; the keys of all others never return. */
  readonly kept?: readonly DeviceId[] | undefined;
}

/**
 * Starts an account's chain anew with one device: `create` and `recover`, in an epoch above every known one. Handle and
 * other devices are to be appended again.
 * @returns the new chain; `bad-possession` for an offer made for another account.
 */
export async function recoverChain(
  suite: CryptoSuite,
  { root, offer, atMs, known, kept = [] }: Recovery,
): Promise<Result<ChainState, ChainError>> {
  const start = await createChain(suite, root);
  if (!(await verifyPossession(suite, root.accountId, offer))) return err({ code: "bad-possession", index: 1 });
  const epoch = Math.max(Math.floor(atMs / HOUR_MS), (known?.head.epoch ?? 0) + 1);
  const bytes = encodeRecover({ ...offer, revoked: revokedKeys(known, [...kept, offer.deviceId]) });
  const body = { kind: ENTRY_KINDS.recover, bytes };
  const from = { ...start, head: { ...start.head, epoch } };
  return append(suite, from, { signer: { type: "root", root }, atMs, body });
}

/** The newest of them when there are more than an entry can name. */
function revokedKeys(known: ChainState | undefined, kept: readonly DeviceId[]): readonly string[] {
  if (known === undefined) return [];
  const gone = [...known.former, ...known.devices.filter(({ deviceId }) => !kept.includes(deviceId))];
  return [...known.revoked, ...gone.map(({ deviceId }) => shortKey(deviceId))].slice(-MAX_REVOKED_KEYS);
}

/** What a device of a verified chain offered when it was added, to add it again after a recover; null for no device. */
export function deviceOffer(suite: CryptoSuite, chain: ChainState, deviceId: DeviceId): DeviceOffer | null {
  for (const encoded of chain.entries) {
    const read = readEntry(suite, encoded);
    if (!read.ok || !isListing(read.value.entry)) continue;
    const added = readDeviceAdd(read.value.entry, 0);
    if (added.ok && added.value.offer.deviceId === deviceId) return added.value.offer;
  }
  return null;
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
