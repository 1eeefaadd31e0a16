/**
 * What a sigchain says: devices, handle and head, entry by entry. Structure and permissions only; signatures are
 * verified by `sigchain.ts` before a state built here is believed.
 */
import { equalBytes } from "../bytes.ts";
import { bytes, type DecodeError, field, record, type Shape, uint } from "../codec/schema.ts";
import type { AccountId, DeviceId } from "../ids.ts";
import { MAX_DEVICES, MAX_GRANT_DEPTH, MAX_ROOT_ENTRIES } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import {
  type ChainEntry,
  decodeDeviceAdd,
  decodeHandleClaim,
  ENTRY_KINDS,
  ENTRY_VERSION,
  isRootSigned,
  type ReadEntry,
  signerDevice,
} from "./chain-entry.ts";
import type { Possession } from "./device.ts";
import { normalHandle, type WrittenHandle } from "./handle.ts";
import type { Xid } from "./numeric-id.ts";

/** A place in a chain. `hash` is the 32-byte hash of the entry there. */
export interface ChainHead {
  readonly epoch: number;
  readonly seq: number;
  readonly hash: Uint8Array;
}

/** Codec shape of a full head, as claims and cards carry it. */
export const chainHeadShape: Shape<ChainHead> = record<ChainHead>({
  epoch: field(1, uint(0xffff_ffff)),
  seq: field(2, uint(0xffff_ffff)),
  hash: field(3, bytes(32)),
});

/** A head as ratchet payloads carry it: 16 bytes of the hash are enough to notice a difference. */
export interface HeadRef {
  readonly epoch: number;
  readonly seq: number;
  readonly hash16: Uint8Array;
}

/** A device of an account, as its chain certifies it. */
export interface DeviceCertificate {
  readonly deviceId: DeviceId;
  /** 32 bytes, X25519: what sessions and prekey messages must use. */
  readonly identityKey: Uint8Array;
  readonly grantsDevices: boolean;
  readonly addedAt: { readonly epoch: number; readonly seq: number };
  /** The device that added it; absent when the root did. */
  readonly addedBy?: DeviceId | undefined;
  /** How many device-adds lead from the root to it: 1 when the root added it. */
  readonly grantDepth: number;
}

/** The handle an account claims in its newest handle entry. */
export interface ChainHandle extends WrittenHandle {
  readonly xid?: Xid | undefined;
}

/** A chain and what follows from it. */
export interface ChainState {
  readonly account: AccountId;
  readonly head: ChainHead;
  /** Active devices, oldest first. */
  readonly devices: readonly DeviceCertificate[];
  readonly handle?: ChainHandle | undefined;
  /** The entries as they travel, in order. */
  readonly entries: readonly Uint8Array[];
  /** The head after each entry, in order. */
  readonly heads: readonly ChainHead[];
  /** How many entries the root signed. */
  readonly rootEntries: number;
}

/** Why entries are not a valid chain; `index` counts entries from 0. */
export type ChainError =
  | { readonly code: "empty-chain" }
  | { readonly code: "chain-too-large"; readonly limit: number; readonly sizeBytes: number }
  | { readonly code: "too-many-entries"; readonly limit: number; readonly count: number }
  | { readonly code: "too-many-root-entries"; readonly limit: number; readonly index: number }
  | { readonly code: "malformed-entry"; readonly index: number; readonly cause: DecodeError["code"] }
  | { readonly code: "unsupported-version"; readonly index: number; readonly version: number }
  | { readonly code: "unsupported-kind"; readonly index: number; readonly kind: number }
  | { readonly code: "bad-create"; readonly index: number }
  | { readonly code: "broken-link"; readonly index: number }
  | { readonly code: "in-future"; readonly index: number }
  | { readonly code: "signer-not-allowed"; readonly index: number }
  | { readonly code: "device-already-added"; readonly index: number }
  | { readonly code: "too-many-devices"; readonly index: number; readonly limit: number }
  | { readonly code: "grants-too-deep"; readonly index: number; readonly limit: number }
  | { readonly code: "bad-possession"; readonly index: number }
  | { readonly code: "bad-signature"; readonly index: number };

/** The certificate of an active device, or null. */
export function deviceOf(chain: ChainState, deviceId: DeviceId): DeviceCertificate | null {
  return chain.devices.find((device) => device.deviceId === deviceId) ?? null;
}

/** The short form of a head. */
export function toHeadRef(head: ChainHead): HeadRef {
  return { epoch: head.epoch, seq: head.seq, hash16: head.hash.slice(0, 16) };
}

/** The chain of one `create` entry. */
export function startState(read: ReadEntry): Result<ChainState, ChainError> {
  const { entry } = read;
  const unsupported = unsupportedEntry(entry, 0);
  if (unsupported !== null) return err(unsupported);
  const isCreate = entry.kind === ENTRY_KINDS.create && isRootSigned(entry) && entry.body.length === 0;
  const isFirst = entry.epoch === 0 && entry.seq === 0 && entry.at === 0 && entry.prev.every((byte) => byte === 0);
  if (!isCreate || !isFirst) return err({ code: "bad-create", index: 0 });
  const head = { epoch: 0, seq: 0, hash: read.hash };
  return ok({ account: entry.account, head, devices: [], entries: [read.encoded], heads: [head], rootEntries: 1 });
}

