/** Single primitives and layouts against libsignal-client, both ways, on fresh random inputs. */
import { cryptoSuite } from "@kith/client";
import { type CryptoSuite, concat, fingerprintDigits, nobleSuite, utf8 } from "@kith/protocol";
import * as signal from "@signalapp/libsignal-client";
import { describe, expect, it } from "vitest";
import { webSuite } from "./backends.ts";
import { bare, curveKey, plain } from "./signal-party.ts";

const ROUNDS = 50;
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

describe.each([cryptoSuite, nobleSuite, webSuite])("the $name backend and libsignal", (suite: CryptoSuite) => {
  it("derive the same keys", () => {
    for (let i = 0; i < ROUNDS; i++) {
      const [ikm, info, salt] = [random(1 + i), random(i), random(32)];
      expect(suite.hkdf(ikm, salt, info, 80)).toEqual(plain(signal.hkdf(80, ikm, info, salt)));
    }
  });

  it("agree on X25519", async () => {
    for (let i = 0; i < ROUNDS; i++) {
      const theirs = signal.PrivateKey.generate();
      const own = random(32);
      const ownPublic = await suite.x25519PublicKey(own);
      expect(ownPublic).toEqual(bare(signal.PrivateKey.deserialize(own).getPublicKey().serialize()));
      const secret = await suite.x25519(own, bare(theirs.getPublicKey().serialize()));
      expect(secret).toEqual(plain(theirs.agree(curveKey(ownPublic))));
    }
  });

  it("verify each other's XEdDSA signatures, and no others", async () => {
    for (let i = 0; i < ROUNDS; i++) {
      const own = random(32);
      const ownPublic = await suite.x25519PublicKey(own);
      const message = random(i * 7);
      const signature = await suite.xeddsaSign(own, message, random(64));
      expect(curveKey(ownPublic).verify(message, signature)).toBe(true);
      const theirs = signal.PrivateKey.deserialize(own).sign(message);
      expect(await suite.xeddsaVerify(ownPublic, message, plain(theirs))).toBe(true);
      const forged = plain(theirs);
      forged[i % 64] = (forged[i % 64] as number) ^ 4;
      expect(await suite.xeddsaVerify(ownPublic, message, forged)).toBe(false);
      expect(curveKey(ownPublic).verify(message, forged)).toBe(false);
    }
  });
});

describe("safety numbers", () => {
  it("are libsignal's numeric fingerprints", () => {
    for (let i = 0; i < 3; i++) {
      const [one, other] = [signal.PrivateKey.generate(), signal.PrivateKey.generate()].map((key) =>
        key.getPublicKey(),
      );
      if (one === undefined || other === undefined) throw new Error("expected two keys");
      const [ownId, otherId] = [utf8(`own ${i}`), utf8(`other ${i}`)];
      const theirs = signal.Fingerprint.new(5200, 2, ownId, one, otherId, other).displayableFingerprint();
      const fromOtherSide = signal.Fingerprint.new(5200, 2, otherId, other, ownId, one).displayableFingerprint();
      expect(`${fromOtherSide}`).toBe(`${theirs}`);
      const sides = [
        [one, ownId],
        [other, otherId],
      ] as const;
      const ours = sides.map(([key, id]) => fingerprintDigits(plain(key.serialize()), id)).sort();
      expect(ours.join("")).toBe(`${theirs}`);
    }
  });
});

describe("layouts", () => {
  it("of keys and signatures carry the type byte", () => {
    const key = signal.PrivateKey.generate().getPublicKey();
    expect(plain(key.serialize())).toEqual(concat(Uint8Array.of(5), bare(key.serialize())));
    expect(signal.KEMKeyPair.generate().getPublicKey().serialize()[0]).toBe(8);
  });
});
