import { beforeAll, describe, expect, it } from "vitest";
import { nobleSuite } from "../crypto/noble.ts";
import { createSeededRandom } from "../testing/seeded-random.ts";
import { createSessionDevice, type SessionDevice } from "../testing/session-device.ts";
import { initiatePqxdh, respondPqxdh } from "./pqxdh.ts";
import { type PrekeyBundle, verifyPrekeyBundle } from "./prekeys.ts";

const LOW_ORDER = new Uint8Array(32);
let alice: SessionDevice;
let bob: SessionDevice;

beforeAll(async () => {
  const random = createSeededRandom("pqxdh");
  alice = await createSessionDevice(nobleSuite, random);
  bob = await createSessionDevice(nobleSuite, random);
});

function context(seed = "start") {
  return { suite: nobleSuite, random: createSeededRandom(seed), nowMs: 0 };
}

describe("PQXDH", () => {
  it.each([0, undefined])("gives both sides the same secrets (one-time prekey index %s)", async (index) => {
    const start = await initiatePqxdh(context(), alice.local, bob.createBundle(index));
    if (!start.ok) throw new Error(start.error.code);
    const { baseKey, kemCiphertext, secrets } = start.value;
    const oneTime = index === undefined ? undefined : bob.oneTimePrekeys[index]?.keyPair;
    const keys = { signedPrekey: bob.signedPrekey.keyPair, kemSeed: bob.kemPrekey.seed };
    const initiator = { identityKey: alice.local.identityKey.publicKey, baseKey, kemCiphertext };
    const withOneTime = oneTime === undefined ? keys : { ...keys, oneTimePrekey: oneTime };
    expect(await respondPqxdh(nobleSuite, bob.local, withOneTime, initiator)).toEqual({ ok: true, value: secrets });
    // Every ingredient counts: without the one-time key, or with another ciphertext, the secrets differ.
    const spoilt = kemCiphertext.slice();
    spoilt[0] = (spoilt[0] as number) ^ 1;
    const other = await respondPqxdh(nobleSuite, bob.local, withOneTime, { ...initiator, kemCiphertext: spoilt });
    expect(other).toMatchObject({ ok: true });
    expect(other).not.toEqual({ ok: true, value: secrets });
  });

  it("refuses keys of small order on both sides", async () => {
    const bundle = bob.createBundle(0);
    const low = { code: "low-order-key" };
    const signed = { ...bundle, signedPrekey: { ...bundle.signedPrekey, publicKey: LOW_ORDER } };
    const oneTime = { ...bundle, oneTimePrekey: { id: 3, publicKey: LOW_ORDER } };
    for (const bad of [signed, oneTime, { ...bundle, identityKey: LOW_ORDER }]) {
      expect(await initiatePqxdh(context(), alice.local, bad)).toEqual({ ok: false, error: low });
    }
    const keys = { signedPrekey: bob.signedPrekey.keyPair, kemSeed: bob.kemPrekey.seed };
    const good = { identityKey: alice.local.identityKey.publicKey, kemCiphertext: new Uint8Array(1568) };
    const answer = await respondPqxdh(nobleSuite, bob.local, keys, { ...good, baseKey: LOW_ORDER });
    expect(answer).toEqual({ ok: false, error: low });
  });

  it("refuses a KEM key that is none", async () => {
    const bundle = bob.createBundle(0);
    const bad = { ...bundle, kemPrekey: { ...bundle.kemPrekey, publicKey: new Uint8Array(1568).fill(0xff) } };
    const start = await initiatePqxdh(context(), alice.local, bad);
    expect(start).toEqual({ ok: false, error: { code: "bad-kem-key" } });
  });
});

describe("verifyPrekeyBundle", () => {
  it("accepts what a device made", async () => {
    const bundle = bob.createBundle(0);
    expect(await verifyPrekeyBundle(nobleSuite, bundle)).toEqual({ ok: true, value: bundle });
  });

  it("refuses prekeys under another identity or with swapped keys", async () => {
    const bundle = bob.createBundle(0);
    const other = { ...bundle, identityKey: alice.local.identityKey.publicKey };
    const signed = { ...bundle, signedPrekey: { ...bundle.signedPrekey, publicKey: bundle.identityKey } };
    const kem = { ...bundle, kemPrekey: { ...bundle.kemPrekey, publicKey: alice.kemPrekey.publicKey } };
    const code = "bad-prekey-signature";
    expect(await verifyPrekeyBundle(nobleSuite, other)).toEqual({ ok: false, error: { code, prekey: "signed" } });
    expect(await verifyPrekeyBundle(nobleSuite, signed)).toEqual({ ok: false, error: { code, prekey: "signed" } });
    expect(await verifyPrekeyBundle(nobleSuite, kem)).toEqual({ ok: false, error: { code, prekey: "kem" } });
  });

  it("refuses keys of a wrong length before any arithmetic", async () => {
    const bundle = bob.createBundle(0);
    const short = new Uint8Array(31);
    const bad: PrekeyBundle[] = [
      { ...bundle, identityKey: short },
      { ...bundle, signedPrekey: { ...bundle.signedPrekey, publicKey: short } },
      { ...bundle, signedPrekey: { ...bundle.signedPrekey, signature: short } },
      { ...bundle, kemPrekey: { ...bundle.kemPrekey, publicKey: short } },
      { ...bundle, kemPrekey: { ...bundle.kemPrekey, signature: short } },
      { ...bundle, oneTimePrekey: { id: 1, publicKey: short } },
    ];
    for (const each of bad) {
      const verified = await verifyPrekeyBundle(nobleSuite, each);
      expect(verified).toEqual({ ok: false, error: { code: "malformed-bundle" } });
    }
  });
});
