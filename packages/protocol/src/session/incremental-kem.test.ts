import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { describe, expect, it } from "vitest";
import { concat } from "../bytes.ts";
import { createSeededRandom } from "../testing/seeded-random.ts";
import { encapsulateFirst, encapsulateSecond, isVectorOf, KEM_FIRST_BYTES, splitKemKey } from "./incremental-kem.ts";

const random = createSeededRandom("incremental KEM");

describe("encapsulation in two parts", () => {
  it("gives what encapsulation in one gives", () => {
    for (let i = 0; i < 20; i++) {
      const { publicKey, secretKey } = ml_kem768.keygen(random(64));
      const randomness = random(32);
      const { header, vector } = splitKemKey(publicKey);
      const first = encapsulateFirst(header, randomness);
      const second = encapsulateSecond(header, vector, randomness, first.ciphertext);
      const whole = ml_kem768.encapsulate(publicKey, randomness);
      expect(first.sharedSecret).toEqual(whole.sharedSecret);
      expect(concat(first.ciphertext, second ?? new Uint8Array(0))).toEqual(whole.cipherText);
      expect(ml_kem768.decapsulate(whole.cipherText, secretKey)).toEqual(first.sharedSecret);
    }
  });

  it("ends when the vector is not the header's or not a key", () => {
    const { header, vector } = splitKemKey(ml_kem768.keygen(random(64)).publicKey);
    const other = splitKemKey(ml_kem768.keygen(random(64)).publicKey);
    const randomness = random(32);
    const { ciphertext } = encapsulateFirst(header, randomness);
    expect(isVectorOf(header, vector)).toBe(true);
    expect(isVectorOf(header, other.vector)).toBe(false);
    expect(encapsulateSecond(header, other.vector, randomness, ciphertext)).toBeNull();
    expect(encapsulateSecond(header, vector.slice().fill(0xff), randomness, ciphertext)).toBeNull();
    expect(encapsulateSecond(header, vector, randomness, new Uint8Array(KEM_FIRST_BYTES))).toBeNull();
  });
});
