import { cbc } from "@noble/ciphers/aes.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import { ml_kem1024 } from "@noble/post-quantum/ml-kem.js";
import { beforeAll, describe, expect, it } from "vitest";
import { concat, fromHex, utf8 } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import { MAX_SKIPPED_KEYS } from "../limits.ts";
import { createSeededRandom } from "../testing/seeded-random.ts";
import { createSessionDevice } from "../testing/session-device.ts";
import { createSessionParty } from "../testing/session-party.ts";
import { decryptWithRatchet, deriveMessageKeys, encryptWithRatchet, NO_PQ } from "./double-ratchet.ts";
import type { SessionState } from "./session-state.ts";
import recorded from "./session-transcript.vectors.json" with { type: "json" };
import { decodeReceivedMessage, encodeSignalMessage, type ReceivedSignalMessage } from "./wire.ts";

const prefixed = (key: Uint8Array) => concat(Uint8Array.of(5), key);

function parse(bytes: Uint8Array): ReceivedSignalMessage {
  const decoded = decodeReceivedMessage(bytes);
  if (!decoded.ok) throw new Error(decoded.error.code);
  return decoded.value.message;
}

describe("the first recorded message", () => {
  it("opens by the published derivations alone", () => {
    const { alice, bob, messages } = recorded;
    const bytes = fromHex(messages[0]?.message ?? "");
    const decoded = decodeReceivedMessage(bytes);
    if (!decoded.ok || decoded.value.kind !== "prekey") throw new Error("expected a prekey message");
    const { prekey, message } = decoded.value;
    const [ikB, spkB, opkB] = [bob.identityPrivate, bob.signedPrekeyPrivate, bob.oneTimePrekeyPrivate].map(fromHex);
    if (ikB === undefined || spkB === undefined || opkB === undefined) throw new Error("expected three keys");
    const dh = (own: Uint8Array, theirs: Uint8Array) => x25519.getSharedSecret(own, theirs);
    const shared = ml_kem1024.decapsulate(prekey.kemCiphertext, ml_kem1024.keygen(fromHex(bob.kemSeed)).secretKey);
    const kemSecret = shake256(concat(shared, sha3_256(prekey.kemCiphertext)), { dkLen: 32 });
    const ikm = concat(
      new Uint8Array(32).fill(0xff),
      dh(spkB, prekey.identityKey),
      dh(ikB, prekey.baseKey),
      dh(spkB, prekey.baseKey),
      dh(opkB, prekey.baseKey),
      kemSecret,
    );
    const info = utf8("WhisperText_X25519_SHA-256_CRYSTALS-KYBER-1024");
    const secrets = hkdf(sha256, ikm, undefined, info, 96);
    const step = hkdf(sha256, dh(spkB, message.ratchetKey), secrets.slice(0, 32), utf8("WhisperRatchet"), 64);
    const seed = hmac(sha256, step.slice(32), Uint8Array.of(1));
    // The post-quantum ratchet's first key of the initiator's chain.
    const pqChains = hkdf(sha256, secrets.slice(64), new Uint8Array(32), utf8("Signal PQ Ratchet V1 Chain  Start"), 96);
    const pqInfo = concat(Uint8Array.of(0, 0, 0, 1), utf8("Signal PQ Ratchet V1 Chain Next"));
    const pqKey = hkdf(sha256, pqChains.slice(32, 64), new Uint8Array(32), pqInfo, 64).slice(32);
    const keys = hkdf(sha256, seed, pqKey, utf8("WhisperMessageKeys"), 80);
    const identities = [alice.identityPrivate, bob.identityPrivate].map((key) => x25519.getPublicKey(fromHex(key)));
    const macced = concat(...identities.map(prefixed), message.macced);
    expect(hmac(sha256, keys.slice(32, 64), macced).slice(0, 8)).toEqual(message.mac);
    const plaintext = cbc(keys.slice(0, 32), keys.slice(64)).decrypt(message.ciphertext);
    expect(plaintext).toEqual(utf8(messages[0]?.plaintext ?? ""));
  });
});

