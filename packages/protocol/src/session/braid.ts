/**
 * The ML-KEM Braid as pure transitions: what to add to the next message, and what a received part changes. Now and then
 * one of them yields the secret of an epoch. A part of another epoch or out of place changes nothing.
 * @see docs/spec/03-session.md (ML-KEM Braid revision 1, §2)
 */
import { concat, uint64ToBytes, utf8 } from "../bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import {
  BRAID_MAC_BYTES,
  braidMac,
  openBraidMac,
  startAuthenticator,
  updateAuthenticator,
} from "./braid-authenticator.ts";
import type { BraidMessage, BraidPart } from "./braid-message.ts";
import type { AnsweringState, BraidState, OfferingState } from "./braid-state.ts";
import {
  addChunk,
  type IncomingChunks,
  joinChunks,
  type OutgoingChunks,
  startIncoming,
  startOutgoing,
  takeChunk,
} from "./erasure-code.ts";
import {
  encapsulateFirst,
  encapsulateSecond,
  isVectorOf,
  KEM_FIRST_BYTES,
  KEM_HEADER_BYTES,
  KEM_SECOND_BYTES,
  KEM_VECTOR_BYTES,
  splitKemKey,
} from "./incremental-kem.ts";
import type { SessionContext } from "./session-context.ts";

const SECRET_INFO = utf8("Signal_PQCKA_V1_MLKEM768:SCKA Key");
const ZEROS = new Uint8Array(32);
const NOTHING = new Uint8Array(0);

/** The secret of an epoch, the same on both sides. */
export interface EpochSecret {
  readonly epoch: number;
  readonly secret: Uint8Array;
}

/** A state after a step, with the secret when the step ended a negotiation on this side. */
export interface BraidStep {
  readonly state: BraidState;
  readonly epochSecret?: EpochSecret;
}

/** Starts a side from the post-quantum secret of PQXDH; the initiator of the session offers the first key. */
export function startBraid(suite: CryptoSuite, secret: Uint8Array, isInitiator: boolean): BraidState {
  const authenticator = startAuthenticator(suite, secret);
  if (isInitiator) return { phase: "keys-unsampled", epoch: 1, authenticator };
  return { phase: "no-header-received", epoch: 1, authenticator, incoming: startHeader() };
}

/** What the next message carries; the side may make its key or its ciphertext for it. */
export async function sendBraid(
  context: Pick<SessionContext, "suite" | "random">,
  state: BraidState,
): Promise<BraidStep & { readonly part: BraidPart }> {
  switch (state.phase) {
    case "keys-unsampled":
      return sendBraid(context, await sampleKeys(context, state));
    case "header-received": {
      const { state: next, epochSecret } = sampleFirst(context, state);
      return { ...(await sendBraid(context, next)), epochSecret };
    }
    case "keys-sampled":
      return withChunk("header", state);
    case "header-sent":
      return withChunk("vector", state);
    case "first-received":
      return withChunk("vector-and-ack", state);
    case "first-sampled":
    case "vector-received":
      return withChunk("first", state);
    case "second-sampled":
      return withChunk("second", state);
    case "vector-sent":
    case "no-header-received":
    case "first-acknowledged":
      return { state, part: { kind: "none" } };
  }
}

/** What a received part changes; null when it contradicts what was received before (the sender's fault). */
export async function receiveBraid(
  suite: CryptoSuite,
  state: BraidState,
  { epoch, part }: BraidMessage,
): Promise<BraidStep | null> {
  const isNext = epoch === state.epoch + 1;
  if (state.phase === "second-sampled" && isNext) {
    return { state: { phase: "keys-unsampled", epoch, authenticator: state.authenticator } };
  }
  if (epoch > state.epoch) return null;
  if (epoch < state.epoch || part.kind === "none") return { state };
  switch (state.phase) {
    case "keys-sampled":
    case "header-sent":
    case "first-received":
    case "vector-sent":
      return receiveOffering(suite, state, part);
    case "no-header-received":
      return receiveHeader(suite, state, part);
    case "first-sampled":
    case "vector-received":
    case "first-acknowledged":
      return receiveVector(suite, state, part);
    case "keys-unsampled":
    case "header-received":
    case "second-sampled":
      return { state };
  }
}

async function sampleKeys(
  { suite, random }: Pick<SessionContext, "suite" | "random">,
  { epoch, authenticator }: BraidState,
): Promise<BraidState> {
  const seed = random(64);
  const { header } = splitKemKey(await suite.mlKem768.publicKey(seed));
  const mac = braidMac(suite, authenticator, "header", epoch, header);
  return { phase: "keys-sampled", epoch, authenticator, seed, outgoing: startOutgoing(concat(header, mac)) };
}

function sampleFirst(
  { suite, random }: Pick<SessionContext, "suite" | "random">,
  { epoch, authenticator, header }: Extract<AnsweringState, { phase: "header-received" }>,
): { readonly state: BraidState; readonly epochSecret: EpochSecret } {
  const randomness = random(32);
  const { ciphertext, sharedSecret } = encapsulateFirst(header, randomness);
  const epochSecret = deriveSecret(suite, sharedSecret, epoch);
  const state: BraidState = {
    phase: "first-sampled",
    epoch,
    authenticator: updateAuthenticator(suite, authenticator, epoch, epochSecret.secret),
    header,
    randomness,
    outgoing: startOutgoing(ciphertext),
    incoming: startIncoming(KEM_VECTOR_BYTES),
  };
  return { state, epochSecret };
}