/** The chain with one more entry, if the entry follows and its signer may sign it. */
export function applyEntry(state: ChainState, read: ReadEntry): Result<ChainState, ChainError> {
  const { entry } = read;
  const index = state.entries.length;
  const unsupported = unsupportedEntry(entry, index);
  if (unsupported !== null) return err(unsupported);
  if (entry.kind === ENTRY_KINDS.create) return err({ code: "bad-create", index });
  if (!follows(state, entry)) return err({ code: "broken-link", index });
  const rootEntries = state.rootEntries + (isRootSigned(entry) ? 1 : 0);
  if (rootEntries > MAX_ROOT_ENTRIES) return err({ code: "too-many-root-entries", limit: MAX_ROOT_ENTRIES, index });
  const head = { epoch: entry.epoch, seq: entry.seq, hash: read.hash };
  const entries = [...state.entries, read.encoded];
  const next = { ...state, head, entries, heads: [...state.heads, head], rootEntries };
  return entry.kind === ENTRY_KINDS.deviceAdd ? applyDeviceAdd(next, entry, index) : applyHandle(next, entry, index);
}

function unsupportedEntry(entry: ChainEntry, index: number): ChainError | null {
  if (entry.v !== ENTRY_VERSION) return { code: "unsupported-version", index, version: entry.v };
  const kinds: readonly number[] = [ENTRY_KINDS.create, ENTRY_KINDS.deviceAdd, ENTRY_KINDS.handleClaim];
  return kinds.includes(entry.kind) ? null : { code: "unsupported-kind", index, kind: entry.kind };
}

function follows({ account, head }: ChainState, entry: ChainEntry): boolean {
  const isNext = entry.epoch === head.epoch && entry.seq === head.seq + 1;
  return entry.account === account && isNext && equalBytes(entry.prev, head.hash);
}

function applyDeviceAdd(state: ChainState, entry: ChainEntry, index: number): Result<ChainState, ChainError> {
  const added = readDeviceAdd(entry, index);
  if (!added.ok) return added;
  const adder = adderOf(state, entry, index);
  if (!adder.ok) return adder;
  const certificate = certificateFrom(added.value.certificate, adder.value);
  if (certificate.grantDepth > MAX_GRANT_DEPTH) return err({ code: "grants-too-deep", index, limit: MAX_GRANT_DEPTH });
  if (deviceOf(state, certificate.deviceId) !== null) return err({ code: "device-already-added", index });
  if (state.devices.length >= MAX_DEVICES) return err({ code: "too-many-devices", index, limit: MAX_DEVICES });
  return ok({ ...state, devices: [...state.devices, certificate] });
}

/** The certificate and proof in a device-add entry, without the adder's part. */
export function readDeviceAdd(
  entry: ChainEntry,
  index: number,
): Result<{ readonly certificate: DeviceCertificate; readonly possession: Possession }, ChainError> {
  const body = decodeDeviceAdd(entry.body);
  if (!body.ok) return err({ code: "malformed-entry", index, cause: body.error.code });
  const { deviceId, identityKey, possession, grantsDevices } = body.value;
  // A device named like the account would be taken for the root.
  if (deviceId === (entry.account as string)) return err({ code: "device-already-added", index });
  const addedAt = { epoch: entry.epoch, seq: entry.seq };
  return ok({ certificate: { deviceId, identityKey, grantsDevices, addedAt, grantDepth: 1 }, possession });
}

/** A certificate with its adder noted; null stands for the root. */
export function certificateFrom(certificate: DeviceCertificate, adder: DeviceCertificate | null): DeviceCertificate {
  if (adder === null) return certificate;
  return { ...certificate, addedBy: adder.deviceId, grantDepth: adder.grantDepth + 1 };
}

function adderOf(state: ChainState, entry: ChainEntry, index: number): Result<DeviceCertificate | null, ChainError> {
  const signer = signerDevice(entry);
  if (signer === null) return ok(null);
  const adder = deviceOf(state, signer);
  return adder?.grantsDevices ? ok(adder) : err({ code: "signer-not-allowed", index });
}

function applyHandle(state: ChainState, entry: ChainEntry, index: number): Result<ChainState, ChainError> {
  const body = decodeHandleClaim(entry.body);
  if (!body.ok) return err({ code: "malformed-entry", index, cause: body.error.code });
  const signer = signerDevice(entry);
  if (signer !== null && deviceOf(state, signer) === null) return err({ code: "signer-not-allowed", index });
  const { written, xid } = body.value;
  const handle = { handle: normalHandle(written), written };
  return ok({ ...state, handle: xid === undefined ? handle : { ...handle, xid } });
}
