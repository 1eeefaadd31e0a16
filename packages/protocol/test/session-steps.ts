/** Each step of a session by itself, with fixed inputs: what the published vectors hold and a test makes again. */
import { safetyNumber } from "../src/account/safety-number.ts";
import { toHex, utf8 } from "../src/bytes.ts";
import { nobleSuite } from "../src/crypto/noble.ts";
import type { AccountId } from "../src/ids.ts";
import { braidMac, startAuthenticator, updateAuthenticator } from "../src/session/braid-authenticator.ts";
import { type BraidPart, encodeBraidMessage } from "../src/session/braid-message.ts";
import { deriveMessageKeys, deriveRootStep } from "../src/session/double-ratchet.ts";
import { startOutgoing, takeChunk } from "../src/session/erasure-code.ts";
import { encapsulateFirst, encapsulateSecond, splitKemKey } from "../src/session/incremental-kem.ts";
import { deriveMessageSeed, deriveNextChainKey } from "../src/session/message-chain.ts";
import { sendPqRatchet, startPqRatchet } from "../src/session/pq-ratchet.ts";
import { initiatePqxdh, respondPqxdh } from "../src/session/pqxdh.ts";
import { createSeededRandom } from "../src/testing/seeded-random.ts";
import { createSessionDevice } from "../src/testing/session-device.ts";

const suite = nobleSuite;

/** Bytes `from`, `from` + 1, …: inputs anyone can type. */
function counting(length: number, from: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (from + i) & 0xff);
}

function hexed(values: Readonly<Record<string, Uint8Array>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, bytes]) => [name, toHex(bytes)]));
}

async function pqxdhSteps(): Promise<unknown> {
  const random = createSeededRandom("session steps");
  const [alice, bob] = [await createSessionDevice(suite, random), await createSessionDevice(suite, random)];
  const ephemeral = counting(32, 0x40);
  const randomness = counting(32, 0x80);
  const draws = [ephemeral, randomness];
  // Copies: the ephemeral key is wiped when it was used.
  const context = { suite, random: () => (draws.shift() as Uint8Array).slice(), nowMs: 0 };
  const start = await initiatePqxdh(context, alice.local, bob.createBundle(0));
  if (!start.ok) throw new Error(start.error.code);
  const { baseKey, kemCiphertext, secrets } = start.value;
  const keys = {
    signedPrekey: bob.signedPrekey.keyPair,
    kemSeed: bob.kemPrekey.seed,
    ...(bob.oneTimePrekeys[0] === undefined ? {} : { oneTimePrekey: bob.oneTimePrekeys[0].keyPair }),
  };
  const initiator = { identityKey: alice.local.identityKey.publicKey, baseKey, kemCiphertext };
  const answered = await respondPqxdh(suite, bob.local, keys, initiator);
  if (!answered.ok || toHex(answered.value.rootKey) !== toHex(secrets.rootKey)) throw new Error("both sides agree");
  return hexed({
    identityPrivateA: alice.local.identityKey.privateKey,
    ephemeralPrivateA: ephemeral,
    kemRandomnessA: randomness,
    identityPrivateB: bob.local.identityKey.privateKey,
    signedPrekeyPrivateB: bob.signedPrekey.keyPair.privateKey,
    oneTimePrekeyPrivateB: keys.oneTimePrekey?.privateKey ?? new Uint8Array(0),
    kemSeedB: bob.kemPrekey.seed,
    baseKey,
    kemCiphertextSha256: suite.sha256(kemCiphertext),
    rootKey: secrets.rootKey,
    chainKey: secrets.chainKey,
    pqKey: secrets.pqKey,
  });
}