async function receiveOffering(
  suite: CryptoSuite,
  state: Exclude<OfferingState, { phase: "keys-unsampled" }>,
  part: Exclude<BraidPart, { kind: "none" }>,
): Promise<BraidStep | null> {
  const { epoch, authenticator, seed } = state;
  const base = { epoch, authenticator, seed };
  if (part.kind === "first" && (state.phase === "keys-sampled" || state.phase === "header-sent")) {
    const isStart = state.phase === "keys-sampled";
    const outgoing = isStart ? startOutgoing(splitKemKey(await suite.mlKem768.publicKey(seed)).vector) : state.outgoing;
    const incoming = addChunk(isStart ? startIncoming(KEM_FIRST_BYTES) : state.incoming, part.chunk);
    const first = joinChunks(incoming);
    if (first === null) return { state: { ...base, phase: "header-sent", outgoing, incoming } };
    return { state: { ...base, phase: "first-received", first, outgoing } };
  }
  if (part.kind !== "second" || (state.phase !== "first-received" && state.phase !== "vector-sent")) return { state };
  const { first } = state;
  const before = state.phase === "vector-sent" ? state.incoming : startIncoming(KEM_SECOND_BYTES + BRAID_MAC_BYTES);
  const incoming = addChunk(before, part.chunk);
  const second = joinChunks(incoming);
  if (second === null) return { state: { ...base, phase: "vector-sent", first, incoming } };
  return openCiphertext(suite, { ...base, phase: "vector-sent", first, incoming }, second);
}

/** The end of an epoch for the side that offered: the secret, if the ciphertext is the other side's. */
async function openCiphertext(
  suite: CryptoSuite,
  { epoch, authenticator, seed, first }: Extract<OfferingState, { phase: "vector-sent" }>,
  macced: Uint8Array,
): Promise<BraidStep | null> {
  const ciphertext = concat(first, macced.subarray(0, KEM_SECOND_BYTES));
  const sharedSecret = await suite.mlKem768.decapsulate(seed, ciphertext);
  if (sharedSecret === null) return null;
  const epochSecret = deriveSecret(suite, sharedSecret, epoch);
  const updated = updateAuthenticator(suite, authenticator, epoch, epochSecret.secret);
  if (openBraidMac(suite, updated, "ciphertext", epoch, { before: first, macced }) === null) return null;
  const state: BraidState = {
    phase: "no-header-received",
    epoch: epoch + 1,
    authenticator: updated,
    incoming: startHeader(),
  };
  return { state, epochSecret };
}

function receiveHeader(
  suite: CryptoSuite,
  state: Extract<AnsweringState, { phase: "no-header-received" }>,
  part: Exclude<BraidPart, { kind: "none" }>,
): BraidStep | null {
  if (part.kind !== "header") return { state };
  const { epoch, authenticator } = state;
  const incoming = addChunk(state.incoming, part.chunk);
  const macced = joinChunks(incoming);
  if (macced === null) return { state: { ...state, incoming } };
  const header = openBraidMac(suite, authenticator, "header", epoch, { before: NOTHING, macced });
  return header && { state: { phase: "header-received", epoch, authenticator, header } };
}

function receiveVector(
  suite: CryptoSuite,
  state: Extract<AnsweringState, { phase: "first-sampled" | "vector-received" | "first-acknowledged" }>,
  part: Exclude<BraidPart, { kind: "none" }>,
): BraidStep | null {
  const { epoch, authenticator, header, randomness } = state;
  const base = { epoch, authenticator, header, randomness };
  const isAcknowledged = state.phase === "first-acknowledged" || part.kind === "vector-and-ack" || part.kind === "ack";
  const first = state.phase === "first-acknowledged" ? state.first : state.outgoing.data;
  if (state.phase === "vector-received") {
    return isAcknowledged ? sampleSecond(suite, base, first, state.vector) : { state };
  }
  const hasChunk = part.kind === "vector" || part.kind === "vector-and-ack";
  const incoming = hasChunk ? addChunk(state.incoming, part.chunk) : state.incoming;
  const vector = joinChunks(incoming);
  if (vector === null) {
    if (isAcknowledged) return { state: { ...base, phase: "first-acknowledged", first, incoming } };
    return state.phase === "first-sampled" ? { state: { ...state, incoming } } : { state };
  }
  if (!isVectorOf(header, vector)) return null;
  if (isAcknowledged || state.phase !== "first-sampled") return sampleSecond(suite, base, first, vector);
  return { state: { ...base, phase: "vector-received", vector, outgoing: state.outgoing } };
}

function sampleSecond(
  suite: CryptoSuite,
  base: Pick<
    Extract<AnsweringState, { phase: "vector-received" }>,
    "epoch" | "authenticator" | "header" | "randomness"
  >,
  first: Uint8Array,
  vector: Uint8Array,
): BraidStep | null {
  const { epoch, authenticator, header, randomness } = base;
  const second = encapsulateSecond(header, vector, randomness, first);
  if (second === null) return null;
  const mac = braidMac(suite, authenticator, "ciphertext", epoch, concat(first, second));
  return { state: { phase: "second-sampled", epoch, authenticator, outgoing: startOutgoing(concat(second, mac)) } };
}

function withChunk(
  kind: Exclude<BraidPart["kind"], "none" | "ack">,
  state: Extract<BraidState, { readonly outgoing: OutgoingChunks }>,
): BraidStep & { readonly part: BraidPart } {
  const { chunk, rest } = takeChunk(state.outgoing);
  return { state: { ...state, outgoing: rest }, part: { kind, chunk } };
}

function deriveSecret(suite: CryptoSuite, sharedSecret: Uint8Array, epoch: number): EpochSecret {
  return { epoch, secret: suite.hkdf(sharedSecret, ZEROS, concat(SECRET_INFO, uint64ToBytes(epoch)), 32) };
}

function startHeader(): IncomingChunks {
  return startIncoming(KEM_HEADER_BYTES + BRAID_MAC_BYTES);
}
