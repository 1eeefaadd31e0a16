/** The few entries that certify one device, for those who cannot see the whole chain yet. */
import type { CryptoSuite } from "../crypto/suite.ts";
import type { AccountId, DeviceId } from "../ids.ts";
import { MAX_CERTIFYING_BYTES, MAX_GRANT_DEPTH } from "../limits.ts";
import { err, InvariantError, ok, type Result } from "../result.ts";
import { certificateFrom, readDeviceAdd } from "./apply-entry.ts";
import { type ChainEntry, ENTRY_KINDS, ENTRY_VERSION, isRootSigned, type ReadEntry, readEntry } from "./chain-entry.ts";
import { type ChainError, type ChainState, type DeviceCertificate, deviceOf } from "./chain-state.ts";
import { entryFailure } from "./sigchain.ts";

/** Why entries do not certify a device. */
export type CertificateError =
  | ChainError
  | { readonly code: "certificate-too-large"; readonly limit: number; readonly sizeBytes: number }
  | { readonly code: "other-account"; readonly index: number }
  | { readonly code: "other-device" };

/**
 * The entries that lead from the root to one device, at most 2 KiB together; null when it is not active. A device that
 * was added by one that is revoked by now is certified by the same entries as before.
 * `create` is left out: the account id is the key that verifies the first of them.
 */
export function certifyingEntries(chain: ChainState, deviceId: DeviceId): readonly Uint8Array[] | null {
  const entries: Uint8Array[] = [];
  let device = deviceOf(chain, deviceId);
  if (device === null) return null;
  while (device !== null) {
    const { epoch, seq } = device.addedAt;
    const index = chain.heads.findIndex((head) => head.epoch === epoch && head.seq === seq);
    const entry = chain.entries[index];
    if (entry === undefined) throw new InvariantError("an active device has its entry in the chain");
    entries.unshift(entry);
    device = device.addedBy === undefined ? null : everAdded(chain, device.addedBy);
  }
  return entries;
}

function everAdded(chain: ChainState, deviceId: DeviceId): DeviceCertificate {
  const added = [...chain.devices, ...chain.former].find((device) => device.deviceId === deviceId);
  if (added === undefined) throw new InvariantError("whoever added a device was active in the chain");
  return added;
}

/**
 * Verifies entries shown alone: the root added the first device, each device the next, the last one is `deviceId`.
 * Proves that the device was added, not that it still is active: the full chain says that.
 */
export async function verifyCertificate(
  suite: CryptoSuite,
  account: AccountId,
  deviceId: DeviceId,
  entries: readonly Uint8Array[],
): Promise<Result<DeviceCertificate, CertificateError>> {
  const sizeBytes = entries.reduce((sum, entry) => sum + entry.length, 0);
  const isTooLarge = sizeBytes > MAX_CERTIFYING_BYTES || entries.length > MAX_GRANT_DEPTH;
  if (isTooLarge) return err({ code: "certificate-too-large", limit: MAX_CERTIFYING_BYTES, sizeBytes });
  let adder: DeviceCertificate | null = null;
  for (const [index, encoded] of entries.entries()) {
    const link: Result<DeviceCertificate, CertificateError> = await verifyLink(suite, account, adder, {
      index,
      encoded,
    });
    if (!link.ok) return link;
    adder = link.value;
  }
  return adder?.deviceId === deviceId ? ok(adder) : err({ code: "other-device" });
}

async function verifyLink(
  suite: CryptoSuite,
  account: AccountId,
  adder: DeviceCertificate | null,
  { index, encoded }: { readonly index: number; readonly encoded: Uint8Array },
): Promise<Result<DeviceCertificate, CertificateError>> {
  const read = readEntry(suite, encoded);
  if (!read.ok) return err({ code: "malformed-entry", index, cause: read.error.code });
  const { entry } = read.value;
  if (entry.v !== ENTRY_VERSION) return err({ code: "unsupported-version", index, version: entry.v });
  if (!isListing(entry, adder)) return err({ code: "unsupported-kind", index, kind: entry.kind });
  if (entry.account !== account) return err({ code: "other-account", index });
  if (!isAddedBy(read.value, adder)) return err({ code: "signer-not-allowed", index });
  const added = readDeviceAdd(entry, index);
  if (!added.ok) return added;
  const failure = await entryFailure(suite, read.value, index);
  return failure === null ? ok(certificateFrom(added.value.certificate, adder)) : err(failure);
}

/** A recover lists a device as well, and only the root signs one. */
function isListing({ kind }: ChainEntry, adder: DeviceCertificate | null): boolean {
  return kind === ENTRY_KINDS.deviceAdd || (kind === ENTRY_KINDS.recover && adder === null);
}

function isAddedBy({ entry }: ReadEntry, adder: DeviceCertificate | null): boolean {
  if (adder === null) return isRootSigned(entry);
  return adder.grantsDevices && entry.signer === (adder.deviceId as string);
}
