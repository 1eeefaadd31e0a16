/**
 * Project Wycheproof's vectors as checks of a backend, for the tests of each. The selections, their source and licence
 * stand in the files. A check fails by throwing.
 */
import { fromHex, toHex } from "../src/bytes.ts";
import type { CryptoSuite, Kem } from "../src/crypto/suite.ts";
import aesCbc from "./vectors/wycheproof/aes-cbc-pkcs7.vectors.json" with { type: "json" };
import aesGcm from "./vectors/wycheproof/aes-gcm.vectors.json" with { type: "json" };
import chacha from "./vectors/wycheproof/chacha20-poly1305.vectors.json" with { type: "json" };
import ed25519 from "./vectors/wycheproof/ed25519.vectors.json" with { type: "json" };
import hkdf from "./vectors/wycheproof/hkdf-sha256.vectors.json" with { type: "json" };
import hmac from "./vectors/wycheproof/hmac-sha256.vectors.json" with { type: "json" };
import mlKem768 from "./vectors/wycheproof/mlkem-768.vectors.json" with { type: "json" };
import mlKem1024 from "./vectors/wycheproof/mlkem-1024.vectors.json" with { type: "json" };
import x25519 from "./vectors/wycheproof/x25519.vectors.json" with { type: "json" };
import xchacha from "./vectors/wycheproof/xchacha20-poly1305.vectors.json" with { type: "json" };

/** One set of vectors. */
export interface WycheproofCheck {
  readonly name: string;
  /** @throws Error naming the test case that did not come out as it must. */
  run(suite: CryptoSuite): Promise<void>;
}

interface Case {
  readonly tcId: number;
  readonly result: string;
}

const hexOf = (bytes: Uint8Array | null): string | null => (bytes === null ? null : toHex(bytes));

async function each<T extends Case>(cases: readonly T[], holds: (test: T) => Promise<boolean>): Promise<void> {
  for (const test of cases) {
    if (!(await holds(test))) throw new Error(`test case ${test.tcId} (${test.result}) came out otherwise`);
  }
}

interface AeadCase extends Case {
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
}

function checkAead(cases: readonly AeadCase[], seal: "chachaSeal" | "xchachaSeal", open: "chachaOpen" | "xchachaOpen") {
  return (suite: CryptoSuite) =>
    each(cases, async ({ result, msg, ct, tag, ...rest }) => {
      const [key, iv, aad] = [fromHex(rest.key), fromHex(rest.iv), fromHex(rest.aad)];
      const opened = hexOf(suite[open](key, iv, fromHex(ct + tag), aad));
      if (result !== "valid") return opened === null;
      return opened === msg && toHex(suite[seal](key, iv, fromHex(msg), aad)) === ct + tag;
    });
}

interface KemCase extends Case {
  readonly kind: string;
  readonly seed?: string;
  readonly ekSha256?: string;
  readonly c?: string;
  readonly K?: string;
  readonly m?: string;
  readonly ek?: string;
  readonly cSha256?: string;
}

/** Whether encapsulation takes the randomness it is given, which native ones do not. */
export async function isDeterministic(kem: Kem, publicKey: Uint8Array): Promise<boolean> {
  const randomness = new Uint8Array(32);
  const made = [await kem.encapsulate(publicKey, randomness), await kem.encapsulate(publicKey, randomness)];
  return hexOf(made[0]?.ciphertext ?? null) === hexOf(made[1]?.ciphertext ?? null);
}

function checkKem(cases: readonly KemCase[], name: "mlKem768" | "mlKem1024") {
  return (suite: CryptoSuite) =>
    each(cases, async (test) => {
      const kem = suite[name];
      if (test.kind === "keygen") {
        return toHex(suite.sha256(await kem.publicKey(fromHex(test.seed ?? "")))) === test.ekSha256;
      }
      if (test.kind === "decaps") {
        const secret = hexOf(await kem.decapsulate(fromHex(test.seed ?? ""), fromHex(test.c ?? "")));
        return secret === (test.result === "valid" ? test.K : null);
      }
      const publicKey = fromHex(test.ek ?? "");
      const made = await kem.encapsulate(publicKey, fromHex(test.m ?? ""));
      if (test.result !== "valid") return made === null;
      if (made === null) return false;
      if (!(await isDeterministic(kem, publicKey))) return true;
      return toHex(suite.sha256(made.ciphertext)) === test.cSha256 && toHex(made.sharedSecret) === test.K;
    });
}

/** Every set. */
export const WYCHEPROOF_CHECKS: readonly WycheproofCheck[] = [
  {
    name: "X25519",
    run: (suite) =>
      each(x25519.tests, async (test) => {
        const secret = hexOf(await suite.x25519(fromHex(test.private), fromHex(test.public)));
        // Kith refuses what Wycheproof leaves open: an all-zero result.
        return secret === (test.flags.includes("ZeroSharedSecret") ? null : test.shared);
      }),
  },
  {
    name: "Ed25519",
    run: (suite) =>
      each(ed25519.tests, async ({ pk, msg, sig, result }) => {
        return (await suite.ed25519Verify(fromHex(pk), fromHex(msg), fromHex(sig))) === (result === "valid");
      }),
  },
  { name: "ChaCha20-Poly1305", run: checkAead(chacha.tests, "chachaSeal", "chachaOpen") },
  { name: "XChaCha20-Poly1305", run: checkAead(xchacha.tests, "xchachaSeal", "xchachaOpen") },
  {
    name: "AES-256-GCM",
    run: (suite) =>
      each(aesGcm.tests, async ({ result, msg, ct, tag, ...rest }) => {
        const [key, iv] = [fromHex(rest.key), fromHex(rest.iv)];
        const opened = hexOf(await suite.aesGcmOpen(key, iv, fromHex(ct + tag)));
        if (result !== "valid") return opened === null;
        return opened === msg && toHex(await suite.aesGcmSeal(key, iv, fromHex(msg))) === ct + tag;
      }),
  },
  {
    name: "AES-256-CBC with PKCS#7",
    run: (suite) =>
      each(aesCbc.tests, async ({ result, msg, ct, ...rest }) => {
        const [key, iv] = [fromHex(rest.key), fromHex(rest.iv)];
        const opened = hexOf(await suite.aesCbcDecrypt(key, iv, fromHex(ct)));
        if (result !== "valid") return opened === null;
        return opened === msg && toHex(await suite.aesCbcEncrypt(key, iv, fromHex(msg))) === ct;
      }),
  },
  {
    name: "HKDF-SHA256",
    run: (suite) =>
      each(hkdf.tests, async ({ ikm, salt, info, size, okm, result }) => {
        const derive = () => toHex(suite.hkdf(fromHex(ikm), fromHex(salt), fromHex(info), size));
        if (result === "valid") return derive() === okm;
        return throwsRangeError(derive);
      }),
  },
  {
    name: "HMAC-SHA256",
    run: (suite) =>
      each(hmac.tests, async ({ key, msg, tag, result }) => {
        return (toHex(suite.hmacSha256(fromHex(key), fromHex(msg))) === tag) === (result === "valid");
      }),
  },
  { name: "ML-KEM-768", run: checkKem(mlKem768.tests, "mlKem768") },
  { name: "ML-KEM-1024", run: checkKem(mlKem1024.tests, "mlKem1024") },
];

/** Too long an output is our own mistake, and thrown. */
function throwsRangeError(action: () => unknown): boolean {
  try {
    action();
    return false;
  } catch (error) {
    return error instanceof Error;
  }
}
