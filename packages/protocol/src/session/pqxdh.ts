/**
 * PQXDH: the first shared secret of two devices, one of them away.
 * Names follow the paper: IK identity, SPK signed prekey, EK ephemeral (base key), OPK one-time prekey; A starts, B answers.
 * @see docs/spec/03-session.md (PQXDH §3; Kyber-1024 of round 3 over FIPS 203)
 */
import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import { concat, utf8, wipe } from "../bytes.ts";
import type { CryptoSuite, KeyPair } from "../crypto/suite.ts";
import { err, ok, type Result } from "../result.ts";
import type { PrekeyBundle } from "./prekeys.ts";
import { generateKeyPair, type LocalIdentity, type SessionContext } from "./session-context.ts";

const INFO = utf8("WhisperText_X25519_SHA-256_CRYSTALS-KYBER-1024");

/** The paper's F: keeps the input apart from any X25519-encoded first block. */
const PREFIX = new Uint8Array(32).fill(0xff);

/** What both sides then share, 32 bytes each; `pqKey` starts the sparse post-quantum ratchet of suite 2. */
export interface PqxdhSecrets {
  readonly rootKey: Uint8Array;
  readonly chainKey: Uint8Array;
  readonly pqKey: Uint8Array;
}

/** The initiator's result: the secrets and what to send. */
export interface PqxdhStart {
  readonly secrets: PqxdhSecrets;
  readonly baseKey: Uint8Array;
  readonly kemCiphertext: Uint8Array;
}

/** B's private prekeys that A's message names. */
export interface ResponderKeys {
  readonly signedPrekey: KeyPair;
  readonly kemSeed: Uint8Array;
  readonly oneTimePrekey?: KeyPair;
}

/** What A's message carries, unprefixed. */
export interface InitiatorKeys {
  readonly identityKey: Uint8Array;
  readonly baseKey: Uint8Array;
  readonly kemCiphertext: Uint8Array;
}

/** A remote key that cannot be used. */
export type PqxdhError = { readonly code: "low-order-key" } | { readonly code: "bad-kem-key" };

/** A's side; the bundle's signatures must have been verified. */
export async function initiatePqxdh(
  context: SessionContext,
  local: LocalIdentity,
  bundle: PrekeyBundle,
): Promise<Result<PqxdhStart, PqxdhError>> {
  const { suite, random } = context;
  const base = await generateKeyPair(context);
  const ikA = local.identityKey.privateKey;
  const spkB = bundle.signedPrekey.publicKey;
  const secrets = await agreeAll(suite, [
    [ikA, spkB],
    [base.privateKey, bundle.identityKey],
    [base.privateKey, spkB],
    ...(bundle.oneTimePrekey === undefined ? [] : [[base.privateKey, bundle.oneTimePrekey.publicKey] as const]),
  ]);
  wipe(base.privateKey);
  if (secrets === null) return err({ code: "low-order-key" });
  const kem = await suite.mlKem1024.encapsulate(bundle.kemPrekey.publicKey, random(32));
  if (kem === null) return err({ code: "bad-kem-key" });
  const kemSecret = kyberSecret(kem.sharedSecret, kem.ciphertext);
  return ok({
    secrets: deriveSecrets(suite, [...secrets, kemSecret]),
    baseKey: base.publicKey,
    kemCiphertext: kem.ciphertext,
  });
}

/** B's side. */
export async function respondPqxdh(
  suite: CryptoSuite,
  local: LocalIdentity,
  keys: ResponderKeys,
  initiator: InitiatorKeys,
): Promise<Result<PqxdhSecrets, PqxdhError>> {
  const { identityKey, baseKey, kemCiphertext } = initiator;
  const spkB = keys.signedPrekey.privateKey;
  const secrets = await agreeAll(suite, [
    [spkB, identityKey],
    [local.identityKey.privateKey, baseKey],
    [spkB, baseKey],
    ...(keys.oneTimePrekey === undefined ? [] : [[keys.oneTimePrekey.privateKey, baseKey] as const]),
  ]);
  if (secrets === null) return err({ code: "low-order-key" });
  const shared = await suite.mlKem1024.decapsulate(keys.kemSeed, kemCiphertext);
  if (shared === null) return err({ code: "bad-kem-key" });
  return ok(deriveSecrets(suite, [...secrets, kyberSecret(shared, kemCiphertext)]));
}

/** Every X25519 secret in order; null when one of them is all zero. */
async function agreeAll(
  suite: CryptoSuite,
  pairs: readonly (readonly [privateKey: Uint8Array, publicKey: Uint8Array])[],
): Promise<Uint8Array[] | null> {
  const secrets: Uint8Array[] = [];
  for (const [privateKey, publicKey] of pairs) {
    const secret = await suite.x25519(privateKey, publicKey);
    if (secret === null) return null;
    secrets.push(secret);
  }
  return secrets;
}

/** Round-3 Kyber's secret from the FIPS 203 one: the ciphertext (without its type prefix) is hashed in. */
function kyberSecret(sharedSecret: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  return shake256(concat(sharedSecret, sha3_256(ciphertext)), { dkLen: 32 });
}

function deriveSecrets(suite: CryptoSuite, secrets: readonly Uint8Array[]): PqxdhSecrets {
  const ikm = concat(PREFIX, ...secrets);
  const okm = suite.hkdf(ikm, new Uint8Array(0), INFO, 96);
  wipe(ikm, ...secrets);
  const derived = { rootKey: okm.slice(0, 32), chainKey: okm.slice(32, 64), pqKey: okm.slice(64) };
  wipe(okm);
  return derived;
}
