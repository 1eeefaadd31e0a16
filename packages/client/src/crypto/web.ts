/** The browser's own cryptography: the suite on WebCrypto, Argon2id, and randomness. */
import type { CryptoSuite, RandomBytes } from "@kith/protocol";
import type { Argon2id } from "../store/wrapped-key.ts";
import { portableArgon2id } from "./argon2.ts";
import type { DescribeCrypto } from "./backend-info.ts";
import { createWebBackend, type WebBackend } from "./web-suite.ts";

/** `getRandomValues` refuses more at once. */
const MAX_RANDOM_BYTES = 65_536;

const backend: WebBackend = createWebBackend(globalThis.crypto?.subtle);

/** Every primitive, of the browser where it has it. */
export const cryptoSuite: CryptoSuite = backend.suite;

/** Which primitives are the browser's own. */
export const describeCrypto: DescribeCrypto = () => backend.describe();

/** Argon2id in JavaScript. */
export const argon2id: Argon2id = portableArgon2id;

/** Cryptographic randomness of the platform. */
export const randomBytes: RandomBytes = (length) => {
  const bytes = new Uint8Array(length);
  for (let start = 0; start < length; start += MAX_RANDOM_BYTES) {
    globalThis.crypto.getRandomValues(bytes.subarray(start, start + MAX_RANDOM_BYTES));
  }
  return bytes;
};
