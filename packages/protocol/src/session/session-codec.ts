/**
 * Sessions as bytes: one flat, versioned layout with fixed offsets for what archived sessions are looked up by.
 * Only this device reads it, from its own sealed store; still it never throws on damaged bytes.
 */
import { MAX_RECEIVER_CHAINS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { ByteReader } from "./byte-reader.ts";
import { type ByteSink, writeBytes } from "./byte-writer.ts";
import { readPqRatchet, readSkippedKeys, writePqRatchet, writeSkippedKeys } from "./pq-codec.ts";
import type { PendingPrekey, ReceivingChain, SendingChain, SessionState, SessionSuite } from "./session-state.ts";
import { oldestLateSecretMs, suiteOfSession } from "./session-state.ts";

/** Versions of this layout: the second one has the post-quantum half at its end. */
const VERSIONS: Readonly<Record<SessionSuite, number>> = { 1: 1, 2: 2 };

const KEM_CIPHERTEXT_BYTES = 1568;

/** Bits of the flags byte. */
const HAS_SENDING = 1;
const HAS_PENDING = 2;
const HAS_ONE_TIME_ID = 4;

/** version, suite, base key, time of the oldest late secret. */
const HEADER_BYTES: number = 2 + 32 + 8;

/** Stands for "no late secret" in 8 bytes: no time reaches it. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** The damaged-bytes error of every session decoder. */
export type SessionDecodeError = { readonly code: "malformed" };

/** What can be told about an encoded session without decoding it. */
export interface SessionHeader {
  readonly suite: SessionSuite;
  readonly baseKey: Uint8Array;
  /** When the oldest secret kept for late messages was stored, in ms; Infinity when there is none. */
  readonly oldestMs: number;
}

/** Encodes one session. */
export function encodeSession(state: SessionState): Uint8Array {
  return writeBytes((sink) => writeSession(sink, state));
}

/** Writes one session. */
export function writeSession(sink: ByteSink, state: SessionState): void {
  const { sending, pending } = state;
  const flags =
    (sending === null ? 0 : HAS_SENDING) |
    (pending === null ? 0 : HAS_PENDING) |
    (pending?.oneTimeId === undefined ? 0 : HAS_ONE_TIME_ID);
  const suite = suiteOfSession(state);
  sink.uint8(VERSIONS[suite]);
  sink.uint8(suite);
  sink.bytes(state.baseKey);
  sink.uint64(Math.min(NEVER, oldestLateSecretMs(state)));
  sink.uint64(state.createdAtMs);
  sink.bytes(state.remoteIdentityKey);
  sink.uint32(state.remoteRegistrationId);
  sink.bytes(state.rootKey);
  sink.uint32(state.previousCounter);
  sink.uint8(flags);
  sink.uint8(state.receivingChains.length);
  if (sending !== null) writeSending(sink, sending);
  if (pending !== null) writePending(sink, pending);
  for (const chain of state.receivingChains) writeChain(sink, chain);
  if (state.pq !== null) writePqRatchet(sink, state.pq);
}

/** Decodes one session; the result shares no memory with `bytes`. */
export function decodeSession(bytes: Uint8Array): Result<SessionState, SessionDecodeError> {
  const header = peekSession(bytes);
  if (header === null) return err({ code: "malformed" });
  const reader = new ByteReader(bytes, HEADER_BYTES);
  const createdAtMs = reader.uint64();
  const remoteIdentityKey = reader.bytes(32);
  const remoteRegistrationId = reader.uint32();
  const rootKey = reader.bytes(32);
  const previousCounter = reader.uint32();
  const flags = reader.uint8();
  const chainCount = reader.uint8();
  const sending = (flags & HAS_SENDING) === 0 ? null : readSending(reader);
  const pending = (flags & HAS_PENDING) === 0 ? null : readPending(reader, (flags & HAS_ONE_TIME_ID) !== 0);
  if (flags > 7 || chainCount > MAX_RECEIVER_CHAINS) return err({ code: "malformed" });
  const receivingChains = Array.from({ length: chainCount }, () => readChain(reader));
  const pq = header.suite === 2 ? readPqRatchet(reader) : null;
  if (!reader.isAtEnd()) return err({ code: "malformed" });
  return ok({
    baseKey: header.baseKey,
    createdAtMs,
    remoteIdentityKey,
    remoteRegistrationId,
    rootKey,
    sending,
    previousCounter,
    receivingChains,
    pending,
    pq,
  });
}

/** Reads the fixed part of an encoded session; null when it is not one of a version and suite known here. */
export function peekSession(bytes: Uint8Array): SessionHeader | null {
  const suite = bytes[1];
  if (bytes.length < HEADER_BYTES || (suite !== 1 && suite !== 2) || bytes[0] !== VERSIONS[suite]) return null;
  const reader = new ByteReader(bytes, 2);
  const baseKey = reader.bytes(32);
  const oldestMs = reader.uint64();
  return { suite, baseKey, oldestMs: oldestMs === NEVER ? Infinity : oldestMs };
}

function writeSending(sink: ByteSink, { ratchetKey, chainKey, counter }: SendingChain): void {
  sink.bytes(ratchetKey.privateKey);
  sink.bytes(ratchetKey.publicKey);
  sink.bytes(chainKey);
  sink.uint32(counter);
}

function writePending(sink: ByteSink, { signedId, kemId, oneTimeId, kemCiphertext }: PendingPrekey): void {
  sink.uint32(signedId);
  sink.uint32(kemId);
  if (oneTimeId !== undefined) sink.uint32(oneTimeId);
  sink.bytes(kemCiphertext);
}

function writeChain(sink: ByteSink, { ratchetKey, chainKey, counter, retiredAtMs, skipped }: ReceivingChain): void {
  sink.bytes(ratchetKey);
  sink.bytes(chainKey);
  sink.uint32(counter);
  sink.uint64(retiredAtMs);
  writeSkippedKeys(sink, skipped);
}

function readSending(reader: ByteReader): SendingChain {
  const privateKey = reader.bytes(32);
  const publicKey = reader.bytes(32);
  return { ratchetKey: { privateKey, publicKey }, chainKey: reader.bytes(32), counter: reader.uint32() };
}

function readPending(reader: ByteReader, hasOneTimeId: boolean): PendingPrekey {
  const signedId = reader.uint32();
  const kemId = reader.uint32();
  const oneTime = hasOneTimeId ? { oneTimeId: reader.uint32() } : {};
  return { signedId, kemId, ...oneTime, kemCiphertext: reader.bytes(KEM_CIPHERTEXT_BYTES) };
}

function readChain(reader: ByteReader): ReceivingChain {
  const ratchetKey = reader.bytes(32);
  const chainKey = reader.bytes(32);
  const counter = reader.uint32();
  const retiredAtMs = reader.uint64();
  return { ratchetKey, chainKey, counter, retiredAtMs, skipped: readSkippedKeys(reader) };
}
