/**
 * HPKE base mode, single shot, with a pluggable KEM; Kith uses X-Wing with HKDF-SHA256 and ChaCha20-Poly1305.
 * @see docs/spec/02-crypto.md (RFC 9180 §5.1, §6.1; draft-connolly-cfrg-xwing-kem §6)
 */
import { concat, utf8 } from "../bytes.ts";
import { err, ok, type Result } from "../result.ts";
import type { CryptoSuite, RandomBytes } from "./suite.ts";

/** KEM id of X-Wing, KDF id of HKDF-SHA256, AEAD id of ChaCha20-Poly1305. */
const SUITE_ID = concat(utf8("HPKE"), Uint8Array.of(0x64, 0x7a, 0x00, 0x01, 0x00, 0x03));
const VERSION = utf8("HPKE-v1");
const NOTHING = new Uint8Array(0);

/** Bytes of the encapsulated key before the ciphertext. */
export const X_WING_CIPHERTEXT_BYTES = 1120;

/** Randomness one encapsulation draws. */
const X_WING_RANDOMNESS_BYTES = 64;

/** Why a sealed box did not open. */
export type HpkeError = { readonly code: "hpke-bad-key" } | { readonly code: "hpke-not-authentic" };

/** Inputs both directions share. */
export interface HpkeContext {
  readonly suite: CryptoSuite;
  readonly info: Uint8Array;
  readonly ad: Uint8Array;
}

/** Seals to an X-Wing public key (1,216 bytes); the result is the encapsulated key followed by the ciphertext. */
export async function sealTo(
  context: HpkeContext,
  publicKey: Uint8Array,
  plaintext: Uint8Array,
  random: RandomBytes,
): Promise<Result<Uint8Array, HpkeError>> {
  const { suite, info, ad } = context;
  const kem = await suite.xWing.encapsulate(publicKey, random(X_WING_RANDOMNESS_BYTES));
  if (kem === null) return err({ code: "hpke-bad-key" });
  const { key, nonce } = keySchedule(suite, kem.sharedSecret, info);
  return ok(concat(kem.ciphertext, suite.chachaSeal(key, nonce, plaintext, ad)));
}

/** Opens what `sealTo` made, with the 32-byte seed of the X-Wing key. */
export async function openFrom(
  context: HpkeContext,
  seed: Uint8Array,
  sealed: Uint8Array,
): Promise<Result<Uint8Array, HpkeError>> {
  const { suite, info, ad } = context;
  if (sealed.length < X_WING_CIPHERTEXT_BYTES) return err({ code: "hpke-not-authentic" });
  const secret = await suite.xWing.decapsulate(seed, sealed.subarray(0, X_WING_CIPHERTEXT_BYTES));
  if (secret === null) return err({ code: "hpke-bad-key" });
  const { key, nonce } = keySchedule(suite, secret, info);
  const plaintext = suite.chachaOpen(key, nonce, sealed.subarray(X_WING_CIPHERTEXT_BYTES), ad);
  return plaintext === null ? err({ code: "hpke-not-authentic" }) : ok(plaintext);
}

/** RFC 9180 §5.1 for mode 0; exported for its test vectors. */
export function keySchedule(
  suite: CryptoSuite,
  sharedSecret: Uint8Array,
  info: Uint8Array,
  suiteId: Uint8Array = SUITE_ID,
): { readonly key: Uint8Array; readonly nonce: Uint8Array } {
  const pskIdHash = labeledExtract(suite, suiteId, NOTHING, "psk_id_hash", NOTHING);
  const infoHash = labeledExtract(suite, suiteId, NOTHING, "info_hash", info);
  const context = concat(Uint8Array.of(0), pskIdHash, infoHash);
  const secret = labeledExtract(suite, suiteId, sharedSecret, "secret", NOTHING);
  return {
    key: labeledExpand(suite, suiteId, secret, "key", context, 32),
    nonce: labeledExpand(suite, suiteId, secret, "base_nonce", context, 12),
  };
}

function labeledExtract(
  suite: CryptoSuite,
  suiteId: Uint8Array,
  salt: Uint8Array,
  label: string,
  ikm: Uint8Array,
): Uint8Array {
  return suite.hmacSha256(salt, concat(VERSION, suiteId, utf8(label), ikm));
}

/** One HKDF-Expand block suffices: every output here is at most 32 bytes. */
function labeledExpand(
  suite: CryptoSuite,
  suiteId: Uint8Array,
  secret: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const labeledInfo = concat(Uint8Array.of(0, length), VERSION, suiteId, utf8(label), info, Uint8Array.of(1));
  return suite.hmacSha256(secret, labeledInfo).slice(0, length);
}
