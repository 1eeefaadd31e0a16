/**
 * The post-quantum half of a session as stored bytes: the braid, whose layout follows from its phase, and the chains of
 * each epoch. Only this device reads it, from its own sealed store; still it never throws on damaged bytes.
 */
import { MAX_PQ_EPOCHS, MAX_SKIPPED_KEYS } from "../limits.ts";
import { BRAID_MAC_BYTES } from "./braid-authenticator.ts";
import type { BraidState } from "./braid-state.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteSink } from "./byte-writer.ts";
import { CHUNK_BYTES, type IncomingChunks } from "./erasure-code.ts";
import { KEM_FIRST_BYTES, KEM_HEADER_BYTES, KEM_SECOND_BYTES, KEM_VECTOR_BYTES } from "./incremental-kem.ts";
import type { PqChain, PqEpoch, PqRatchetState } from "./pq-ratchet.ts";
import { createSkippedKeys, SEED_BYTES, type SkippedKeys, type SkippedRun } from "./skipped-keys.ts";

/** Byte strings a phase may keep, by name. */
const KEPT_BYTES = {
  seed: 64,
  first: KEM_FIRST_BYTES,
  header: KEM_HEADER_BYTES,
  randomness: 32,
  vector: KEM_VECTOR_BYTES,
};

interface PhaseLayout {
  readonly phase: BraidState["phase"];
  readonly kept: readonly (keyof typeof KEPT_BYTES)[];
  /** Bytes of what goes out or comes in; 0 for nothing. */
  readonly outgoingBytes: number;
  readonly incomingBytes: number;
}

const HEADER: number = KEM_HEADER_BYTES + BRAID_MAC_BYTES;
const SECOND: number = KEM_SECOND_BYTES + BRAID_MAC_BYTES;

/** The place in this list is the phase's number in stored bytes. */
const LAYOUTS: readonly PhaseLayout[] = [
  { phase: "keys-unsampled", kept: [], outgoingBytes: 0, incomingBytes: 0 },
  { phase: "keys-sampled", kept: ["seed"], outgoingBytes: HEADER, incomingBytes: 0 },
  { phase: "header-sent", kept: ["seed"], outgoingBytes: KEM_VECTOR_BYTES, incomingBytes: KEM_FIRST_BYTES },
  { phase: "first-received", kept: ["seed", "first"], outgoingBytes: KEM_VECTOR_BYTES, incomingBytes: 0 },
  { phase: "vector-sent", kept: ["seed", "first"], outgoingBytes: 0, incomingBytes: SECOND },
  { phase: "no-header-received", kept: [], outgoingBytes: 0, incomingBytes: HEADER },
  { phase: "header-received", kept: ["header"], outgoingBytes: 0, incomingBytes: 0 },
  {
    phase: "first-sampled",
    kept: ["header", "randomness"],
    outgoingBytes: KEM_FIRST_BYTES,
    incomingBytes: KEM_VECTOR_BYTES,
  },
  {
    phase: "vector-received",
    kept: ["header", "randomness", "vector"],
    outgoingBytes: KEM_FIRST_BYTES,
    incomingBytes: 0,
  },
  {
    phase: "first-acknowledged",
    kept: ["header", "randomness", "first"],
    outgoingBytes: 0,
    incomingBytes: KEM_VECTOR_BYTES,
  },
  { phase: "second-sampled", kept: [], outgoingBytes: SECOND, incomingBytes: 0 },
];

const NO_LAYOUT: PhaseLayout = { phase: "keys-unsampled", kept: [], outgoingBytes: 0, incomingBytes: 0 };

/** Writes the post-quantum half of a session. */
export function writePqRatchet(sink: ByteSink, state: PqRatchetState): void {
  sink.uint8(state.isInitiator ? 1 : 0);
  sink.uint32(state.repliesInEpoch);
  sink.bytes(state.rootKey);
  writeBraid(sink, state.braid);
  sink.uint8(state.epochs.length);
  for (const { epoch, sending, receiving, retiredAtMs, skipped } of state.epochs) {
    sink.uint64(epoch);
    sink.uint8(sending === null ? 0 : 1);
    if (sending !== null) writeChain(sink, sending);
    writeChain(sink, receiving);
    sink.uint64(retiredAtMs);
    writeSkippedKeys(sink, skipped);
  }
}

