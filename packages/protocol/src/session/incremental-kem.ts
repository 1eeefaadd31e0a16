/**
 * ML-KEM-768 encapsulation in two parts, as the ML-KEM Braid needs it: the first part of the ciphertext follows from
 * the seed of the matrix and the hash of the key alone, so it can be made before the key itself has arrived.
 * Only that first part is own lattice code; the second is cut from a whole encapsulation by the library with the same
 * randomness, whose first part must be what was sent. Letters are those of FIPS 203.
 * @see docs/spec/03-session.md (FIPS 203 algorithms 7 to 11 and 14)
 */
import { sha3_256, sha3_512, shake128, shake256 } from "@noble/hashes/sha3.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { concat, equalBytes, wipe } from "../bytes.ts";
import { lazy } from "../lazy.ts";

/** Bytes of the parts of keys and ciphertexts. */
export const KEM_HEADER_BYTES = 64;
export const KEM_VECTOR_BYTES = 1152;
export const KEM_FIRST_BYTES = 960;
export const KEM_SECOND_BYTES = 128;

const N = 256;
const Q = 3329;
const K = 3;
const RHO_BYTES = 32;
/** 128^-1 modulo q, which ends the inverse transform. */
const F = 3303;
const ROOT_OF_UNITY = 17;
/** Bytes of PRF output for one polynomial with eta = 2. */
const NOISE_BYTES = 128;

/** The first part: what to send, and the secret both sides will share. */
export interface FirstPart {
  readonly ciphertext: Uint8Array;
  readonly sharedSecret: Uint8Array;
}

/** Header (matrix seed and hash of the key) and vector of an encapsulation key as the algorithm makes it. */
export function splitKemKey(publicKey: Uint8Array): { readonly header: Uint8Array; readonly vector: Uint8Array } {
  const header = concat(publicKey.subarray(KEM_VECTOR_BYTES), sha3_256(publicKey));
  return { header, vector: publicKey.slice(0, KEM_VECTOR_BYTES) };
}

/** Whether a vector is the one a header was made for. */
export function isVectorOf(header: Uint8Array, vector: Uint8Array): boolean {
  const hash = sha3_256(concat(vector, header.subarray(0, RHO_BYTES)));
  return equalBytes(hash, header.subarray(RHO_BYTES));
}

/** Encapsulates up to the first 960 bytes. @param randomness 32 bytes (m), needed again for the second part. */
export function encapsulateFirst(header: Uint8Array, randomness: Uint8Array): FirstPart {
  const seeds = sha3_512(concat(randomness, header.subarray(RHO_BYTES)));
  const noise = seeds.subarray(32);
  const rho = header.subarray(0, RHO_BYTES);
  const y = Array.from({ length: K }, (_, i) => transform(sampleNoise(noise, i)));
  const ciphertext = new Uint8Array(KEM_FIRST_BYTES);
  for (let i = 0; i < K; i++) {
    const sum = new Int32Array(N);
    for (let j = 0; j < K; j++) addProduct(sum, sampleMatrix(rho, i, j), y[j] as Int32Array);
    const u = transformBack(sum);
    const e = sampleNoise(noise, K + i);
    compressInto(ciphertext, i * (KEM_FIRST_BYTES / K), u, e);
  }
  const sharedSecret = seeds.slice(0, 32);
  wipe(seeds);
  return { ciphertext, sharedSecret };
}

/** The other 128 bytes, once the vector is there; null when the key is none or the first part was made otherwise. */
export function encapsulateSecond(
  header: Uint8Array,
  vector: Uint8Array,
  randomness: Uint8Array,
  first: Uint8Array,
): Uint8Array | null {
  let whole: Uint8Array;
  try {
    whole = ml_kem768.encapsulate(concat(vector, header.subarray(0, RHO_BYTES)), randomness).cipherText;
  } catch {
    return null; // a coefficient beyond the modulus (FIPS 203 §7.2): lengths are right here
  }
  return equalBytes(whole.subarray(0, KEM_FIRST_BYTES), first) ? whole.slice(KEM_FIRST_BYTES) : null;
}

/** SampleNTT for entry (j, i) of the matrix, which is entry (i, j) of its transpose. */
function sampleMatrix(rho: Uint8Array, i: number, j: number): Int32Array {
  const xof = shake128.create({}).update(concat(rho, Uint8Array.of(i, j)));
  const entry = new Int32Array(N);
  const block = new Uint8Array(168);
  for (let filled = 0; filled < N; ) {
    xof.xofInto(block);
    for (let at = 0; at < block.length && filled < N; at += 3) {
      const [a, b, c] = [block[at] as number, block[at + 1] as number, block[at + 2] as number];
      const low = a | ((b & 0x0f) << 8);
      const high = (b >>> 4) | (c << 4);
      if (low < Q) entry[filled++] = low;
      if (high < Q && filled < N) entry[filled++] = high;
    }
  }
  return entry;
}

