/**
 * The sparse post-quantum ratchet: one key for each message from chains that start anew with every epoch of the braid.
 * Pure transitions beside those of the Double Ratchet, whose message keys take these as salt.
 * @see docs/spec/03-session.md (Double Ratchet rev. 3 §5, Triple Ratchet §6)
 */
import { concat, uint32ToBytes, utf8, wipe } from "../bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { MAX_PQ_EPOCHS, MAX_SKIPPED_KEYS } from "../limits.ts";
import { err, InvariantError, ok, type Result } from "../result.ts";
import { type EpochSecret, receiveBraid, sendBraid, startBraid } from "./braid.ts";
import { decodeBraidMessage, encodeBraidMessage } from "./braid-message.ts";
import type { BraidState } from "./braid-state.ts";
import type { SessionContext } from "./session-context.ts";
import {
  addSkippedRun,
  dropExpiredKeys,
  isExpired,
  NO_SKIPPED_KEYS,
  SEED_BYTES,
  type SkippedKeys,
  takeSkippedKey,
} from "./skipped-keys.ts";

const START_INFO = utf8("Signal PQ Ratchet V1 Chain  Start");
const NEXT_INFO = utf8("Signal PQ Ratchet V1 Chain Next");
const EPOCH_INFO = utf8("Signal PQ Ratchet V1 Chain Add Epoch");
const ZEROS = new Uint8Array(32);

/** A chain of message keys; `counter` is the number of the last key taken from it. */
export interface PqChain {
  readonly key: Uint8Array;
  readonly counter: number;
}

/** The chains of one epoch. */
export interface PqEpoch {
  readonly epoch: number;
  /** Null once this side sends under a later epoch. */
  readonly sending: PqChain | null;
  readonly receiving: PqChain;
  /** When the other side first sent under a later epoch, in ms; 0 while it has not. */
  readonly retiredAtMs: number;
  readonly skipped: SkippedKeys;
}

/** The post-quantum half of a session. */
export interface PqRatchetState {
  /** Whether this side started the session: it decides which chain of an epoch is whose. */
  readonly isInitiator: boolean;
  readonly braid: BraidState;
  readonly rootKey: Uint8Array;
  /** Oldest first, at most four. */
  readonly epochs: readonly PqEpoch[];
  /** Turns of the other side's ratchet since the last epoch: an honest peer needs a few dozen. */
  readonly repliesInEpoch: number;
}

/** Why a post-quantum part gave no key. */
export type PqRatchetError =
  | { readonly code: "malformed" }
  | { readonly code: "duplicate" }
  | { readonly code: "too-far-ahead"; readonly gap: number; readonly limit: number }
  | { readonly code: "not-authentic" };

/** The state after a step and the key of the message. */
export interface PqStep {
  readonly state: PqRatchetState;
  readonly key: Uint8Array;
}

/** Starts the ratchet from the post-quantum secret of PQXDH. */
export function startPqRatchet(suite: CryptoSuite, pqKey: Uint8Array, isInitiator: boolean): PqRatchetState {
  const okm = suite.hkdf(pqKey, ZEROS, START_INFO, 96);
  const epochs = [chainsOf(okm, 0, isInitiator)];
  return {
    isInitiator,
    braid: startBraid(suite, pqKey, isInitiator),
    rootKey: okm.slice(0, 32),
    epochs,
    repliesInEpoch: 0,
  };
}

/** The post-quantum part of the next message and its key. */
export async function sendPqRatchet(
  context: Pick<SessionContext, "suite" | "random">,
  state: PqRatchetState,
): Promise<PqStep & { readonly message: Uint8Array }> {
  const { suite } = context;
  const { state: braid, part, epochSecret } = await sendBraid(context, state.braid);
  const next = addEpoch(suite, { ...state, braid }, epochSecret);
  const keyEpoch = braid.epoch - 1;
  const chain = next.epochs.find(({ epoch }) => epoch === keyEpoch)?.sending;
  if (chain === null || chain === undefined) throw new InvariantError("the epoch to send under has no chain");
  const { key, chain: advanced } = advanceChain(suite, chain);
  const epochs = next.epochs.map((each) => {
    if (each.epoch === keyEpoch) return { ...each, sending: advanced };
    return each.epoch < keyEpoch && each.sending !== null ? { ...each, sending: null } : each;
  });
  const message = encodeBraidMessage({ epoch: braid.epoch, counter: advanced.counter, part });
  return { state: { ...next, epochs }, key, message };
}

