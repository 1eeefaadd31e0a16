/**
 * The browser backend: WebCrypto for asymmetric operations and bulk data where this browser has it and gives the known
 * answers, JavaScript for everything else. Hashes, MACs and small AEAD stay in JavaScript even where WebCrypto has
 * them: they must answer at once, and for inputs of ratchets a call costs more than the work.
 */
import { type CryptoSuite, nobleSuite } from "@kith/protocol";
import type { CryptoBackend, PrimitiveName, PrimitiveSource } from "./backend-info.ts";
import { HmacSha256 } from "./hmac-sha256.ts";
import type { NativeChoice } from "./native-choice.ts";
import { createWebCiphers, createWebDigest } from "./web-ciphers.ts";
import { chooseEd25519, chooseX25519, createWebCurve, createWebSignatures } from "./web-curves.ts";
import { createWebKems } from "./web-kems.ts";
import { WebKeys } from "./web-keys.ts";

/** A suite, and what it says of itself. */
export interface WebBackend {
  readonly suite: CryptoSuite;
  describe(): Promise<CryptoBackend>;
}

/** What is always JavaScript here. */
const ALL_JAVASCRIPT: Readonly<Record<PrimitiveName, PrimitiveSource>> = {
  X25519: "javascript",
  Ed25519: "javascript",
  XEdDSA: "javascript",
  "AES-CBC": "javascript",
  "AES-GCM": "javascript",
  "ChaCha20-Poly1305": "javascript",
  "SHA-256": "javascript",
  HMAC: "javascript",
  HKDF: "javascript",
  "ML-KEM-1024": "javascript",
  "X-Wing": "javascript",
  "BIP-340": "javascript",
  Argon2id: "javascript",
};

/**
 * Makes the backend; nothing is computed before its first use.
 * @param subtle undefined where the platform has none: a page served over plain HTTP from another machine.
 */
export function createWebBackend(subtle: SubtleCrypto | undefined): WebBackend {
  const macs = new HmacSha256();
  const portable: CryptoSuite = {
    ...nobleSuite,
    name: "web",
    hmacSha256: (key, data) => macs.hmac(key, data),
    hkdf: (ikm, salt, info, length) => macs.hkdf(ikm, salt, info, length),
  };
  if (subtle === undefined) {
    const primitives = ALL_JAVASCRIPT;
    return { suite: Object.freeze(portable), describe: async () => ({ name: "web", primitives }) };
  }
  const keys = new WebKeys(subtle);
  const [x25519, ed25519] = [chooseX25519(subtle, keys), chooseEd25519(subtle, keys)];
  const aes = createWebCiphers(subtle, keys);
  const curve = createWebCurve(subtle, keys, x25519);
  const { kems, mlKem1024, xWing } = createWebKems(subtle, keys, curve);
  const suite = Object.freeze({
    ...portable,
    ...aes.ciphers,
    ...createWebDigest(subtle),
    ...curve,
    ...createWebSignatures(subtle, keys, ed25519),
    ...kems,
  } satisfies CryptoSuite);
  const choices = { X25519: x25519, Ed25519: ed25519, XEdDSA: ed25519, ...aes.choices };
  return { suite, describe: () => describe({ ...choices, "ML-KEM-1024": mlKem1024, "X-Wing": xWing }) };
}

async function describe(choices: Readonly<Partial<Record<PrimitiveName, NativeChoice>>>): Promise<CryptoBackend> {
  const found = await Promise.all(
    Object.entries(choices).map(async ([name, choice]) => [name, sourceOf(await choice.settled())] as const),
  );
  return { name: "web", primitives: { ...ALL_JAVASCRIPT, ...Object.fromEntries(found) } };
}

function sourceOf(isNative: boolean): PrimitiveSource {
  return isNative ? "native" : "javascript";
}
