/** Operations of this device. */
import {
  certifyingEntries,
  type GroupAct,
  type GroupLog,
  InvariantError,
  nextParents,
  nextSeq,
  OPERATION_VERSION,
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

/** The next operation of this device on a log; the first one of a group on none. */
export async function signOwnOperation(
  { account, clock, suite }: Pick<Core, "account" | "clock" | "suite">,
  log: GroupLog | null,
  act: GroupAct,
): Promise<VerifiedOperation> {
  const place = log === null ? { parents: [] } : { group: log.group, parents: nextParents(log) };
  const operation = {
    v: OPERATION_VERSION,
    ...place,
    author: account.id,
    device: account.device.deviceId,
    seq: log === null ? 1 : nextSeq(log, account.device.deviceId),
    atMs: clock.nowMs(),
    act,
  };
  const read = await signOperation(suite, operation, account.device);
  const hasCertificate = "certificate" in act && act.certificate !== undefined;
  return { ...read, isVerified: true, ...(hasCertificate ? { identityKey: account.device.identityKey } : {}) };
}
