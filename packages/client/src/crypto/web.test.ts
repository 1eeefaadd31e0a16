/** Runs in Node, on its WebCrypto, and in a browser, on that one's. */
import { nobleSuite, toHex } from "@kith/protocol";
import { SUITE_CHECKS } from "@kith/protocol/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { DIFFERENTIAL_CHECKS } from "./fixtures.ts";
import { describeCrypto, randomBytes, cryptoSuite as web } from "./web.ts";
import { createWebBackend } from "./web-suite.ts";

const subtle = globalThis.crypto.subtle;

/** WebCrypto as `change` has it. */
function changedSubtle(change: Partial<Record<keyof SubtleCrypto, unknown>>): SubtleCrypto {
  return new Proxy(subtle, {
    get(target, name) {
      if (name in change) return change[name as keyof SubtleCrypto];
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

describe("the browser suite", () => {
  beforeAll(describeCrypto); // so that the checks meet the native side, which the first calls do not wait for

  for (const check of SUITE_CHECKS) {
    it(`${check.name}`, () => check.run(web));
  }

  it("has curves, signatures and bulk ciphers from the platform, and says so", async () => {
    const { name, primitives } = await describeCrypto();
    expect(name).toBe("web");
    const native = { X25519: "native", Ed25519: "native", XEdDSA: "native", "AES-CBC": "native", "AES-GCM": "native" };
    expect(primitives).toMatchObject({ ...native, HKDF: "javascript", "BIP-340": "javascript" });
    const hasMlKem = "encapsulateBits" in subtle;
    expect(primitives["ML-KEM-1024"]).toBe(hasMlKem ? "native" : "javascript");
    expect(primitives["X-Wing"]).toBe(hasMlKem ? "native" : "javascript");
  });

  it("refuses keys of a wrong length", async () => {
    await expect(web.x25519PublicKey(new Uint8Array(31))).rejects.toThrow(RangeError);
    await expect(web.ed25519Sign(new Uint8Array(33), new Uint8Array(1))).rejects.toThrow(RangeError);
    await expect(web.mlKem1024.publicKey(new Uint8Array(63))).rejects.toThrow(RangeError);
    expect(() => web.hkdf(new Uint8Array(1), new Uint8Array(0), new Uint8Array(0), 8161)).toThrow(RangeError);
  });

  it("tells keys apart after more keys than it holds", async () => {
    const seeds = Array.from({ length: 300 }, (_, index) => new Uint8Array(32).fill(index & 0xff).fill(index >> 8, 31));
    const first = await Promise.all(seeds.map((seed) => web.x25519PublicKey(seed)));
    const again = await Promise.all(seeds.map((seed) => web.x25519PublicKey(seed)));
    expect(again.map(toHex)).toEqual(first.map(toHex));
    expect(new Set(first.map(toHex)).size).toBe(300);
  });

  it("fills any length with randomness that does not repeat", () => {
    const large = randomBytes(70_000);
    expect(large.length).toBe(70_000);
    expect(large.subarray(-32).every((byte) => byte === 0)).toBe(false);
    expect(toHex(randomBytes(32))).not.toBe(toHex(randomBytes(32)));
  });
});

describe("the browser suite answers as the portable one", () => {
  beforeAll(describeCrypto);

  for (const check of DIFFERENTIAL_CHECKS) {
    it(`${check.name}`, () => check.run(web));
  }
});

describe("a browser that lacks WebCrypto, or has a part of it", () => {
  it("is served in JavaScript where there is none at all", async () => {
    const { suite, describe: ask } = createWebBackend(undefined);
    expect(new Set(Object.values((await ask()).primitives))).toEqual(new Set(["javascript"]));
    for (const check of SUITE_CHECKS) await check.run(suite);
  });

  it("is served in JavaScript for what it does not know, and natively for the rest", async () => {
    const importKey = (...[format, bytes, algorithm, ...rest]: Parameters<SubtleCrypto["importKey"]>) => {
      if (algorithm === "Ed25519") throw new DOMException("Unrecognized name", "NotSupportedError");
      return subtle.importKey(format as "raw", bytes as Uint8Array<ArrayBuffer>, algorithm, ...rest);
    };
    const { suite, describe: ask } = createWebBackend(changedSubtle({ importKey }));
    expect((await ask()).primitives).toMatchObject({ X25519: "native", Ed25519: "javascript", XEdDSA: "javascript" });
    for (const check of SUITE_CHECKS) await check.run(suite);
  });

  it("is not used where it verifies signatures that others refuse", async () => {
    const { describe: ask } = createWebBackend(changedSubtle({ verify: async () => true }));
    expect((await ask()).primitives.Ed25519).toBe("javascript");
  });

  it("is not used where it computes another secret", async () => {
    const { suite, describe: ask } = createWebBackend(changedSubtle({ deriveBits: async () => new ArrayBuffer(32) }));
    expect((await ask()).primitives.X25519).toBe("javascript");
    for (const check of SUITE_CHECKS) await check.run(suite);
  });

  it("is answered for in JavaScript when an operation fails after the choice", async () => {
    let isBroken = false;
    const sign = (...call: Parameters<SubtleCrypto["sign"]>) =>
      isBroken ? Promise.reject(new DOMException("gone", "OperationError")) : subtle.sign(...call);
    const { suite, describe: ask } = createWebBackend(changedSubtle({ sign }));
    expect((await ask()).primitives.Ed25519).toBe("native");
    isBroken = true;
    const seed = new Uint8Array(32).fill(3);
    expect(await suite.ed25519Sign(seed, seed)).toStrictEqual(await nobleSuite.ed25519Sign(seed, seed));
  });
});