function ratchetSteps(): unknown {
  const [rootKey, dhOutput, chainKey, pqKey] = [0x00, 0x20, 0x40, 0x60].map((from) => counting(32, from)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const root = deriveRootStep(suite, rootKey, dhOutput);
  const seed = deriveMessageSeed(suite, chainKey);
  const keys = deriveMessageKeys(suite, seed, pqKey);
  return hexed({
    rootKey,
    dhOutput,
    nextRootKey: root.rootKey,
    newChainKey: root.chainKey,
    chainKey,
    messageSeed: seed,
    nextChainKey: deriveNextChainKey(suite, chainKey),
    pqMessageKey: pqKey,
    cipherKey: keys.cipherKey,
    macKey: keys.macKey,
    iv: keys.iv,
  });
}

async function pqSteps(): Promise<unknown> {
  const pqKey = counting(32, 0xa0);
  const initiator = startPqRatchet(suite, pqKey, true);
  const epoch = initiator.epochs[0];
  const sent = await sendPqRatchet({ suite, random: () => counting(64, 0) }, initiator);
  const secret = counting(32, 0xc0);
  const authenticator = startAuthenticator(suite, pqKey);
  const updated = updateAuthenticator(suite, authenticator, 1, secret);
  return {
    ...hexed({
      pqKey,
      rootKey: initiator.rootKey,
      chainOfInitiator: epoch?.sending?.key ?? new Uint8Array(0),
      chainOfResponder: epoch?.receiving.key ?? new Uint8Array(0),
      kemSeedOfInitiator: counting(64, 0),
      firstMessageKey: sent.key,
      firstField5: sent.message,
      chainAfterFirst: sent.state.epochs[0]?.sending?.key ?? new Uint8Array(0),
      authenticatorRoot: authenticator.rootKey,
      authenticatorMacKey: authenticator.macKey,
      epochSecret: secret,
      updatedRoot: updated.rootKey,
      updatedMacKey: updated.macKey,
      macOf32BytesFrom0AsHeaderOfEpoch2: braidMac(suite, updated, "header", 2, counting(32, 0)),
    }),
  };
}

async function kemSteps(): Promise<unknown> {
  const [seed, randomness] = [counting(64, 0x10), counting(32, 0x90)];
  const publicKey = await suite.mlKem768.publicKey(seed);
  const { header, vector } = splitKemKey(publicKey);
  const first = encapsulateFirst(header, randomness);
  const second = encapsulateSecond(header, vector, randomness, first.ciphertext);
  if (second === null) throw new Error("header and vector belong together");
  return hexed({
    seed,
    randomness,
    header,
    vectorSha256: suite.sha256(vector),
    firstSha256: suite.sha256(first.ciphertext),
    second,
    sharedSecret: first.sharedSecret,
  });
}

function chunkSteps(): unknown {
  const data = counting(96, 0x01);
  const at = (nextIndex: number) => toHex(takeChunk({ ...startOutgoing(data), nextIndex }).chunk.data);
  return { data: toHex(data), chunks: [0, 2, 3, 4, 1000, 65_535].map((index) => ({ index, data: at(index) })) };
}

function field5Steps(): unknown {
  const chunk = { index: 300, data: counting(32, 0) };
  const parts: readonly BraidPart[] = [
    { kind: "none" },
    { kind: "header", chunk },
    { kind: "vector", chunk },
    { kind: "vector-and-ack", chunk },
    { kind: "ack" },
    { kind: "first", chunk },
    { kind: "second", chunk },
  ];
  return parts.map((part) => ({
    epoch: 200,
    number: 70_000,
    kind: part.kind,
    bytes: toHex(encodeBraidMessage({ epoch: 200, counter: 70_000, part })),
  }));
}

async function signatureSteps(): Promise<unknown> {
  const [privateKey, random, message] = [counting(32, 0x30), counting(64, 0x70), utf8("xeddsa")];
  const publicKey = await suite.x25519PublicKey(privateKey);
  return hexed({
    privateKey,
    publicKey,
    random,
    message,
    signature: await suite.xeddsaSign(privateKey, message, random),
  });
}

/** All steps; bytes are hex. */
export async function sessionSteps(): Promise<unknown> {
  const accounts = ["11".repeat(32), "22".repeat(32)] as [AccountId, AccountId];
  return {
    source: "Made by Kith; see docs/spec/03-session.md. Names are those of the page.",
    pqxdh: await pqxdhSteps(),
    doubleRatchet: ratchetSteps(),
    postQuantumRatchet: await pqSteps(),
    kemInParts: await kemSteps(),
    chunks: chunkSteps(),
    field5: field5Steps(),
    xeddsa: await signatureSteps(),
    safetyNumber: { accounts, digits: safetyNumber(...accounts) },
  };
}
