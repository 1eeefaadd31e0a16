/** X25519, Ed25519 and XEdDSA of the browser backend, on WebCrypto where it answers as the portable suite does. */
import { type CryptoSuite, equalBytes, fromHex, isAllZero, nobleSuite, utf8 } from "@kith/protocol";
import { isStrictEd25519Point, isStrictEd25519Signature, splitXeddsa, strictEdwardsKey } from "./ed25519-strict.ts";
import { NativeChoice } from "./native-choice.ts";
import { asSource, type WebKeys } from "./web-keys.ts";

const KEY_BYTES = 32;
const SECRET_BITS = 256;

/** RFC 7748 §6.1: Alice's private and public key, Bob's public key, their secret. */
const X25519_ANSWER = {
  privateKey: fromHex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"),
  publicKey: fromHex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"),
  remote: fromHex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"),
  secret: fromHex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"),
} as const;

/** RFC 8032 §7.1, test 2. */
const ED25519_ANSWER = {
  seed: fromHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"),
  publicKey: fromHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"),
  message: fromHex("72"),
  signature: fromHex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ),
} as const;

/** A signature whose R has a part of small order: good with the cofactor, and refused here (docs/spec/02-crypto.md). */
const COFACTOR_ONLY = {
  publicKey: fromHex("4007da55933fc4e347bc451b387cfef6b0dfec7b14da5aab1738f47c52f77b70"),
  message: utf8("kith"),
  signature: fromHex(
    "4df1b60e1a4f9dec7b989034280026d267e50740f792d4c1180dc40b61b828be27f48798ac0e92610c7a5f9334e903ce3cd7b58abb4ea7b5acc99e0f86ca9507",
  ),
} as const;

/** The X25519 operations. */
export type WebCurve = Pick<CryptoSuite, "x25519PublicKey" | "x25519">;

/** The signatures of both kinds. */
type Signatures = Pick<
  CryptoSuite,
  "ed25519PublicKey" | "ed25519Sign" | "ed25519Verify" | "xeddsaSign" | "xeddsaVerify"
>;

/** Finds out whether X25519 is native. */
export function chooseX25519(subtle: SubtleCrypto, keys: WebKeys): NativeChoice {
  const { privateKey, publicKey, remote, secret } = X25519_ANSWER;
  return new NativeChoice(async () => {
    const shared = await deriveSecret(subtle, keys, privateKey, remote);
    const own = await keys.rawPublicKey("X25519", privateKey);
    return equalBytes(shared, secret) && equalBytes(own, publicKey);
  });
}

/** Finds out whether Ed25519 is native and as strict as every backend must be. */
export function chooseEd25519(subtle: SubtleCrypto, keys: WebKeys): NativeChoice {
  const { seed, publicKey, message, signature } = ED25519_ANSWER;
  return new NativeChoice(async () => {
    const made = await sign(subtle, keys, seed, message);
    const own = await keys.rawPublicKey("Ed25519", seed);
    const isGood = await verify(subtle, keys, publicKey, message, signature);
    const isLax = await verify(subtle, keys, COFACTOR_ONLY.publicKey, COFACTOR_ONLY.message, COFACTOR_ONLY.signature);
    const isSloppy = await verify(subtle, keys, publicKey, utf8("s"), signature);
    return equalBytes(made, signature) && equalBytes(own, publicKey) && isGood && !isLax && !isSloppy;
  });
}

/** X25519 on WebCrypto. */
export function createWebCurve(subtle: SubtleCrypto, keys: WebKeys, choice: NativeChoice): WebCurve {
  return {
    async x25519PublicKey(privateKey) {
      checkKeyLength(privateKey);
      return choice.answer(
        () => keys.rawPublicKey("X25519", privateKey),
        () => nobleSuite.x25519PublicKey(privateKey),
      );
    },
    async x25519(privateKey, publicKey) {
      if (privateKey.length !== KEY_BYTES || publicKey.length !== KEY_BYTES) return null;
      return choice.answer<Uint8Array | null>(
        async () => {
          const secret = await deriveSecret(subtle, keys, privateKey, publicKey);
          return isAllZero(secret) ? null : secret;
        },
        () => nobleSuite.x25519(privateKey, publicKey),
      );
    },
  };
}

/** Ed25519 and XEdDSA on WebCrypto. */
export function createWebSignatures(subtle: SubtleCrypto, keys: WebKeys, choice: NativeChoice): Signatures {
  return {
    async ed25519PublicKey(seed) {
      checkKeyLength(seed);
      return choice.answer(
        () => keys.rawPublicKey("Ed25519", seed),
        () => nobleSuite.ed25519PublicKey(seed),
      );
    },
    async ed25519Sign(seed, message) {
      checkKeyLength(seed);
      return choice.answer(
        () => sign(subtle, keys, seed, message),
        () => nobleSuite.ed25519Sign(seed, message),
      );
    },
    async ed25519Verify(publicKey, message, signature) {
      if (!isStrictEd25519Point(publicKey) || !isStrictEd25519Signature(signature)) return false;
      return choice.answer(
        () => verify(subtle, keys, publicKey, message, signature),
        () => nobleSuite.ed25519Verify(publicKey, message, signature),
      );
    },
    xeddsaSign: nobleSuite.xeddsaSign,
    async xeddsaVerify(publicKey, message, signature) {
      if (publicKey.length !== KEY_BYTES || !isStrictEd25519Signature(signature)) return false;
      const { sign: edwardsSign, signature: plain } = splitXeddsa(signature);
      const edwardsKey = keys.edwardsKey(publicKey, edwardsSign, () => strictEdwardsKey(publicKey, signature));
      if (edwardsKey === null) return false;
      return choice.answer(
        () => verify(subtle, keys, edwardsKey, message, plain),
        () => nobleSuite.ed25519Verify(edwardsKey, message, plain),
      );
    },
  };
}

async function deriveSecret(
  subtle: SubtleCrypto,
  keys: WebKeys,
  privateKey: Uint8Array,
  publicKey: Uint8Array,
): Promise<Uint8Array> {
  const [own, remote] = await Promise.all([keys.privateKey("X25519", privateKey), keys.publicKey("X25519", publicKey)]);
  return new Uint8Array(await subtle.deriveBits({ name: "X25519", public: remote }, own, SECRET_BITS));
}

async function sign(subtle: SubtleCrypto, keys: WebKeys, seed: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await subtle.sign("Ed25519", await keys.privateKey("Ed25519", seed), asSource(message)));
}

async function verify(
  subtle: SubtleCrypto,
  keys: WebKeys,
  ...[publicKey, message, signature]: readonly [Uint8Array, Uint8Array, Uint8Array]
): Promise<boolean> {
  const key = await keys.publicKey("Ed25519", publicKey);
  return subtle.verify("Ed25519", key, asSource(signature), asSource(message));
}

function checkKeyLength(key: Uint8Array): void {
  if (key.length !== KEY_BYTES) throw new RangeError(`expected a key of ${KEY_BYTES} bytes, got ${key.length}`);
}
