/**
 * The proof that an account showed two histories, as it travels: two entries by one signer after one and the same entry,
 * and what certifies the signer. Whoever gets it can check it without knowing the account.
 * @see docs/spec/01-identity.md, "Two chains of one account"
 */
import { equalBytes } from "../bytes.ts";
import { bytes, type DecodeError, decodeAs, encodeAs, field, list, record, type Shape } from "../codec/schema.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import type { AccountId, DeviceId } from "../ids.ts";
import { MAX_CERTIFYING_BYTES, MAX_ENTRY_BYTES, MAX_EQUIVOCATION_BYTES, MAX_GRANT_DEPTH } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import type { Equivocation } from "./chain-comparison.ts";
import { isRootSigned, type ReadEntry, readEntry, verifyEntrySignature } from "./chain-entry.ts";
import { type ChainState, deviceOf } from "./chain-state.ts";
import { type CertificateError, certifyingEntries, verifyCertificate } from "./device-certificate.ts";
import { rereadChain } from "./sigchain.ts";

/** What a proof proves. */
export interface ProvenEquivocation extends Equivocation {
  readonly account: AccountId;
}

/** Why bytes prove nothing. */
export type EquivocationProofError =
  | { readonly code: "malformed-proof"; readonly cause: DecodeError["code"] }
  | { readonly code: "no-contradiction" }
  | { readonly code: "bad-signature" }
  | { readonly code: "signer-not-certified"; readonly cause: CertificateError["code"] };

interface Proof {
  /** From the root to the device that signed; empty for the root. */
  readonly certificate: readonly Uint8Array[];
  readonly one: Uint8Array;
  readonly other: Uint8Array;
}

const entry = bytes(1, MAX_ENTRY_BYTES);

const proofShape: Shape<Proof> = record<Proof>({
  certificate: field(1, list(bytes(1, MAX_CERTIFYING_BYTES), MAX_GRANT_DEPTH)),
  one: field(2, entry),
  other: field(3, entry),
});

/** Writes the proof of a contradiction with `chain`, one of the two histories; null when its signer is active no more. */
export function encodeEquivocation(chain: ChainState, { signer, entries }: Equivocation): Uint8Array | null {
  const isRoot = signer === chain.account;
  const certificate = isRoot ? [] : certifyingEntries(chain, signer as DeviceId);
  if (certificate === null) return null;
  const [one, other] = entries;
  return encodeAs(proofShape, { certificate, one, other });
}

/**
 * Reads and verifies a proof of at most 4.5 KiB: both entries by one signer of one account in one place, both after the
 * same entry (whoever loses a fork rightly signs the places after it anew), both signed, by the root or a device that was
 * added. It proves nothing against a higher epoch: a `recover` clears what was before.
 */
export async function verifyEquivocation(
  suite: CryptoSuite,
  encoded: Uint8Array,
): Promise<Result<ProvenEquivocation, EquivocationProofError>> {
  const proof = decodeEquivocation(encoded);
  if (!proof.ok) return err({ code: "malformed-proof", cause: proof.error.code });
  const [one, other] = [readEntry(suite, proof.value.one), readEntry(suite, proof.value.other)];
  if (!one.ok) return err({ code: "malformed-proof", cause: one.error.code });
  if (!other.ok) return err({ code: "malformed-proof", cause: other.error.code });
  if (!contradict(one.value, other.value)) return err({ code: "no-contradiction" });
  const { account, epoch, seq, signer } = one.value.entry;
  if (!isRootSigned(one.value.entry)) {
    const certified = await verifyCertificate(suite, account, signer as DeviceId, proof.value.certificate);
    if (!certified.ok) return err({ code: "signer-not-certified", cause: certified.error.code });
  }
  for (const read of [one.value, other.value]) {
    if (!(await verifyEntrySignature(suite, read))) return err({ code: "bad-signature" });
  }
  return ok({ account, epoch, seq, signer, entries: [proof.value.one, proof.value.other] });
}

/**
 * Whether a proven contradiction speaks against a verified chain of its account: it parts from an entry of this chain, its
 * signer could sign there, and the chain was not started anew since. A thief of a device that is revoked by then accuses
 * nobody.
 */
export function speaksAgainst(suite: CryptoSuite, proven: ProvenEquivocation, chain: ChainState): boolean {
  if (proven.account !== chain.account || chain.head.epoch > proven.epoch) return false;
  const read = readEntry(suite, proven.entries[0]);
  if (!read.ok) return false;
  const { prev, signer } = read.value.entry;
  const index = chain.heads.findIndex(({ hash }) => equalBytes(hash, prev));
  const before = index < 0 ? null : rereadChain(suite, chain.entries.slice(0, index + 1));
  if (!before?.ok) return false;
  return isRootSigned(read.value.entry) || deviceOf(before.value, signer as DeviceId) !== null;
}

/** Reads a proof; checks nothing but form and sizes. */
export function decodeEquivocation(encoded: Uint8Array): Result<Proof, DecodeError> {
  return decodeAs(proofShape, encoded, MAX_EQUIVOCATION_BYTES);
}

function contradict({ entry: a, hash }: ReadEntry, { entry: b, hash: otherHash }: ReadEntry): boolean {
  const isOnePlace = a.account === b.account && a.epoch === b.epoch && a.seq === b.seq && a.signer === b.signer;
  return isOnePlace && equalBytes(a.prev, b.prev) && !equalBytes(hash, otherHash);
}
