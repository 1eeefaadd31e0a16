/**
 * What an entry of each kind says: the canonical CBOR in its `body`. `create` and `handle-release` say nothing more
 * than their kind, and their bodies are empty.
 * @see docs/spec/01-identity.md
 */
import { fromHex, toHex } from "../bytes.ts";
import {
  bool,
  bytes,
  type DecodeError,
  decodeAs,
  encodeAs,
  field,
  list,
  mapped,
  optional,
  record,
  type Shape,
} from "../codec/schema.ts";
import { type AccountId, accountId, type DeviceId, deviceId } from "../ids.ts";
import { MAX_REVOKED_KEYS } from "../limits.ts";
import type { Result } from "../result.ts";
import { MAX_BODY_BYTES } from "./chain-entry.ts";
import { type DeviceOffer, possessionShape } from "./device.ts";
import { writtenHandleShape } from "./handle.ts";
import { type Xid, xidShape } from "./numeric-id.ts";

/** Body of device-add. */
export interface DeviceAddBody extends DeviceOffer {
  /** Whether the new device may add and revoke devices itself. */
  readonly grantsDevices: boolean;
}

/** Body of device-revoke. */
export interface DeviceRevokeBody {
  readonly deviceId: DeviceId;
}

/** Body of handle-claim. */
export interface HandleClaimBody {
  readonly written: string;
  readonly xid?: Xid | undefined;
}

/** Body of contest: the account says that the handle is not the other's, whatever a post on X shows. */
export interface ContestBody {
  readonly written: string;
  /** The account that claims the handle as well. */
  readonly rival: AccountId;
}

/** Body of recover: the one device that goes on, and the keys that must never come back. */
export interface RecoverBody extends DeviceOffer {
  /** Short keys (`shortKey`) of devices revoked before, oldest first. */
  readonly revoked: readonly string[];
}

/** Bytes of a device id that name a revoked device after a recover. */
const SHORT_KEY_BYTES = 8;

const deviceAddShape: Shape<DeviceAddBody> = record<DeviceAddBody>({
  deviceId: field(1, deviceId),
  identityKey: field(2, bytes(32)),
  possession: field(3, possessionShape),
  grantsDevices: field(4, bool),
});

const deviceRevokeShape: Shape<DeviceRevokeBody> = record<DeviceRevokeBody>({ deviceId: field(1, deviceId) });

const handleClaimShape: Shape<HandleClaimBody> = record<HandleClaimBody>({
  written: field(1, writtenHandleShape),
  xid: optional(2, xidShape),
});

const contestShape: Shape<ContestBody> = record<ContestBody>({
  written: field(1, writtenHandleShape),
  rival: field(2, accountId),
});

const shortKeyShape: Shape<string> = mapped(bytes(SHORT_KEY_BYTES), toHex, fromHex);

const recoverShape: Shape<RecoverBody> = record<RecoverBody>({
  deviceId: field(1, deviceId),
  identityKey: field(2, bytes(32)),
  possession: field(3, possessionShape),
  revoked: field(4, list(shortKeyShape, MAX_REVOKED_KEYS)),
});

/**
 * The name of a revoked device after a recover: the first 8 bytes of its id, in hex. A key cannot shed it; whoever
 * searches another key with the same 8 bytes wins only that this one cannot be added.
 */
export function shortKey(device: DeviceId): string {
  return device.slice(0, 2 * SHORT_KEY_BYTES);
}

/** Writes the body of device-add. */
export function encodeDeviceAdd(body: DeviceAddBody): Uint8Array {
  return encodeAs(deviceAddShape, body);
}

/** Reads the body of device-add. */
export function decodeDeviceAdd(body: Uint8Array): Result<DeviceAddBody, DecodeError> {
  return decodeAs(deviceAddShape, body, MAX_BODY_BYTES);
}

/** Writes the body of device-revoke. */
export function encodeDeviceRevoke(body: DeviceRevokeBody): Uint8Array {
  return encodeAs(deviceRevokeShape, body);
}

/** Reads the body of device-revoke. */
export function decodeDeviceRevoke(body: Uint8Array): Result<DeviceRevokeBody, DecodeError> {
  return decodeAs(deviceRevokeShape, body, MAX_BODY_BYTES);
}

/** Writes the body of handle-claim. */
export function encodeHandleClaim(body: HandleClaimBody): Uint8Array {
  return encodeAs(handleClaimShape, body);
}

/** Reads the body of handle-claim. */
export function decodeHandleClaim(body: Uint8Array): Result<HandleClaimBody, DecodeError> {
  return decodeAs(handleClaimShape, body, MAX_BODY_BYTES);
}

/** Writes the body of contest. */
export function encodeContest(body: ContestBody): Uint8Array {
  return encodeAs(contestShape, body);
}

/** Reads the body of contest. */
export function decodeContest(body: Uint8Array): Result<ContestBody, DecodeError> {
  return decodeAs(contestShape, body, MAX_BODY_BYTES);
}

/** Writes the body of recover. */
export function encodeRecover(body: RecoverBody): Uint8Array {
  return encodeAs(recoverShape, body);
}

/** Reads the body of recover. */
export function decodeRecover(body: Uint8Array): Result<RecoverBody, DecodeError> {
  return decodeAs(recoverShape, body, MAX_BODY_BYTES);
}
