/**
 * The prekey material a device leaves on each of its box relays.
 * The signature covers account and device as context while the bytes name neither, so that the relay's store of
 * bundles holds no identity. The X25519 identity key is not in it: it comes from the verified chain.
 */
import { concat, fromHex } from "../bytes.ts";
import { bytes, type DecodeError, decodeAs, encodeAs, field, list, record, type Shape, uint } from "../codec/schema.ts";
import { decodeSigned, encodeSigned, signedBytes } from "../codec/signed.ts";
import { DOMAINS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { type AccountId, type BoxId, boxId, type DeviceId, type RelayId, relayId } from "../ids.ts";
import { MAX_BUNDLE_BYTES, MAX_CLOCK_SKEW_MS, MAX_RECORD_LIFE_MS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import type { OneTimePublicPrekey, SignedPublicPrekey } from "../session/prekeys.ts";

/** The body of a bundle head. Times are Unix ms. */
export interface BundleHead {
  /** Session suites the device speaks, best last: 1 = Double Ratchet, 2 = Triple Ratchet. */
  readonly suites: readonly number[];
  readonly box: BoxId;
  readonly relay: RelayId;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly signedPrekey: SignedPublicPrekey;
  /** The last-resort ML-KEM-1024 prekey, 1,568 bytes. */
  readonly kemPrekey: SignedPublicPrekey;
  /** X-Wing key that requests are sealed to, 1,216 bytes. */
  readonly boxKey: { readonly id: number; readonly publicKey: Uint8Array };
}

const prekeyId = uint(0xff_ffff);

function signedPrekey(size: number): Shape<SignedPublicPrekey> {
  return record<SignedPublicPrekey>({
    id: field(1, prekeyId),
    publicKey: field(2, bytes(size)),
    signature: field(3, bytes(64)),
  });
}

const bundleHeadShape: Shape<BundleHead> = record<BundleHead>({
  suites: field(1, list(uint(255), 8, 1)),
  box: field(2, boxId),
  relay: field(3, relayId),
  createdMs: field(4, uint()),
  expiresMs: field(5, uint()),
  signedPrekey: field(6, signedPrekey(32)),
  kemPrekey: field(7, signedPrekey(1568)),
  boxKey: field(8, record<BundleHead["boxKey"]>({ id: field(1, uint(0xffff_ffff)), publicKey: field(2, bytes(1216)) })),
});

/** Codec shape of a one-time prekey. */
export const oneTimePrekey: Shape<OneTimePublicPrekey> = record<OneTimePublicPrekey>({
  id: field(1, prekeyId),
  publicKey: field(2, bytes(32)),
});

/** Why a bundle head is refused. */
export type BundleHeadError =
  | DecodeError
  | { readonly code: "bundle-forged" }
  | { readonly code: "bundle-misplaced" }
  | { readonly code: "bundle-expired" };

function signatureInput(account: AccountId, device: DeviceId, body: Uint8Array): Uint8Array {
  return signedBytes(DOMAINS.bundleHead, concat(fromHex(account), fromHex(device), body));
}

/** Signs a bundle head with the device's 32-byte Ed25519 seed. */
export async function signBundleHead(
  suite: CryptoSuite,
  owner: { readonly account: AccountId; readonly device: DeviceId; readonly signingSeed: Uint8Array },
  head: BundleHead,
): Promise<Uint8Array> {
  const body = encodeAs(bundleHeadShape, head);
  const signature = await suite.ed25519Sign(owner.signingSeed, signatureInput(owner.account, owner.device, body));
  return encodeSigned({ body, signature });
}

/** Reads a bundle head without judging it: what a relay may look at. */
export function readBundleHead(encoded: Uint8Array): Result<BundleHead, DecodeError> {
  const signed = decodeSigned(encoded, MAX_BUNDLE_BYTES);
  return signed.ok ? decodeAs(bundleHeadShape, signed.value.body, MAX_BUNDLE_BYTES) : signed;
}

/** Verifies a bundle head against the device it should belong to, the place it was fetched from, and the time. */
export async function verifyBundleHead(
  suite: CryptoSuite,
  encoded: Uint8Array,
  expected: {
    readonly account: AccountId;
    readonly device: DeviceId;
    readonly box: BoxId;
    readonly relay: RelayId;
    readonly nowMs: number;
  },
): Promise<Result<BundleHead, BundleHeadError>> {
  const signed = decodeSigned(encoded, MAX_BUNDLE_BYTES);
  if (!signed.ok) return signed;
  const head = decodeAs(bundleHeadShape, signed.value.body, MAX_BUNDLE_BYTES);
  if (!head.ok) return head;
  const { box, relay, createdMs, expiresMs } = head.value;
  if (box !== expected.box || relay !== expected.relay) return err({ code: "bundle-misplaced" });
  const isCurrent = createdMs <= expected.nowMs + MAX_CLOCK_SKEW_MS && expected.nowMs < expiresMs;
  if (!isCurrent || expiresMs - createdMs > MAX_RECORD_LIFE_MS) return err({ code: "bundle-expired" });
  const input = signatureInput(expected.account, expected.device, signed.value.body);
  const isSigned = await suite.ed25519Verify(fromHex(expected.device), input, signed.value.signature);
  return isSigned ? ok(head.value) : err({ code: "bundle-forged" });
}