/** SamplePolyCBD with eta = 2 from PRF(seed, nonce); coefficients in -2..2. */
function sampleNoise(seed: Uint8Array, nonce: number): Int32Array {
  const bytes = shake256(concat(seed, Uint8Array.of(nonce)), { dkLen: NOISE_BYTES });
  const noise = new Int32Array(N);
  for (const [at, byte] of bytes.entries()) {
    noise[2 * at] = (byte & 1) + ((byte >>> 1) & 1) - ((byte >>> 2) & 1) - ((byte >>> 3) & 1);
    noise[2 * at + 1] = ((byte >>> 4) & 1) + ((byte >>> 5) & 1) - ((byte >>> 6) & 1) - ((byte >>> 7) & 1);
  }
  wipe(bytes);
  return noise;
}

/** zeta^BitRev7(i) modulo q. */
const zetas: () => Int32Array = lazy(() => {
  const powers = new Int32Array(N / 2);
  for (let i = 0; i < N / 2; i++) {
    let exponent = 0;
    for (let bit = 0; bit < 7; bit++) exponent |= ((i >>> bit) & 1) << (6 - bit);
    let zeta = 1;
    for (let step = 0; step < exponent; step++) zeta = (zeta * ROOT_OF_UNITY) % Q;
    powers[i] = zeta;
  }
  return powers;
});

/** NTT in place; coefficients end in -q < c < q. */
function transform(f: Int32Array): Int32Array {
  const zeta = zetas();
  let k = 1;
  for (let length = 128; length >= 2; length >>= 1) {
    for (let start = 0; start < N; start += 2 * length) {
      const factor = zeta[k++] as number;
      for (let j = start; j < start + length; j++) {
        const t = (factor * (f[j + length] as number)) % Q;
        f[j + length] = ((f[j] as number) - t) % Q;
        f[j] = ((f[j] as number) + t) % Q;
      }
    }
  }
  return f;
}

/** Inverse NTT in place. */
function transformBack(f: Int32Array): Int32Array {
  const zeta = zetas();
  let k = 127;
  for (let length = 2; length <= 128; length <<= 1) {
    for (let start = 0; start < N; start += 2 * length) {
      const factor = zeta[k--] as number;
      for (let j = start; j < start + length; j++) {
        const t = f[j] as number;
        f[j] = (t + (f[j + length] as number)) % Q;
        f[j + length] = (factor * ((f[j + length] as number) - t)) % Q;
      }
    }
  }
  for (let j = 0; j < N; j++) f[j] = ((f[j] as number) * F) % Q;
  return f;
}

/** sum += a * b in the transformed domain (MultiplyNTTs). */
function addProduct(sum: Int32Array, a: Int32Array, b: Int32Array): void {
  const zeta = zetas();
  for (let i = 0; i < N / 2; i++) {
    const gamma = (i & 1) === 0 ? (zeta[64 + (i >> 1)] as number) : -(zeta[64 + (i >> 1)] as number);
    const [a0, a1] = [a[2 * i] as number, a[2 * i + 1] as number];
    const [b0, b1] = [b[2 * i] as number, b[2 * i + 1] as number];
    sum[2 * i] = ((sum[2 * i] as number) + a0 * b0 + ((a1 * b1) % Q) * gamma) % Q;
    sum[2 * i + 1] = ((sum[2 * i + 1] as number) + a0 * b1 + a1 * b0) % Q;
  }
}

/** ByteEncode10 of Compress10 of u + e: four coefficients in five bytes. */
function compressInto(target: Uint8Array, start: number, u: Int32Array, e: Int32Array): void {
  let offset = start;
  for (let i = 0; i < N; i += 4) {
    const c = [0, 1, 2, 3].map((at) => compress((u[i + at] as number) + (e[i + at] as number))) as [
      number,
      number,
      number,
      number,
    ];
    target[offset] = c[0];
    target[offset + 1] = (c[0] >>> 8) | (c[1] << 2);
    target[offset + 2] = (c[1] >>> 6) | (c[2] << 4);
    target[offset + 3] = (c[2] >>> 4) | (c[3] << 6);
    target[offset + 4] = c[3] >>> 2;
    offset += 5;
  }
}

function compress(coefficient: number): number {
  const reduced = ((coefficient % Q) + Q) % Q;
  return Math.floor(((reduced << 10) + (Q >> 1)) / Q) & 0x3ff;
}
