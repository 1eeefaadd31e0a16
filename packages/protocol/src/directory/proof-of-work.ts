/**
 * Proof of work: a nonce that gives SHA-256(SHA-256(label ‖ data) ‖ nonce) leading zero bits.
 * The inner hash keeps each try at one SHA-256 block however long the data is.
 * @see docs/spec/04-directory.md
 */
import { concat, utf8 } from "../bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";

/** What work is bound to. `label` is a domain string; `nonce` an integer, hashed as 8 big-endian bytes. */
export interface Work {
  readonly label: string;
  readonly data: Uint8Array;
  readonly nonce: number;
}

/** A slice of a search: `maxTries` nonces from `startNonce` on, so that the caller can yield between slices. */
export interface WorkSearch {
  readonly label: string;
  readonly data: Uint8Array;
  readonly bits: number;
  readonly startNonce: number;
  readonly maxTries: number;
}

const DIGEST_BYTES = 32;
const NONCE_BYTES = 8;

/** Searches one slice; null when no nonce in it has the bits. */
export function findProof(suite: CryptoSuite, search: WorkSearch): { readonly nonce: number } | null {
  const { label, data, bits, startNonce, maxTries } = search;
  const input = workInput(suite, label, data);
  const view = new DataView(input.buffer, DIGEST_BYTES, NONCE_BYTES);
  for (let nonce = startNonce; nonce < startNonce + maxTries; nonce++) {
    writeNonce(view, nonce);
    if (leadingZeroBits(suite.sha256(input)) >= bits) return { nonce };
  }
  return null;
}

/** The 32-byte hash that a nonce gives: lower is more work, and one search finds one of them. */
export function workHash(suite: CryptoSuite, { label, data, nonce }: Work): Uint8Array {
  const input = workInput(suite, label, data);
  writeNonce(new DataView(input.buffer, DIGEST_BYTES, NONCE_BYTES), nonce);
  return suite.sha256(input);
}

/** How many leading zero bits a nonce reaches, 0 to 256. */
export function proofBits(suite: CryptoSuite, work: Work): number {
  return leadingZeroBits(workHash(suite, work));
}

/** Whether a nonce reaches at least `bits`. */
export function checkProof(suite: CryptoSuite, work: Work, bits: number): boolean {
  return proofBits(suite, work) >= bits;
}

function workInput(suite: CryptoSuite, label: string, data: Uint8Array): Uint8Array {
  const input = new Uint8Array(DIGEST_BYTES + NONCE_BYTES);
  input.set(suite.sha256(concat(utf8(label), data)));
  return input;
}

function writeNonce(view: DataView, nonce: number): void {
  view.setUint32(0, Math.floor(nonce / 2 ** 32));
  view.setUint32(4, nonce >>> 0);
}

/** Leading zero bits of a hash. */
export function leadingZeroBits(hash: Uint8Array): number {
  const index = hash.findIndex((byte) => byte !== 0);
  return index < 0 ? hash.length * 8 : index * 8 + Math.clz32(hash[index] as number) - 24;
}
