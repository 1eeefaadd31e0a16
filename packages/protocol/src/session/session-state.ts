/**
 * The state of one session between two devices, as plain immutable data.
 * Owns the shape and what follows from it without cryptography; `session-codec.ts` knows its bytes.
 */
import { equalBytes } from "../bytes.ts";
import type { KeyPair } from "../crypto/suite.ts";
import { MAX_REPLIES_WITHOUT_EPOCH } from "../limits.ts";
import type { MessageChain } from "./message-chain.ts";
import { dropExpiredPqSecrets, oldestPqSecretMs, type PqRatchetState } from "./pq-ratchet.ts";
import { dropExpiredKeys, isExpired } from "./skipped-keys.ts";

/** Suite 1: PQXDH and Double Ratchet. Suite 2 adds the sparse post-quantum ratchet. */
export type SessionSuite = 1 | 2;

/** The suite of every new session. */
export const SESSION_SUITE: SessionSuite = 2;

/** A chain whose message keys the remote party uses. */
export interface ReceivingChain extends MessageChain {
  readonly ratchetKey: Uint8Array;
  /** When a newer chain took its place, in ms; 0 while it is the newest. */
  readonly retiredAtMs: number;
}

/** The chain this device sends on. */
export interface SendingChain {
  readonly ratchetKey: KeyPair;
  readonly chainKey: Uint8Array;
  /** Counter of the next message. */
  readonly counter: number;
}

/** What an initiator repeats in every message until the first answer. */
export interface PendingPrekey {
  readonly signedId: number;
  readonly kemId: number;
  readonly oneTimeId?: number;
  readonly kemCiphertext: Uint8Array;
}

/** One session. */
export interface SessionState {
  /** The initiator's ephemeral public key: the session's name on both sides. */
  readonly baseKey: Uint8Array;
  readonly createdAtMs: number;
  readonly remoteIdentityKey: Uint8Array;
  readonly remoteRegistrationId: number;
  readonly rootKey: Uint8Array;
  /** Null until the next send: the new ratchet key is then made, and not stored before it is needed. */
  readonly sending: SendingChain | null;
  /** Messages sent on the chain before the present one. */
  readonly previousCounter: number;
  /** Oldest first, at most five. */
  readonly receivingChains: readonly ReceivingChain[];
  readonly pending: PendingPrekey | null;
  /** The post-quantum ratchet; null in suite 1, which only stored sessions of early versions have. */
  readonly pq: PqRatchetState | null;
}

/** The suite a session runs under. */
export function suiteOfSession(state: SessionState): SessionSuite {
  return state.pq === null ? 1 : 2;
}

/**
 * Whether the ratchet of a session has only X25519 left: suite 1, or a peer that answers and never lets an epoch of the
 * post-quantum ratchet end, by fault or by will. The start of the session was post-quantum all the same.
 */
export function isClassicalOnly({ pq }: SessionState): boolean {
  return pq === null || pq.repliesInEpoch > MAX_REPLIES_WITHOUT_EPOCH;
}

/** The receiving chain of a ratchet key; undefined when there is none. */
export function findReceivingChain(state: SessionState, ratchetKey: Uint8Array): ReceivingChain | undefined {
  return state.receivingChains.findLast((chain) => equalBytes(chain.ratchetKey, ratchetKey));
}

/** The state with one receiving chain replaced by its successor. */
export function replaceReceivingChain(state: SessionState, old: ReceivingChain, next: ReceivingChain): SessionState {
  return { ...state, receivingChains: state.receivingChains.map((chain) => (chain === old ? next : chain)) };
}

/** When the oldest secret kept for late messages was stored, in ms; Infinity when there is none. */
export function oldestLateSecretMs(state: SessionState): number {
  let oldestMs = state.pq === null ? Infinity : oldestPqSecretMs(state.pq);
  for (const chain of state.receivingChains) {
    oldestMs = Math.min(oldestMs, chain.skipped.oldestMs, chain.retiredAtMs === 0 ? Infinity : chain.retiredAtMs);
  }
  return oldestMs;
}

/** The state without skipped keys and retired chains older than 30 days; the same object when there are none. */
export function dropExpiredSecrets(state: SessionState, nowMs: number): SessionState {
  if (!isExpired(oldestLateSecretMs(state), nowMs)) return state;
  const receivingChains = state.receivingChains
    .filter((chain) => chain.retiredAtMs === 0 || !isExpired(chain.retiredAtMs, nowMs))
    .map((chain) => ({ ...chain, skipped: dropExpiredKeys(chain.skipped, nowMs) }));
  const pq = state.pq === null ? null : dropExpiredPqSecrets(state.pq, nowMs);
  return { ...state, receivingChains, pq };
}