/** Reads the post-quantum part of a message. The caller keeps the new state only when the message proves authentic. */
export async function receivePqRatchet(
  { suite, nowMs }: Pick<SessionContext, "suite" | "nowMs">,
  state: PqRatchetState,
  bytes: Uint8Array,
  maxJump: number,
): Promise<Result<PqStep, PqRatchetError>> {
  const message = decodeBraidMessage(bytes);
  if (message === null) return err({ code: "malformed" });
  const step = await receiveBraid(suite, state.braid, message);
  if (step === null) return err({ code: "not-authentic" });
  const next = addEpoch(suite, { ...state, braid: step.state }, step.epochSecret);
  const keyEpoch = message.epoch - 1;
  const chains = next.epochs.find(({ epoch }) => epoch === keyEpoch);
  if (chains === undefined) return err({ code: "duplicate" });
  const taken = takeReceivingKey(suite, chains, message.counter, maxJump, nowMs);
  if (!taken.ok) return taken;
  const epochs = next.epochs.map((each) => {
    if (each === chains) return taken.value.chains;
    return each.epoch < keyEpoch && each.retiredAtMs === 0 ? { ...each, retiredAtMs: nowMs } : each;
  });
  return ok({ state: { ...next, epochs }, key: taken.value.key });
}

/** When the oldest secret kept for late messages was stored, in ms; Infinity when there is none. */
export function oldestPqSecretMs({ epochs }: PqRatchetState): number {
  let oldestMs = Infinity;
  for (const { skipped, retiredAtMs } of epochs) {
    oldestMs = Math.min(oldestMs, skipped.oldestMs, retiredAtMs === 0 ? Infinity : retiredAtMs);
  }
  return oldestMs;
}

/** The state without skipped keys and retired chains older than 30 days. */
export function dropExpiredPqSecrets(state: PqRatchetState, nowMs: number): PqRatchetState {
  const epochs = state.epochs
    .filter(({ retiredAtMs, sending }) => retiredAtMs === 0 || sending !== null || !isExpired(retiredAtMs, nowMs))
    .map((each) => ({ ...each, skipped: dropExpiredKeys(each.skipped, nowMs) }));
  return { ...state, epochs };
}

/** The state with the chains of a new epoch, when there is a secret for one; the oldest of five epochs goes. */
function addEpoch(suite: CryptoSuite, state: PqRatchetState, added: EpochSecret | undefined): PqRatchetState {
  if (added === undefined) return state;
  const okm = suite.hkdf(added.secret, state.rootKey, EPOCH_INFO, 96);
  wipe(added.secret);
  const epochs = [...state.epochs, chainsOf(okm, added.epoch, state.isInitiator)].slice(-MAX_PQ_EPOCHS);
  return { ...state, rootKey: okm.slice(0, 32), epochs, repliesInEpoch: 0 };
}

/** The chains from 96 bytes: next root, initiator to responder, responder to initiator. */
function chainsOf(okm: Uint8Array, epoch: number, isInitiator: boolean): PqEpoch {
  const [first, second] = [okm.slice(32, 64), okm.slice(64)].map((key) => ({ key, counter: 0 })) as [PqChain, PqChain];
  const [sending, receiving] = isInitiator ? [first, second] : [second, first];
  return { epoch, sending, receiving, retiredAtMs: 0, skipped: NO_SKIPPED_KEYS };
}

function advanceChain(suite: CryptoSuite, { key, counter }: PqChain): { key: Uint8Array; chain: PqChain } {
  if (counter >= 0xffff_ffff) throw new InvariantError("a post-quantum chain ran out of counters");
  const okm = suite.hkdf(key, ZEROS, concat(uint32ToBytes(counter + 1), NEXT_INFO), 64);
  return { key: okm.slice(32), chain: { key: okm.slice(0, 32), counter: counter + 1 } };
}

/** The key of a number in a receiving chain and the epoch after it; keys passed over are kept, the newest 2,000. */
function takeReceivingKey(
  suite: CryptoSuite,
  chains: PqEpoch,
  counter: number,
  maxJump: number,
  nowMs: number,
): Result<{ readonly key: Uint8Array; readonly chains: PqEpoch }, PqRatchetError> {
  let chain = chains.receiving;
  if (counter <= chain.counter) {
    const taken = takeSkippedKey(chains.skipped, counter);
    if (taken === null) return err({ code: "duplicate" });
    return ok({ key: taken.seed, chains: { ...chains, skipped: taken.keys } });
  }
  const gap = counter - chain.counter - 1;
  if (gap > maxJump) return err({ code: "too-far-ahead", gap, limit: maxJump });
  const kept = Math.min(gap, MAX_SKIPPED_KEYS);
  const seeds = new Uint8Array(kept * SEED_BYTES);
  for (let at = kept - gap; at < kept; at++) {
    const step = advanceChain(suite, chain);
    if (at >= 0) seeds.set(step.key, at * SEED_BYTES);
    chain = step.chain;
  }
  const run = { firstCounter: counter - kept, storedAtMs: nowMs, seeds };
  const skipped = kept === 0 ? chains.skipped : addSkippedRun(chains.skipped, run);
  const last = advanceChain(suite, chain);
  return ok({ key: last.key, chains: { ...chains, receiving: last.chain, skipped } });
}
