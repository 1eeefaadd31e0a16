/**
 * Field 5 of a message: the part of the sparse post-quantum ratchet. It names the epoch being negotiated, the counter of
 * the message key, and carries at most one chunk.
 * @see docs/spec/03-session.md (post-quantum part)
 */
import { concat } from "../bytes.ts";
import { CHUNK_BYTES, type Chunk } from "./erasure-code.ts";

/** What a chunk belongs to; the place in this list is the number on the wire. */
const KINDS = ["none", "header", "vector", "vector-and-ack", "ack", "first", "second"] as const;

/** What a message says beside its key: nothing, a chunk of something, an acknowledgement of the first part, or both. */
export type BraidKind = (typeof KINDS)[number];

/** What one side of the braid tells the other. */
export type BraidPart =
  | { readonly kind: "none" | "ack" }
  | { readonly kind: Exclude<BraidKind, "none" | "ack">; readonly chunk: Chunk };

/** A parsed post-quantum part. */
export interface BraidMessage {
  /** From 1. */
  readonly epoch: number;
  /** Number of the message key in its chain, from 1. */
  readonly counter: number;
  readonly part: BraidPart;
}

const VERSION = 1;
const MAX_CHUNK_INDEX = 0xffff;
const MAX_COUNTER = 0xffff_ffff;

/** 2^53 takes eight bytes of seven bits. */
const MAX_VARINT_BYTES = 8;

/** Encodes a post-quantum part. */
export function encodeBraidMessage({ epoch, counter, part }: BraidMessage): Uint8Array {
  const head: number[] = [VERSION];
  pushVarint(head, epoch);
  pushVarint(head, counter);
  head.push(KINDS.indexOf(part.kind));
  if (!("chunk" in part)) return Uint8Array.from(head);
  pushVarint(head, part.chunk.index);
  return concat(Uint8Array.from(head), part.chunk.data);
}

/** Decodes a post-quantum part; the chunk is a view. @returns null for anything but the one valid encoding. */
export function decodeBraidMessage(bytes: Uint8Array): BraidMessage | null {
  if (bytes[0] !== VERSION) return null;
  const epoch = readVarint(bytes, 1);
  const counter = epoch && readVarint(bytes, epoch.end);
  if (epoch === null || counter === null) return null;
  if (epoch.value < 1 || counter.value < 1 || counter.value > MAX_COUNTER) return null;
  const kind = KINDS[bytes[counter.end] ?? KINDS.length];
  const start = counter.end + 1;
  const base = { epoch: epoch.value, counter: counter.value };
  if (kind === undefined) return null;
  if (kind === "none" || kind === "ack") return start === bytes.length ? { ...base, part: { kind } } : null;
  const index = readVarint(bytes, start);
  if (index === null || index.value > MAX_CHUNK_INDEX || bytes.length !== index.end + CHUNK_BYTES) return null;
  return { ...base, part: { kind, chunk: { index: index.value, data: bytes.subarray(index.end) } } };
}

function pushVarint(out: number[], value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  out.push(rest);
}

function readVarint(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } | null {
  let value = 0;
  for (let i = 0; i < MAX_VARINT_BYTES; i++) {
    const byte = bytes[start + i];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte >= 0x80) continue;
    const isMinimal = i === 0 || byte !== 0;
    return isMinimal && Number.isSafeInteger(value) ? { value, end: start + i + 1 } : null;
  }
  return null;
}
