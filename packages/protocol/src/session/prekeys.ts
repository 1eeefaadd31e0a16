/**
 * Prekeys: what a device publishes so that others can start sessions while it is away, and what it keeps for that.
 * Owns their making and the check of their signatures; which one is handed out or used up is the caller's business.
 * @see docs/spec/03-session.md (PQXDH §3.2; XEdDSA over type-prefixed keys)
 */
import type { CryptoSuite, KeyPair, MaybePromise } from "../crypto/suite.ts";
import { err, ok, type Result } from "../result.ts";
import { generateKeyPair, type LocalIdentity, type SessionContext } from "./session-context.ts";
import { prefixKem, prefixX25519 } from "./wire.ts";

/** A signed public prekey: X25519 (32 bytes) or ML-KEM-1024 (1,568 bytes), with a 64-byte XEdDSA signature. */
export interface SignedPublicPrekey {
  readonly id: number;
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

/** A one-time X25519 public key (32 bytes); unsigned, since the signed prekey authenticates the session. */
export interface OneTimePublicPrekey {
  readonly id: number;
  readonly publicKey: Uint8Array;
}

/** All a stranger needs to start a session with a device. */
export interface PrekeyBundle {
  readonly registrationId: number;
  /** X25519, 32 bytes; the caller has checked it against the device's certificate. */
  readonly identityKey: Uint8Array;
  readonly signedPrekey: SignedPublicPrekey;
  /** A one-time or the last-resort KEM key. */
  readonly kemPrekey: SignedPublicPrekey;
  readonly oneTimePrekey?: OneTimePublicPrekey;
}

/** A signed X25519 prekey with its private half. */
export interface SignedPrekey {
  readonly id: number;
  readonly keyPair: KeyPair;
  readonly signature: Uint8Array;
}

/** A signed ML-KEM-1024 prekey; the 64-byte seed is its private half. */
export interface KemPrekey {
  readonly id: number;
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

/** A one-time X25519 prekey with its private half. */
export interface OneTimePrekey {
  readonly id: number;
  readonly keyPair: KeyPair;
}

/** Which prekeys the first message of a session used: delete the one-time ones, remember `replayId` of the others. */
export interface PrekeyUse {
  readonly signedId: number;
  readonly kemId: number;
  readonly oneTimeId?: number;
  readonly baseKey: Uint8Array;
  /**
   * SHA-256 of the KEM ciphertext: the key of the replay set while a last-resort key lives. The base key would not
   * do: eight different ones give the same X25519 results, while another ciphertext never gives the same secret.
   */
  readonly replayId: Uint8Array;
}

/** The private prekeys of this device by id; null for those that never were or are gone. */
export interface PrekeyLookup {
  signedPrekey(id: number): MaybePromise<KeyPair | null>;
  /** @returns the 64-byte seed. */
  kemPrekey(id: number): MaybePromise<Uint8Array | null>;
  oneTimePrekey(id: number): MaybePromise<KeyPair | null>;
  /** Whether a message with this (kemId, signedId, replayId) started a session with a last-resort key before. */
  isReplayed(use: PrekeyUse): MaybePromise<boolean>;
}

/** Why a bundle cannot be used. */
export type BundleError =
  | { readonly code: "malformed-bundle" }
  | { readonly code: "bad-prekey-signature"; readonly prekey: "signed" | "kem" };

/** Makes and signs an X25519 prekey. */
export async function generateSignedPrekey(
  context: Pick<SessionContext, "suite" | "random">,
  local: LocalIdentity,
  id: number,
): Promise<SignedPrekey> {
  const keyPair = await generateKeyPair(context);
  return { id, keyPair, signature: await signPrekey(context, local, prefixX25519(keyPair.publicKey)) };
}

/** Makes and signs an ML-KEM-1024 prekey, one-time or last-resort. */
export async function generateKemPrekey(
  context: Pick<SessionContext, "suite" | "random">,
  local: LocalIdentity,
  id: number,
): Promise<KemPrekey> {
  const seed = context.random(64);
  const publicKey = await context.suite.mlKem1024.publicKey(seed);
  return { id, seed, publicKey, signature: await signPrekey(context, local, prefixKem(publicKey)) };
}

/** Makes `count` one-time X25519 prekeys with consecutive ids. */
export async function generateOneTimePrekeys(
  context: Pick<SessionContext, "suite" | "random">,
  firstId: number,
  count: number,
): Promise<readonly OneTimePrekey[]> {
  const prekeys: OneTimePrekey[] = [];
  for (let i = 0; i < count; i++) prekeys.push({ id: firstId + i, keyPair: await generateKeyPair(context) });
  return prekeys;
}

/** Checks lengths and both signatures of a bundle under its identity key. */
export async function verifyPrekeyBundle(
  suite: CryptoSuite,
  bundle: PrekeyBundle,
): Promise<Result<PrekeyBundle, BundleError>> {
  if (!hasRightLengths(bundle)) return err({ code: "malformed-bundle" });
  const { identityKey, signedPrekey, kemPrekey } = bundle;
  const signed = prefixX25519(signedPrekey.publicKey);
  if (!(await suite.xeddsaVerify(identityKey, signed, signedPrekey.signature))) {
    return err({ code: "bad-prekey-signature", prekey: "signed" });
  }
  if (!(await suite.xeddsaVerify(identityKey, prefixKem(kemPrekey.publicKey), kemPrekey.signature))) {
    return err({ code: "bad-prekey-signature", prekey: "kem" });
  }
  return ok(bundle);
}

function hasRightLengths({ identityKey, signedPrekey, kemPrekey, oneTimePrekey }: PrekeyBundle): boolean {
  return (
    identityKey.length === 32 &&
    signedPrekey.publicKey.length === 32 &&
    signedPrekey.signature.length === 64 &&
    kemPrekey.publicKey.length === 1568 &&
    kemPrekey.signature.length === 64 &&
    (oneTimePrekey === undefined || oneTimePrekey.publicKey.length === 32)
  );
}

function signPrekey(
  { suite, random }: Pick<SessionContext, "suite" | "random">,
  local: LocalIdentity,
  prefixedKey: Uint8Array,
): MaybePromise<Uint8Array> {
  return suite.xeddsaSign(local.identityKey.privateKey, prefixedKey, random(64));
}
