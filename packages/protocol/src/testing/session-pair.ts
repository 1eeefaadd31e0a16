/** Two parties that can talk, on a suite that counts key agreements: the stage of session tests. */
import { equalBytes, utf8 } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { createSeededRandom } from "./seeded-random.ts";
import { createSessionDevice } from "./session-device.ts";
import { createSessionParty, type PartyContext, type SessionParty } from "./session-party.ts";

/** Alice and Bob without sessions. */
export interface SessionPair {
  readonly context: PartyContext;
  readonly alice: SessionParty;
  readonly bob: SessionParty;
  /** X25519 agreements since the counter was last set. */
  readonly calls: { x25519: number };
}

/** Creates the pair; the same one each time. */
export async function createSessionPair(): Promise<SessionPair> {
  const calls = { x25519: 0 };
  const suite: CryptoSuite = {
    ...nobleSuite,
    x25519(privateKey, publicKey) {
      calls.x25519++;
      return nobleSuite.x25519(privateKey, publicKey);
    },
  };
  const context = { suite, random: createSeededRandom("session pair"), nowMs: 1_000_000 };
  const alice = createSessionParty(context, await createSessionDevice(nobleSuite, createSeededRandom("alice")));
  const bob = createSessionParty(context, await createSessionDevice(nobleSuite, createSeededRandom("bob")));
  return { context, alice, bob, calls };
}

/** Sends a text and delivers it. @throws Error when something else or nothing arrives. */
export async function passMessage(from: SessionParty, to: SessionParty, text: string): Promise<void> {
  const received = await to.receive(await from.send(utf8(text)), from.device);
  if (!received.ok) throw new Error(received.error.code);
  if (!equalBytes(received.value, utf8(text))) throw new Error("another text arrived");
}

/** Gives the pair a session that both sides have used. */
export async function establishSession({ alice, bob }: SessionPair): Promise<void> {
  await alice.start(bob.device, 0);
  await passMessage(alice, bob, "first");
  await passMessage(bob, alice, "answer");
}
