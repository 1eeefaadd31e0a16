import { toHex } from "@kith/protocol";
import { SUITE_CHECKS } from "@kith/protocol/testing";
import { describe, expect, it } from "vitest";
import { portableArgon2id } from "./argon2.ts";
import { DIFFERENTIAL_CHECKS } from "./fixtures.ts";
import { argon2id, describeCrypto, cryptoSuite as node, randomBytes } from "./node.ts";

describe("the Node suite", () => {
  for (const check of SUITE_CHECKS) {
    it(`${check.name}`, () => check.run(node));
  }

  it("says which primitives are native", async () => {
    const { name, primitives } = await describeCrypto();
    expect(name).toBe("node");
    expect(primitives).toMatchObject({
      X25519: "native",
      Ed25519: "native",
      "ML-KEM-1024": "native",
      HKDF: "javascript",
    });
  });
});

describe("the Node suite answers as the portable one", () => {
  for (const check of DIFFERENTIAL_CHECKS) {
    it(`${check.name}`, () => check.run(node));
  }
});

describe("keys held between calls", () => {
  it("are told apart after more keys than the cache holds", async () => {
    const seeds = Array.from({ length: 300 }, (_, index) =>
      new Uint8Array(32).fill(index & 0xff, 0, 31).fill(index >> 8, 31),
    );
    const first = await Promise.all(seeds.map((seed) => node.x25519PublicKey(seed)));
    const again = await Promise.all(seeds.map((seed) => node.x25519PublicKey(seed)));
    expect(again.map(toHex)).toEqual(first.map(toHex));
    expect(new Set(first.map(toHex)).size).toBe(300);
  });

  it("refuse keys of a wrong length", () => {
    expect(() => node.x25519PublicKey(new Uint8Array(31))).toThrow(RangeError);
    expect(() => node.ed25519Sign(new Uint8Array(33), new Uint8Array(1))).toThrow(RangeError);
    expect(() => node.mlKem1024.publicKey(new Uint8Array(63))).toThrow(RangeError);
    expect(() => node.hkdf(new Uint8Array(1), new Uint8Array(0), new Uint8Array(0), 8161)).toThrow(RangeError);
  });
});

describe("platform functions of Node", () => {
  it("derive the same Argon2id key, natively and in JavaScript", async () => {
    const cost = { memoryKiB: 64, passes: 3, lanes: 2 };
    const [password, salt] = [new Uint8Array(32).fill(1), new Uint8Array(16).fill(2)];
    const native = await argon2id(password, salt, cost);
    expect(native).toStrictEqual(await portableArgon2id(password, salt, cost));
    expect(native.length).toBe(32);
  });

  it("fill any length with randomness that does not repeat", () => {
    expect(randomBytes(0).length).toBe(0);
    const large = randomBytes(70_000);
    expect(large.length).toBe(70_000);
    expect(large.subarray(-32).every((byte) => byte === 0)).toBe(false);
    expect(toHex(randomBytes(32))).not.toBe(toHex(randomBytes(32)));
  });
});
