/** Operations of this device. */
import {
  certifyingEntries,
  type GroupAct,
  type GroupId,
  type GroupLog,
  InvariantError,
  nextParents,
  nextSeq,
  OPERATION_VERSION,
  type OperationId,
  signOperation,
  type VerifiedOperation,
} from "@kith/protocol";
import type { Core } from "../core.ts";

/** The chain entries that certify this device. */
export function ownCertificate({ account }: Pick<Core, "account">): readonly Uint8Array[] {
  const { chain, device } = account;
  const entries = certifyingEntries(chain, device.deviceId);
  if (entries === null) throw new InvariantError("this device is not in its own chain");
  return entries;
}

/** Where an operation stands in a group; one that founds it names no group. */
export interface OperationPlace {
  readonly group?: GroupId;
  readonly parents: readonly OperationId[];
  readonly seq: number;
}

/** The next operation of this device on a log; the first one of a group on none. */
export function signOwnOperation(
  core: Pick<Core, "account" | "clock" | "suite">,
  log: GroupLog | null,
  act: GroupAct,
): Promise<VerifiedOperation> {
  const { deviceId } = core.account.device;
  const place = log && { group: log.group, parents: nextParents(log), seq: nextSeq(log, deviceId) };
  return signOperationAt(core, place ?? { parents: [], seq: 1 }, act);
}

/** An operation of this device at a place that the caller knows. */
export async function signOperationAt(
  { account, clock, suite }: Pick<Core, "account" | "clock" | "suite">,
  place: OperationPlace,
  act: GroupAct,
): Promise<VerifiedOperation> {
  const { deviceId: device, identityKey } = account.device;
  const stamp = { v: OPERATION_VERSION, author: account.id, device, atMs: clock.nowMs() };
  const read = await signOperation(suite, { ...stamp, ...place, act }, account.device);
  const hasCertificate = "certificate" in act && act.certificate !== undefined;
  return { ...read, isVerified: true, ...(hasCertificate ? { identityKey } : {}) };
}
