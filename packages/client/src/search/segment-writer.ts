/**
 * The bytes of a segment: the messages of one stretch of history and the words in them.
 *
 *     version 1 · chats (n, 32 bytes each) · messages (n, then chat and side, time after the one before, fingerprint)
 *     words in blocks of 16 (length shared with the word before and length of the rest in half a byte each, rest,
 *     length of postings, postings) · block offsets
 *
 * Numbers are varints; postings are message numbers after the one before. It is written once and read in place.
 */
import { fromHex } from "@kith/protocol";
import type { ChatId } from "../people/named-chat.ts";

/** One indexed message; of a group all that was said at one time. */
export interface IndexedMessage {
  readonly chat: ChatId;
  /** Never of a group: whose the messages are is looked up. */
  readonly isOwn: boolean;
  /** Its place in the chat, Unix ms. */
  readonly orderMs: number;
  /** 16 bits over its words. */
  readonly fingerprint: number;
}

/** The first byte of a segment. */
export const SEGMENT_VERSION = 1;

/** Half a byte that says: this much, and a varint more. */
export const LONG = 15;

/** Words of a block: only the first stands in full. */
export const WORDS_PER_BLOCK = 16;

/**
 * Encodes a segment.
 * @param messages in order of time.
 * @param numbersByTerm message numbers, rising, by term as `termKey` gives it.
 */
export function encodeSegment(
  messages: readonly IndexedMessage[],
  numbersByTerm: ReadonlyMap<string, readonly number[]>,
): Uint8Array {
  const out = new ByteWriter();
  out.byte(SEGMENT_VERSION);
  writeMessages(out, messages);
  writeWords(out, numbersByTerm);
  return out.finish();
}

function writeMessages(out: ByteWriter, messages: readonly IndexedMessage[]): void {
  const chats = new Map<ChatId, number>();
  for (const { chat } of messages) if (!chats.has(chat)) chats.set(chat, chats.size);
  out.varint(chats.size);
  for (const chat of chats.keys()) out.bytes(fromHex(chat));
  out.varint(messages.length);
  let before = 0;
  for (const { chat, isOwn, orderMs, fingerprint } of messages) {
    out.varint((chats.get(chat) ?? 0) * 2 + (isOwn ? 1 : 0));
    out.varint(orderMs - before);
    out.byte(fingerprint >>> 8);
    out.byte(fingerprint);
    before = orderMs;
  }
}

function writeWords(out: ByteWriter, numbersByTerm: ReadonlyMap<string, readonly number[]>): void {
  const terms = [...numbersByTerm.keys()].sort();
  const offsets: number[] = [];
  const postings = new ByteWriter();
  let before = "";
  for (const [index, term] of terms.entries()) {
    if (index % WORDS_PER_BLOCK === 0) {
      offsets.push(out.length);
      before = "";
    }
    const shared = sharedLength(before, term);
    writeLengths(out, shared, term.length - shared);
    for (let i = shared; i < term.length; i++) out.byte(term.charCodeAt(i));
    postings.clear();
    writePostings(postings, numbersByTerm.get(term) ?? []);
    out.varint(postings.length);
    out.bytes(postings.view());
    before = term;
  }
  const wordsEnd = out.length;
  for (const offset of [...offsets, wordsEnd]) out.uint32(offset);
  out.uint32(offsets.length);
}

/** Two lengths, in one byte when both are small. */
function writeLengths(out: ByteWriter, shared: number, rest: number): void {
  out.byte(Math.min(shared, LONG) * 16 + Math.min(rest, LONG));
  if (shared >= LONG) out.varint(shared - LONG);
  if (rest >= LONG) out.varint(rest - LONG);
}

function writePostings(out: ByteWriter, numbers: readonly number[]): void {
  let before = 0;
  for (const number of numbers) {
    out.varint(number - before);
    before = number;
  }
}

function sharedLength(a: string, b: string): number {
  const limit = Math.min(a.length, b.length);
  let length = 0;
  while (length < limit && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length;
}

const FIRST_CAPACITY = 1024;
const VARINT_BITS = 128;

class ByteWriter {
  #bytes = new Uint8Array(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  /** Any safe integer from 0. */
  varint(value: number): void {
    let rest = value;
    while (rest >= VARINT_BITS) {
      this.byte((rest % VARINT_BITS) | VARINT_BITS);
      rest = Math.floor(rest / VARINT_BITS);
    }
    this.byte(rest);
  }

  uint32(value: number): void {
    for (let shift = 24; shift >= 0; shift -= 8) this.byte(value >>> shift);
  }

  bytes(value: Uint8Array): void {
    this.#grow(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #grow(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    bytes.set(this.view());
    this.#bytes = bytes;
  }
}
