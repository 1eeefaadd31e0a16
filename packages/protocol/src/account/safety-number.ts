/**
 * The 60 digits two people compare.
 * Signal's numeric fingerprint, version 2, over account keys: the raw 32-byte account key is both the key (without a
 * type byte) and the stable identifier, so the number does not change when devices do.
 */
import { sha512 } from "@noble/hashes/sha2.js";
import { concat, fromHex } from "../bytes.ts";
import type { AccountId } from "../ids.ts";

/** Rounds of SHA-512 a side (Signal's figure): a forger pays them for every key tried. */
const ROUNDS = 5200;
const VERSION = Uint8Array.of(0, 0);

/** The safety number of two accounts, in 12 groups of 5 digits; the same from both sides. */
export function safetyNumber(one: AccountId, other: AccountId): string {
  const digits = [one, other].map((account) => fingerprintDigits(fromHex(account), fromHex(account))).sort();
  return (digits.join("").match(/.{5}/g) ?? []).join(" ");
}

/** 30 digits of one side. */
export function fingerprintDigits(key: Uint8Array, stableId: Uint8Array): string {
  let hash = concat(VERSION, key, stableId);
  for (let round = 0; round < ROUNDS; round++) hash = sha512(concat(hash, key));
  let digits = "";
  for (let at = 0; at < 30; at += 5) digits += String(fiveBytes(hash, at) % 100_000).padStart(5, "0");
  return digits;
}

/** Big-endian 40-bit number. */
function fiveBytes(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = at; i < at + 5; i++) value = value * 256 + (bytes[i] as number);
  return value;
}
