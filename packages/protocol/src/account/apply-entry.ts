/**
 * How each kind of entry changes what a chain says, and who may sign it. Structure and permissions only; signatures are
 * verified by `sigchain.ts` before a state built here is believed.
 * @see docs/spec/01-identity.md
 */
import { equalBytes } from "../bytes.ts";
import type { DecodeError } from "../codec/schema.ts";
import { MAX_DEVICES, MAX_GRANT_DEPTH, MAX_ROOT_ENTRIES } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { type ChainEntry, ENTRY_KINDS, isRootSigned, type ReadEntry, signerDevice } from "./chain-entry.ts";
import {
  type ChainError,
  type ChainState,
  type DeviceCertificate,
  deviceOf,
  isRevoked,
  unsupportedEntry,
} from "./chain-state.ts";
import type { DeviceOffer } from "./device.ts";
import {
  decodeContest,
  decodeDeviceAdd,
  decodeDeviceRevoke,
  decodeHandleClaim,
  decodeRecover,
} from "./entry-bodies.ts";
import { normalHandle } from "./handle.ts";

type Applied = Result<ChainState, ChainError>;

/** The chain with one more entry, if the entry follows and its signer may sign it. */
export function applyEntry(state: ChainState, read: ReadEntry): Applied {
  const { entry } = read;
  const index = state.entries.length;
  const unsupported = unsupportedEntry(read, index);
  if (unsupported !== null) return err(unsupported);
  if (entry.kind === ENTRY_KINDS.create) return err({ code: "bad-create", index });
  const misplaced = placeFailure(state, entry, index);
  if (misplaced !== null) return err(misplaced);
  const rootEntries = state.rootEntries + (isRootSigned(entry) ? 1 : 0);
  if (rootEntries > MAX_ROOT_ENTRIES) return err({ code: "too-many-root-entries", limit: MAX_ROOT_ENTRIES, index });
  const head = { epoch: entry.epoch, seq: entry.seq, hash: read.hash };
  const entries = [...state.entries, read.encoded];
  return applyBody({ ...state, head, entries, heads: [...state.heads, head], rootEntries }, entry, index);
}

/** A recover stands right after `create` in an epoch of its own; every other entry continues the epoch it is in. */
function placeFailure({ account, head, entries }: ChainState, entry: ChainEntry, index: number): ChainError | null {
  const isLinked = entry.account === account && equalBytes(entry.prev, head.hash) && entry.seq === head.seq + 1;
  if (!isLinked) return { code: "broken-link", index };
  if (entry.kind !== ENTRY_KINDS.recover) return entry.epoch === head.epoch ? null : { code: "broken-link", index };
  return entries.length === 1 && entry.epoch > 0 ? null : { code: "misplaced-recover", index };
}

function applyBody(state: ChainState, entry: ChainEntry, index: number): Applied {
  switch (entry.kind) {
    case ENTRY_KINDS.deviceAdd:
      return applyDeviceAdd(state, entry, index);
    case ENTRY_KINDS.deviceRevoke:
      return applyDeviceRevoke(state, entry, index);
    case ENTRY_KINDS.handleClaim:
      return applyHandleClaim(state, entry, index);
    case ENTRY_KINDS.handleRelease:
      return applyHandleRelease(state, entry, index);
    case ENTRY_KINDS.contest:
      return applyContest(state, entry, index);
    default:
      return applyRecover(state, entry, index);
  }
}

function applyDeviceAdd(state: ChainState, entry: ChainEntry, index: number): Applied {
  const added = readDeviceAdd(entry, index);
  if (!added.ok) return added;
  const adder = adderOf(state, entry, index);
  if (!adder.ok) return adder;
  const certificate = certificateFrom(added.value.certificate, adder.value);
  if (certificate.grantDepth > MAX_GRANT_DEPTH) return err({ code: "grants-too-deep", index, limit: MAX_GRANT_DEPTH });
  if (deviceOf(state, certificate.deviceId) !== null) return err({ code: "device-already-added", index });
  if (isRevoked(state, certificate.deviceId)) return err({ code: "device-revoked", index });
  if (state.devices.length >= MAX_DEVICES) return err({ code: "too-many-devices", index, limit: MAX_DEVICES });
  return ok({ ...state, devices: [...state.devices, certificate] });
}

/** The device that an entry lists: its certificate without the adder's part, and what it offered. */
export interface AddedDevice {
  readonly certificate: DeviceCertificate;
  readonly offer: DeviceOffer;
}

