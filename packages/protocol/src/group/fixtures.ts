/** People, logs and operations for the tests of this folder; nothing else imports it. */

import { certifyingEntries } from "../account/device-certificate.ts";
import { ALICE_WORDS, BOB_WORDS, expectValue, NOW_MS, personOf } from "../account/fixtures.ts";
import { encodeAs } from "../codec/schema.ts";
import { encodeSigned } from "../codec/signed.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { AccountId, DeviceId } from "../ids.ts";
import { InvariantError } from "../result.ts";
import type { GroupAct } from "./act.ts";
import type { GroupId, OperationId } from "./group-ids.ts";
import { type GroupLog, nextParents, nextSeq, placeOperation, startGroupLog } from "./group-log.ts";
import { roleOf } from "./group-state.ts";
import {
  type GroupOperation,
  groupOperation,
  OPERATION_VERSION,
  type ReadOperation,
  readOperation,
  signOperation,
  type VerifiedOperation,
  verifyOperation,
} from "./operation.ts";

/** Somebody as the reducer sees them: an account and a device, without keys. */
export interface Actor {
  readonly account: AccountId;
  readonly device: DeviceId;
}

/** The actor of a number from 1 to 255, with its first or another device. */
export function actor(number: number, device = 0): Actor {
  const byte = number.toString(16).padStart(2, "0");
  const deviceByte = device.toString(16).padStart(2, "0");
  return { account: byte.repeat(32) as AccountId, device: (byte + deviceByte).repeat(16) as DeviceId };
}

/** Stands for a certificate where nobody verifies it. */
export const CERTIFICATE: readonly Uint8Array[] = [Uint8Array.of(1)];

/** `join` of somebody who was asked. */
export const JOIN: GroupAct = { type: "join", certificate: CERTIFICATE };

/** An operation that counts as verified, as it would be after these. */
export function madeOperation(
  by: Actor,
  act: GroupAct,
  place: { readonly group?: GroupId; readonly parents: readonly OperationId[]; readonly seq: number },
): VerifiedOperation {
  const operation: GroupOperation = {
    v: OPERATION_VERSION,
    ...place,
    author: by.account,
    device: by.device,
    atMs: NOW_MS,
    act,
  };
  const encoded = encodeSigned({ body: encodeAs(groupOperation, operation), signature: new Uint8Array(64) });
  const read = expectValue(readOperation(nobleSuite, encoded));
  return { ...read, isVerified: true, ...("certificate" in act ? { identityKey: new Uint8Array(32) } : {}) };
}

/** The log of a group that an actor founds. */
export function founded(by: Actor, name = "Garden"): GroupLog {
  const create: GroupAct = { type: "create", name, nonce: new Uint8Array(16), certificate: CERTIFICATE };
  return expectValue(startGroupLog(madeOperation(by, create, { parents: [], seq: 1 })));
}

/** What an actor does on a log as it is. */
export function actOn(log: GroupLog, by: Actor, act: GroupAct): VerifiedOperation {
  return madeOperation(by, act, { group: log.group, parents: nextParents(log), seq: nextSeq(log, by.device) });
}

/** The log with some operations, one after the other. */
export function withOperations(log: GroupLog, ...operations: readonly VerifiedOperation[]): GroupLog {
  return operations.reduce((grown, read) => expectValue(placeOperation(grown, read)), log);
}

/** The log after actors did things one after the other. */
export function afterActs(log: GroupLog, ...acts: readonly (readonly [Actor, GroupAct])[]): GroupLog {
  return acts.reduce((grown, [by, act]) => withOperations(grown, actOn(grown, by, act)), log);
}

/** A group of an admin and others who have joined, some of them as admins. */
export function groupOf(founder: Actor, others: readonly (readonly [Actor, "admin" | "member"])[]): GroupLog {
  return others.reduce(
    (log, [who, role]) => afterActs(log, [founder, { type: "add", account: who.account, role }], [who, JOIN]),
    founded(founder),
  );
}

/** Who belongs to a group, as `account's first two digits + A for admins`. */
export function membersOf({ state }: GroupLog): readonly string[] {
  return state.members.map((member) => member.account.slice(0, 2) + (roleOf(member) === "admin" ? "A" : "")).sort();
}

/** Everything that a log says, in a form that does not depend on the order in which it grew. */
export function saidBy(log: GroupLog): unknown {
  const { state, voided, heads } = log;
  const former = [...state.former].sort();
  return { ...state, former, retired: [...state.retired].sort(), voided: [...voided].sort(), heads };
}

/** Real people with keys and certificates. */
export interface Signatory extends Actor {
  readonly signingSeed: Uint8Array;
  readonly certificate: readonly Uint8Array[];
}

/** Alice and Bob of the other vectors. */
export async function signatories(): Promise<{ readonly alice: Signatory; readonly bob: Signatory }> {
  return { alice: await signatory(ALICE_WORDS, 1, "alice"), bob: await signatory(BOB_WORDS, 3, "bob") };
}

async function signatory(words: string, deviceByte: number, handle: string): Promise<Signatory> {
  const { device, chain } = await personOf(words, deviceByte, handle);
  const certificate = certifyingEntries(chain, device.deviceId);
  if (certificate === null) throw new InvariantError("the device is in its chain");
  return { account: chain.account, device: device.deviceId, signingSeed: device.signingSeed, certificate };
}

/** What somebody with keys does on a log, signed. */
export function signedOn(log: GroupLog | null, by: Signatory, act: GroupAct): Promise<ReadOperation> {
  const operation: GroupOperation = {
    v: OPERATION_VERSION,
    ...(log === null ? {} : { group: log.group }),
    author: by.account,
    device: by.device,
    seq: log === null ? 1 : nextSeq(log, by.device),
    parents: log === null ? [] : nextParents(log),
    atMs: NOW_MS,
    act,
  };
  return signOperation(nobleSuite, operation, { deviceId: by.device, signingSeed: by.signingSeed });
}

/** The same, verified and taken into the log. */
export async function signedInto(log: GroupLog | null, by: Signatory, act: GroupAct): Promise<GroupLog> {
  const verified = expectValue(await verifyOperation(nobleSuite, await signedOn(log, by, act)));
  return expectValue(log === null ? startGroupLog(verified) : placeOperation(log, verified));
}