/** Reads it; what it gives is of worth only while the reader is readable. */
export function readPqRatchet(reader: ByteReader): PqRatchetState {
  const isInitiator = reader.uint8();
  if (isInitiator > 1) reader.fail();
  const repliesInEpoch = reader.uint32();
  const rootKey = reader.bytes(32);
  const braid = readBraid(reader);
  const count = reader.uint8();
  if (count === 0 || count > MAX_PQ_EPOCHS) reader.fail();
  const epochs: PqEpoch[] = [];
  for (let i = 0; i < count && reader.isReadable(); i++) epochs.push(readEpoch(reader));
  return { isInitiator: isInitiator === 1, braid, rootKey, epochs, repliesInEpoch };
}

/** Writes skipped keys: the number of runs, then each run. */
export function writeSkippedKeys(sink: ByteSink, { runs }: SkippedKeys): void {
  sink.uint32(runs.length);
  for (const { firstCounter, storedAtMs, seeds } of runs) {
    sink.uint32(firstCounter);
    sink.uint64(storedAtMs);
    sink.uint32(seeds.length / SEED_BYTES);
    sink.bytes(seeds);
  }
}

/** Reads skipped keys, at most 2,000. */
export function readSkippedKeys(reader: ByteReader): SkippedKeys {
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

function writeBraid(sink: ByteSink, state: BraidState): void {
  const number = LAYOUTS.findIndex(({ phase }) => phase === state.phase);
  sink.uint8(number);
  sink.uint64(state.epoch);
  sink.bytes(state.authenticator.rootKey);
  sink.bytes(state.authenticator.macKey);
  const fields = state as unknown as Readonly<Record<string, Uint8Array>>;
  for (const name of LAYOUTS[number]?.kept ?? []) sink.bytes(fields[name] as Uint8Array);
  if ("outgoing" in state) {
    sink.uint16(state.outgoing.nextIndex);
    sink.bytes(state.outgoing.data);
  }
  if ("incoming" in state) {
    sink.uint8(state.incoming.indexes.length);
    for (const index of state.incoming.indexes) sink.uint16(index);
    sink.bytes(state.incoming.data);
  }
}

function readBraid(reader: ByteReader): BraidState {
  const layout = LAYOUTS[reader.uint8()];
  if (layout === undefined) reader.fail();
  const { phase, kept, outgoingBytes, incomingBytes } = layout ?? NO_LAYOUT;
  const epoch = reader.uint64();
  if (epoch < 1) reader.fail();
  const state: Record<string, unknown> = {
    phase,
    epoch,
    authenticator: { rootKey: reader.bytes(32), macKey: reader.bytes(32) },
  };
  for (const name of kept) state[name] = reader.bytes(KEPT_BYTES[name]);
  if (outgoingBytes > 0) state.outgoing = { nextIndex: reader.uint16(), data: reader.bytes(outgoingBytes) };
  if (incomingBytes > 0) state.incoming = readIncoming(reader, incomingBytes / CHUNK_BYTES);
  // The layout of a phase lists exactly the fields of its state.
  return state as unknown as BraidState;
}

/** A collection is never full: the step that completes it leaves the phase. */
function readIncoming(reader: ByteReader, needed: number): IncomingChunks {
  const count = reader.uint8();
  if (count >= needed) reader.fail();
  const indexes: number[] = [];
  for (let i = 0; i < count && reader.isReadable(); i++) indexes.push(reader.uint16());
  if (new Set(indexes).size !== indexes.length) reader.fail();
  return { needed, indexes, data: reader.bytes(indexes.length * CHUNK_BYTES) };
}

function readEpoch(reader: ByteReader): PqEpoch {
  const epoch = reader.uint64();
  const hasSending = reader.uint8();
  if (hasSending > 1) reader.fail();
  const sending = hasSending === 1 ? readChain(reader) : null;
  const receiving = readChain(reader);
  const retiredAtMs = reader.uint64();
  return { epoch, sending, receiving, retiredAtMs, skipped: readSkippedKeys(reader) };
}

function writeChain(sink: ByteSink, { key, counter }: PqChain): void {
  sink.bytes(key);
  sink.uint32(counter);
}

function readChain(reader: ByteReader): PqChain {
  return { key: reader.bytes(32), counter: reader.uint32() };
}