/** Reads the device in a device-add or recover entry. */
export function readDeviceAdd(entry: ChainEntry, index: number): Result<AddedDevice, ChainError> {
  const body = entry.kind === ENTRY_KINDS.recover ? readRecover(entry) : decodeDeviceAdd(entry.body);
  if (!body.ok) return malformed(index, body.error);
  const { deviceId, identityKey, possession, grantsDevices } = body.value;
  // A device named like the account would be taken for the root.
  if (deviceId === (entry.account as string)) return err({ code: "device-already-added", index });
  const addedAt = { epoch: entry.epoch, seq: entry.seq };
  const certificate = { deviceId, identityKey, grantsDevices, addedAt, grantDepth: 1 };
  return ok({ certificate, offer: { deviceId, identityKey, possession } });
}

/** The device of a recover may add others: it is alone. */
function readRecover(entry: ChainEntry): Result<DeviceOffer & { readonly grantsDevices: boolean }, DecodeError> {
  const body = decodeRecover(entry.body);
  return body.ok ? ok({ ...body.value, grantsDevices: true }) : body;
}

/** A certificate with its adder noted; null stands for the root. */
export function certificateFrom(certificate: DeviceCertificate, adder: DeviceCertificate | null): DeviceCertificate {
  if (adder === null) return certificate;
  return { ...certificate, addedBy: adder.deviceId, grantDepth: adder.grantDepth + 1 };
}

/** The device that signed and may change devices; null for the root. */
function adderOf(state: ChainState, entry: ChainEntry, index: number): Result<DeviceCertificate | null, ChainError> {
  const signer = signerDevice(entry);
  if (signer === null) return ok(null);
  const adder = deviceOf(state, signer);
  return adder?.grantsDevices ? ok(adder) : err({ code: "signer-not-allowed", index });
}

function applyDeviceRevoke(state: ChainState, entry: ChainEntry, index: number): Applied {
  const body = decodeDeviceRevoke(entry.body);
  if (!body.ok) return malformed(index, body.error);
  const { deviceId } = body.value;
  const isOwn = signerDevice(entry) === deviceId;
  const adder = isOwn ? ok(null) : adderOf(state, entry, index);
  if (!adder.ok) return adder;
  const revoked = deviceOf(state, deviceId);
  if (revoked === null) return err({ code: "device-not-active", index });
  return ok({
    ...state,
    devices: state.devices.filter((device) => device !== revoked),
    former: [...state.former, revoked],
  });
}

function applyHandleClaim(state: ChainState, entry: ChainEntry, index: number): Applied {
  const body = decodeHandleClaim(entry.body);
  if (!body.ok) return malformed(index, body.error);
  if (!isByMember(state, entry)) return err({ code: "signer-not-allowed", index });
  const { written, xid } = body.value;
  const handle = { handle: normalHandle(written), written };
  return ok({ ...state, handle: xid === undefined ? handle : { ...handle, xid } });
}

function applyHandleRelease(state: ChainState, entry: ChainEntry, index: number): Applied {
  if (entry.body.length > 0) return malformed(index, { code: "bad-shape" });
  if (!isByMember(state, entry)) return err({ code: "signer-not-allowed", index });
  const { handle, ...rest } = state;
  return handle === undefined ? err({ code: "no-handle", index }) : ok(rest);
}

function applyContest(state: ChainState, entry: ChainEntry, index: number): Applied {
  const body = decodeContest(entry.body);
  if (!body.ok) return malformed(index, body.error);
  if (!isByMember(state, entry)) return err({ code: "signer-not-allowed", index });
  const { written, rival } = body.value;
  return ok({ ...state, contest: { handle: normalHandle(written), written, rival, atMs: entry.at } });
}

function applyRecover(state: ChainState, entry: ChainEntry, index: number): Applied {
  if (!isRootSigned(entry)) return err({ code: "signer-not-allowed", index });
  const body = decodeRecover(entry.body);
  if (!body.ok) return malformed(index, body.error);
  const { revoked } = body.value;
  return applyDeviceAdd({ ...state, revoked }, entry, index);
}

/** Whether the root or an active device signed. */
function isByMember(state: ChainState, entry: ChainEntry): boolean {
  const signer = signerDevice(entry);
  return signer === null || deviceOf(state, signer) !== null;
}

function malformed(index: number, { code }: Pick<DecodeError, "code">): Result<never, ChainError> {
  return err({ code: "malformed-entry", index, cause: code });
}
