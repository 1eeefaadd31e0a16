/**
 * One operation on a group: its fields, its bytes, its name and its signature; not whether the group allows it.
 * @see docs/spec/10-group.md (Operations)
 */

import type { DeviceKeys } from "../account/device.ts";
import { verifyCertificate } from "../account/device-certificate.ts";
import { concat, fromHex, toHex } from "../bytes.ts";
import {
  type DecodeError,
  decodeAs,
  encodeAs,
  field,
  list,
  mapped,
  optional,
  record,
  type Shape,
  uint,
} from "../codec/schema.ts";
import { decodeSigned, encodeSigned, type Signed, signedBytes } from "../codec/signed.ts";
import { DOMAINS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { type AccountId, accountId, type DeviceId, deviceId } from "../ids.ts";
import { MAX_GROUP_PARENTS, MAX_OPERATION_BYTES } from "../limits.ts";
import { ok, type Result } from "../result.ts";
import { type GroupAct, type GroupPass, groupAct } from "./act.ts";
import { type GroupId, groupId, type OperationId, operationId } from "./group-ids.ts";

/** The version every operation carries. */
export const OPERATION_VERSION = 1;

/** The signed fields of an operation. */
export interface GroupOperation {
  readonly v: number;
  /** Absent in `create`, whose own hash names the group. */
  readonly group?: GroupId | undefined;
  readonly author: AccountId;
  /** The device that signed. */
  readonly device: DeviceId;
  /** Counts the operations of the device in this group, from 1. */
  readonly seq: number;
  /** The newest operations that the author had, in ascending order; none in `create`. */
  readonly parents: readonly OperationId[];
  /** The author's clock, Unix ms; shown, and never decides anything. */
  readonly atMs: number;
  readonly act: GroupAct;
}

/** An operation as it travels, with what was read from it. */
export interface ReadOperation {
  readonly id: OperationId;
  readonly group: GroupId;
  readonly operation: GroupOperation;
  readonly signed: Signed;
  readonly encoded: Uint8Array;
}

/** An operation whose signatures are good. */
export interface VerifiedOperation extends ReadOperation {
  readonly isVerified: true;
  /** The X25519 identity key that the certificate in it certifies. */
  readonly identityKey?: Uint8Array | undefined;
}

/** Why an operation proves nothing. */
export type OperationError =
  | { readonly code: "bad-signature" }
  | { readonly code: "bad-certificate" }
  | { readonly code: "bad-pass" };

/** Parents in ascending order, none twice: so that what was signed has one form. */
const parentsShape: Shape<readonly OperationId[]> = mapped(
  list(operationId, MAX_GROUP_PARENTS),
  (ids) => (isAscending(ids) ? ids : null),
  (ids) => {
    if (!isAscending(ids)) throw new RangeError("parents are in ascending order");
    return ids;
  },
);

const operationRecord: Shape<GroupOperation> = record<GroupOperation>({
  v: field(
    1,
    mapped(
      uint(255),
      (v) => (v === OPERATION_VERSION ? v : null),
      (v) => v,
    ),
  ),
  group: optional(2, groupId),
  author: field(3, accountId),
  device: field(4, deviceId),
  seq: field(5, uint(0xffff_ffff)),
  parents: field(6, parentsShape),
  atMs: field(7, uint()),
  act: field(8, groupAct),
});

/** Codec shape of what is signed. */
export const groupOperation: Shape<GroupOperation> = mapped(
  operationRecord,
  (operation) => (hasItsPlace(operation) ? operation : null),
  (operation) => {
    if (!hasItsPlace(operation)) throw new RangeError("create comes first, every other operation after another");
    return operation;
  },
);

function isAscending(ids: readonly OperationId[]): boolean {
  return ids.every((id, index) => index === 0 || (ids[index - 1] as OperationId) < id);
}

/** `create` names no group, comes after nothing and is its device's first; everything else does and is not alone. */
function hasItsPlace({ act, group, parents, seq }: GroupOperation): boolean {
  if (act.type === "create") return group === undefined && parents.length === 0 && seq === 1;
  return group !== undefined && parents.length > 0 && seq > 0;
}

/** Reads one operation of at most 3 KiB; verifies no signature. */
export function readOperation(suite: CryptoSuite, encoded: Uint8Array): Result<ReadOperation, DecodeError> {
  const signed = decodeSigned(encoded, MAX_OPERATION_BYTES);
  if (!signed.ok) return signed;
  const operation = decodeAs(groupOperation, signed.value.body, MAX_OPERATION_BYTES);
  return operation.ok ? ok(named(suite, operation.value, signed.value, encoded)) : operation;
}

function named(suite: CryptoSuite, operation: GroupOperation, signed: Signed, encoded: Uint8Array): ReadOperation {
  // Over the body alone: signing it again makes no other operation.
  const id = toHex(suite.sha256(signedBytes(DOMAINS.groupOperation, signed.body))) as OperationId;
  return { id, group: operation.group ?? (id as string as GroupId), operation, signed, encoded };
}

/** Signs an operation of one's own. @throws RangeError when it is not the author's device, or breaks a bound. */
export async function signOperation(
  suite: CryptoSuite,
  operation: GroupOperation,
  device: Pick<DeviceKeys, "deviceId" | "signingSeed">,
): Promise<ReadOperation> {
  if (operation.device !== device.deviceId) throw new RangeError("an operation is signed by the device it names");
  const body = encodeAs(groupOperation, operation);
  const signature = await suite.ed25519Sign(device.signingSeed, signedBytes(DOMAINS.groupOperation, body));
  const signed = { body, signature };
  return named(suite, operation, signed, encodeSigned(signed));
}

/** Verifies what signatures prove: the device's, its certificate where one is shown, and the pass of a link. */
export async function verifyOperation(
  suite: CryptoSuite,
  read: ReadOperation,
): Promise<Result<VerifiedOperation, OperationError>> {
  const { signed, operation, group } = read;
  const { author, device, act } = operation;
  const message = signedBytes(DOMAINS.groupOperation, signed.body);
  if (!(await suite.ed25519Verify(fromHex(device), message, signed.signature))) return failed("bad-signature");
  const verified: VerifiedOperation = { ...read, isVerified: true };
  const entries = "certificate" in act ? act.certificate : undefined;
  if (entries === undefined) return ok(verified);
  const certificate = await verifyCertificate(suite, author, device, entries);
  if (!certificate.ok) return failed("bad-certificate");
  const pass = act.type === "join" ? act.pass : undefined;
  if (pass !== undefined && !(await isGoodPass(suite, { group, author, device }, pass))) return failed("bad-pass");
  return ok({ ...verified, identityKey: certificate.value.identityKey });
}

function failed(code: OperationError["code"]): { readonly ok: false; readonly error: OperationError } {
  return { ok: false, error: { code } };
}

/** Who uses a link, and where it leads. */
export interface PassHolder {
  readonly group: GroupId;
  readonly author: AccountId;
  readonly device: DeviceId;
}

/** The pass of a device for a link. @param linkSeed from `linkSeedOf`. */
export async function signPass(suite: CryptoSuite, linkSeed: Uint8Array, holder: PassHolder): Promise<GroupPass> {
  const key = await suite.ed25519PublicKey(linkSeed);
  return { key, signature: await suite.ed25519Sign(linkSeed, passBytes(holder)) };
}

async function isGoodPass(suite: CryptoSuite, holder: PassHolder, { key, signature }: GroupPass): Promise<boolean> {
  return suite.ed25519Verify(key, passBytes(holder), signature);
}

function passBytes({ group, author, device }: PassHolder): Uint8Array {
  return signedBytes(DOMAINS.groupPass, concat(fromHex(group), fromHex(author), fromHex(device)));
}
