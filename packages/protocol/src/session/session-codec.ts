/**
 * Sessions as bytes: one flat, versioned layout with fixed offsets for what archived sessions are looked up by.
 * Only this device reads it, from its own sealed store; still it never throws on damaged bytes.
 */
import { concat, uint32ToBytes, uint64ToBytes } from "../bytes.ts";
import { MAX_RECEIVER_CHAINS, MAX_SKIPPED_KEYS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { ByteReader } from "./byte-reader.ts";
import type { PendingPrekey, ReceivingChain, SendingChain, SessionState } from "./session-state.ts";
import { oldestLateSecretMs, SESSION_SUITE } from "./session-state.ts";
import { createSkippedKeys, SEED_BYTES, type SkippedKeys, type SkippedRun } from "./skipped-keys.ts";

/** Version of this layout. */
const VERSION = 1;
const KEM_CIPHERTEXT_BYTES = 1568;

/** Bits of the flags byte. */
const HAS_SENDING = 1;
const HAS_PENDING = 2;
const HAS_ONE_TIME_ID = 4;

/** version, suite, base key, time of the oldest late secret. */
const HEADER_BYTES: number = 2 + 32 + 8;

/** Of one run of skipped keys: first counter, time, number of seeds. */
const RUN_HEADER_BYTES: number = 4 + 8 + 4;

/** Stands for "no late secret" in 8 bytes: no time reaches it. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** The damaged-bytes error of every session decoder. */
export type SessionDecodeError = { readonly code: "malformed" };

/** What can be told about an encoded session without decoding it. */
export interface SessionHeader {
  readonly baseKey: Uint8Array;
  /** When the oldest secret kept for late messages was stored, in ms; Infinity when there is none. */
  readonly oldestMs: number;
}

/** Encodes one session. */
export function encodeSession(state: SessionState): Uint8Array {
  const { sending, pending } = state;
  const flags =
    (sending === null ? 0 : HAS_SENDING) |
    (pending === null ? 0 : HAS_PENDING) |
    (pending?.oneTimeId === undefined ? 0 : HAS_ONE_TIME_ID);
  const parts: Uint8Array[] = [
    Uint8Array.of(VERSION, SESSION_SUITE),
    state.baseKey,
    uint64ToBytes(Math.min(NEVER, oldestLateSecretMs(state))),
    uint64ToBytes(state.createdAtMs),
    state.remoteIdentityKey,
    uint32ToBytes(state.remoteRegistrationId),
    state.rootKey,
    uint32ToBytes(state.previousCounter),
    Uint8Array.of(flags, state.receivingChains.length),
  ];
  if (sending !== null) {
    const { ratchetKey, chainKey, counter } = sending;
    parts.push(ratchetKey.privateKey, ratchetKey.publicKey, chainKey, uint32ToBytes(counter));
  }
  if (pending !== null) {
    parts.push(uint32ToBytes(pending.signedId), uint32ToBytes(pending.kemId));
    if (pending.oneTimeId !== undefined) parts.push(uint32ToBytes(pending.oneTimeId));
    parts.push(pending.kemCiphertext);
  }
  for (const chain of state.receivingChains) pushChain(parts, chain);
  return concat(...parts);
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
  });
}

/** Reads the fixed part of an encoded session; null when it is not one of this version and suite. */
export function peekSession(bytes: Uint8Array): SessionHeader | null {
  if (bytes.length < HEADER_BYTES || bytes[0] !== VERSION || bytes[1] !== SESSION_SUITE) return null;
  const reader = new ByteReader(bytes, 2);
  const baseKey = reader.bytes(32);
  const oldestMs = reader.uint64();
  return { baseKey, oldestMs: oldestMs === NEVER ? Infinity : oldestMs };
}

function pushChain(parts: Uint8Array[], chain: ReceivingChain): void {
  parts.push(chain.ratchetKey, chain.chainKey, uint32ToBytes(chain.counter), uint64ToBytes(chain.retiredAtMs));
  parts.push(encodeSkipped(chain.skipped));
}

/** All runs in one buffer: there can be two thousand, and a part for each field would cost more than the copy. */
function encodeSkipped({ runs, count }: SkippedKeys): Uint8Array {
  const bytes = new Uint8Array(4 + runs.length * RUN_HEADER_BYTES + count * SEED_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, runs.length);
  let offset = 4;
  for (const { firstCounter, storedAtMs, seeds } of runs) {
    view.setUint32(offset, firstCounter);
    view.setUint32(offset + 4, Math.floor(storedAtMs / 2 ** 32));
    view.setUint32(offset + 8, storedAtMs >>> 0);
    view.setUint32(offset + 12, seeds.length / SEED_BYTES);
    bytes.set(seeds, offset + RUN_HEADER_BYTES);
    offset += RUN_HEADER_BYTES + seeds.length;
  }
  return bytes;
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
  return { ratchetKey, chainKey, counter, retiredAtMs, skipped: readSkipped(reader) };
}

function readSkipped(reader: ByteReader): SkippedKeys {
  const runCount = reader.uint32();
  const runs: SkippedRun[] = [];
  let left = MAX_SKIPPED_KEYS;
  for (let i = 0; i < runCount && reader.isReadable(); i++) {
    const firstCounter = reader.uint32();
    const storedAtMs = reader.uint64();
    const count = reader.uint32();
    left -= count;
    if (count === 0 || left < 0) reader.fail();
    else runs.push({ firstCounter, storedAtMs, seeds: reader.bytes(count * SEED_BYTES) });
  }
  return createSkippedKeys(runs);
}