describe("one session", () => {
  const context = { suite: nobleSuite, random: createSeededRandom("double ratchet"), nowMs: 5 };
  let sender: SessionState;
  let receiver: SessionState;
  let senderKey: Uint8Array;
  let receiverKey: Uint8Array;

  beforeAll(async () => {
    const alice = createSessionParty(context, await createSessionDevice(nobleSuite, context.random));
    const bob = createSessionParty(context, await createSessionDevice(nobleSuite, context.random));
    await alice.start(bob.device, 0);
    await bob.receive(await alice.send(utf8("x")), alice.device);
    await alice.receive(await bob.send(utf8("y")), bob.device);
    await bob.receive(await alice.send(utf8("z")), alice.device);
    if (alice.record.current === null || bob.record.current === null) throw new Error("expected sessions");
    [sender, receiver] = [alice.record.current, bob.record.current];
    senderKey = alice.device.local.identityKey.publicKey;
    receiverKey = bob.device.local.identityKey.publicKey;
  });

  const encrypt = (state: SessionState, text: string, pq = NO_PQ) =>
    encryptWithRatchet(context, state, senderKey, utf8(text), pq);
  const decrypt = (state: SessionState, message: Uint8Array, pq = NO_PQ) =>
    decryptWithRatchet(context, state, parse(message), { localIdentityKey: receiverKey, maxJump: 25_000, pq });

  it("shares the skipped keys between states when a message skips none", async () => {
    const one = await encrypt(sender, "skipped");
    const two = await encrypt(one.state, "two");
    const three = await encrypt(two.state, "three");
    const afterTwo = await decrypt(receiver, two.message);
    if (!afterTwo.ok) throw new Error(afterTwo.error.code);
    const afterThree = await decrypt(afterTwo.value.state, three.message);
    if (!afterThree.ok) throw new Error(afterThree.error.code);
    const [before, after] = [afterTwo, afterThree].map(({ value }) => value.state.receivingChains.at(-1)?.skipped);
    expect(after?.count).toBe(1);
    expect(after).toBe(before);
  });

  it("keeps the newest 2,000 keys of a longer jump", async () => {
    const excess = 3;
    const messages: Uint8Array[] = [];
    let state = sender;
    for (let i = 0; i < MAX_SKIPPED_KEYS + excess + 1; i++) {
      const sent = await encrypt(state, `${i}`);
      state = sent.state;
      messages.push(sent.message);
    }
    const jumped = await decrypt(receiver, messages.at(-1) as Uint8Array);
    if (!jumped.ok) throw new Error(jumped.error.code);
    const open = (i: number) => decrypt(jumped.value.state, messages[i] as Uint8Array);
    expect(await open(excess - 1)).toEqual({ ok: false, error: { code: "duplicate" } });
    expect(await open(excess)).toMatchObject({ ok: true, value: { plaintext: utf8(`${excess}`) } });
    expect(await open(MAX_SKIPPED_KEYS + excess - 1)).toMatchObject({ ok: true });
  });

  it("mixes the post-quantum key into the message keys and carries its field", async () => {
    const pq = { key: new Uint8Array(32).fill(7), message: Uint8Array.of(1, 2, 3) };
    const { message } = await encrypt(sender, "both", pq);
    expect(parse(message).pqRatchet).toEqual(pq.message);
    expect(await decrypt(receiver, message, pq)).toMatchObject({ ok: true, value: { plaintext: utf8("both") } });
    expect(await decrypt(receiver, message)).toEqual({ ok: false, error: { code: "not-authentic" } });
  });

  it("tells wrong padding under a right MAC from a forgery", async () => {
    const chain = sender.sending;
    if (chain === null) throw new Error("expected a sending chain");
    const { ratchetKey, counter, chainKey } = chain;
    const keys = deriveMessageKeys(nobleSuite, nobleSuite.hmacSha256(chainKey, Uint8Array.of(1)), NO_PQ.key);
    // Sixteen zero bytes encrypted raw: no PKCS#7 padding ends in zero.
    const ciphertext = cbc(keys.cipherKey, keys.iv, { disablePadding: true }).encrypt(new Uint8Array(16));
    const macced = encodeSignalMessage({ ratchetKey: ratchetKey.publicKey, counter, previousCounter: 0, ciphertext });
    const covered = concat(prefixed(senderKey), prefixed(receiverKey), macced);
    const message = concat(macced, nobleSuite.hmacSha256(keys.macKey, covered).slice(0, 8));
    expect(await decrypt(receiver, message)).toEqual({ ok: false, error: { code: "malformed" } });
  });

  it("refuses a second new ratchet key before it has sent under one of its own", async () => {
    const turned = { ...sender, sending: null };
    const { message } = await encrypt(turned, "unasked turn");
    const unsent = { ...receiver, sending: null };
    expect(await decrypt(unsent, message)).toEqual({ ok: false, error: { code: "not-authentic" } });
  });
});
