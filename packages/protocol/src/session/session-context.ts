/** What every session transition is given instead of reaching for it: primitives, randomness, time and own identity. */
import type { CryptoSuite, KeyPair, RandomBytes } from "../crypto/suite.ts";

/** The surroundings of one transition. */
export interface SessionContext {
  readonly suite: CryptoSuite;
  readonly random: RandomBytes;
  /** Unix time in ms; decides only ages. */
  readonly nowMs: number;
}

/** This device as its sessions know it. */
export interface LocalIdentity {
  /** X25519, 32 bytes each half. */
  readonly identityKey: KeyPair;
  /** A number of 32 bits that changes when the device is set up anew. */
  readonly registrationId: number;
}

/** Makes an X25519 key pair from 32 random bytes. */
export async function generateKeyPair(context: Pick<SessionContext, "suite" | "random">): Promise<KeyPair> {
  const privateKey = context.random(32);
  return { privateKey, publicKey: await context.suite.x25519PublicKey(privateKey) };
}
