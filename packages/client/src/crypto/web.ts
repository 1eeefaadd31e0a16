/** The browser backend: the portable suite, with randomness from the platform. */
import { type CryptoSuite, nobleSuite, type RandomBytes } from "@kith/protocol";
import type { Argon2id } from "../store/wrapped-key.ts";
import { portableArgon2id } from "./argon2.ts";

/** `getRandomValues` refuses more at once. */
const MAX_RANDOM_BYTES = 65_536;

/** Every primitive in JavaScript. */
export const cryptoSuite: CryptoSuite = nobleSuite;

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
