/** What a sigchain says: devices, handle and head. How entries change it: `apply-entry.ts`. */
import { bytes, type DecodeError, field, record, type Shape, uint } from "../codec/schema.ts";
import type { AccountId, DeviceId } from "../ids.ts";
import { err, ok, type Result } from "../result.ts";
import { ENTRY_KINDS, ENTRY_VERSION, isRootSigned, type ReadEntry } from "./chain-entry.ts";
import { shortKey } from "./entry-bodies.ts";
import type { WrittenHandle } from "./handle.ts";
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
  /** Whether it may add and revoke devices. */
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

/** That the account says of another's claim of a handle: not theirs. */
export interface Contest extends WrittenHandle {
  readonly rival: AccountId;
  readonly atMs: number;
}

/** A chain and what follows from it. */
export interface ChainState {
  readonly account: AccountId;
  readonly head: ChainHead;
  /** Active devices, oldest first. */
  readonly devices: readonly DeviceCertificate[];
  /** Devices that were active earlier in this chain and have been revoked. */
  readonly former: readonly DeviceCertificate[];
  /** Short keys of devices revoked before the recover that this chain starts with. */
  readonly revoked: readonly string[];
  readonly handle?: ChainHandle | undefined;
  /** The newest contest. */
  readonly contest?: Contest | undefined;
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
  | { readonly code: "misplaced-recover"; readonly index: number }
  | { readonly code: "device-already-added"; readonly index: number }
  | { readonly code: "device-revoked"; readonly index: number }
  | { readonly code: "device-not-active"; readonly index: number }
  | { readonly code: "no-handle"; readonly index: number }
  | { readonly code: "too-many-devices"; readonly index: number; readonly limit: number }
  | { readonly code: "grants-too-deep"; readonly index: number; readonly limit: number }
  | { readonly code: "bad-possession"; readonly index: number }
  | { readonly code: "bad-signature"; readonly index: number };

/** The certificate of an active device, or null. */
export function deviceOf(chain: ChainState, deviceId: DeviceId): DeviceCertificate | null {
  return chain.devices.find((device) => device.deviceId === deviceId) ?? null;
}

/** Whether a device was revoked in this chain or before its recover: its key never returns. */
export function isRevoked(chain: ChainState, deviceId: DeviceId): boolean {
  const isFormer = chain.former.some((device) => device.deviceId === deviceId);
  return isFormer || chain.revoked.includes(shortKey(deviceId));
}

/** The short form of a head. */
export function toHeadRef(head: ChainHead): HeadRef {
  return { epoch: head.epoch, seq: head.seq, hash16: head.hash.slice(0, 16) };
}

/** The chain of one `create` entry. */
export function startState(read: ReadEntry): Result<ChainState, ChainError> {
  const { entry } = read;
  const unsupported = unsupportedEntry(read, 0);
  if (unsupported !== null) return err(unsupported);
  const isCreate = entry.kind === ENTRY_KINDS.create && isRootSigned(entry) && entry.body.length === 0;
  const isFirst = entry.epoch === 0 && entry.seq === 0 && entry.at === 0 && entry.prev.every((byte) => byte === 0);
  if (!isCreate || !isFirst) return err({ code: "bad-create", index: 0 });
  const head = { epoch: 0, seq: 0, hash: read.hash };
  return ok({
    account: entry.account,
    head,
    devices: [],
    former: [],
    revoked: [],
    entries: [read.encoded],
    heads: [head],
    rootEntries: 1,
  });
}

/** Why a version does not read an entry, or null. */
export function unsupportedEntry({ entry }: ReadEntry, index: number): ChainError | null {
  if (entry.v !== ENTRY_VERSION) return { code: "unsupported-version", index, version: entry.v };
  const kinds: readonly number[] = Object.values(ENTRY_KINDS);
  return kinds.includes(entry.kind) ? null : { code: "unsupported-kind", index, kind: entry.kind };
}
