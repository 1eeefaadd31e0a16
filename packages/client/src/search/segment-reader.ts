/** Reads a segment in place: its messages by number, and the messages with a word by the word's beginning. */
import { toHex } from "@kith/protocol";
import type { ChatId } from "../people/named-chat.ts";
import { type IndexedMessage, LONG, SEGMENT_VERSION, WORDS_PER_BLOCK } from "./segment-writer.ts";

const CHAT_BYTES = 32;
const VARINT_BITS = 128;

/** An opened segment; made by `openSegment`. */
export class SegmentReader {
  /** Messages in it. */
  readonly size: number;
  readonly #bytes: Uint8Array;
  readonly #chats: readonly ChatId[];
  readonly #orderMs: Float64Array;
  /** Chat number times two, plus one for own messages. */
  readonly #sides: Uint32Array;
  readonly #fingerprints: Uint16Array;
  readonly #blocks: readonly number[];
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    if (this.#byte() !== SEGMENT_VERSION) throw damaged();
    this.#chats = Array.from({ length: this.#varint() }, () => this.#chat());
    this.size = this.#varint();
    // Each message takes at least four bytes: a length that lies allocates nothing.
    if (this.size * 4 > bytes.length) throw damaged();
    this.#orderMs = new Float64Array(this.size);
    this.#sides = new Uint32Array(this.size);
    this.#fingerprints = new Uint16Array(this.size);
    this.#readMessages();
    this.#blocks = this.#readBlocks();
  }

  get sizeBytes(): number {
    return this.#bytes.length;
  }

  /** The message with a number below `size`. */
  message(number: number): IndexedMessage {
    const side = this.#sides[number] as number;
    return {
      chat: this.#chats[side >>> 1] as ChatId,
      isOwn: (side & 1) === 1,
      orderMs: this.#orderMs[number] as number,
      fingerprint: this.#fingerprints[number] as number,
    };
  }

  /** The number of the message at a place, or -1. */
  find({ chat, isOwn, orderMs }: Pick<IndexedMessage, "chat" | "isOwn" | "orderMs">): number {
    const index = this.#chats.indexOf(chat);
    if (index < 0) return -1;
    const side = index * 2 + (isOwn ? 1 : 0);
    for (let number = this.#firstAt(orderMs); this.#orderMs[number] === orderMs; number++) {
      if (this.#sides[number] === side) return number;
    }
    return -1;
  }

  /** Marks, by number, the messages with a word that begins with `prefix` (as `termKey` gives it). */
  matches(prefix: string): Uint8Array {
    const marks = new Uint8Array(this.size);
    for (const { term, mark } of this.#termsFrom(prefix)) {
      if (term.startsWith(prefix)) mark(marks);
      else if (term > prefix) break;
    }
    return marks;
  }

  /** All words in order, each with the numbers of its messages. */
  *terms(): Generator<readonly [term: string, numbers: readonly number[]]> {
    for (const { term, numbers } of this.#termsFrom("")) yield [term, numbers()];
  }

  #readMessages(): void {
    let orderMs = 0;
    for (let number = 0; number < this.size; number++) {
      const side = this.#varint();
      if (side >>> 1 >= this.#chats.length) throw damaged();
      orderMs += this.#varint();
      this.#sides[number] = side;
      this.#orderMs[number] = orderMs;
      this.#fingerprints[number] = this.#byte() * 256 + this.#byte();
    }
  }

  #readBlocks(): readonly number[] {
    const count = this.#uint32(this.#bytes.length - 4);
    const start = this.#bytes.length - 4 * (count + 2);
    if (start < this.#at) throw damaged();
    return Array.from({ length: count + 1 }, (_, index) => this.#uint32(start + 4 * index));
  }

  /** The words from the block that may hold `prefix` on. */
  *#termsFrom(prefix: string) {
    const end = this.#blocks.at(-1) ?? 0;
    let at = this.#blocks[this.#blockOf(prefix)] ?? end;
    let term = "";
    for (let index = 0; at < end; index++) {
      this.#at = at;
      const { shared, length } = this.#lengths();
      const rest = String.fromCharCode(...this.#bytes.subarray(this.#at, this.#at + length));
      term = (index % WORDS_PER_BLOCK === 0 ? "" : term.slice(0, shared)) + rest;
      this.#at += length;
      const size = this.#varint();
      const start = this.#at;
      at = start + size;
      yield {
        term,
        numbers: () => this.#numbers(start, start + size),
        mark: (marks: Uint8Array) => this.#mark(marks, start, start + size),
      };
    }
  }

  /** The last block whose first word is not after `prefix`; 0 when there is none. */
  #blockOf(prefix: string): number {
    let low = 0;
    let high = this.#blocks.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#firstTerm(middle) <= prefix) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #firstTerm(block: number): string {
    this.#at = this.#blocks[block] as number;
    const { length } = this.#lengths();
    return String.fromCharCode(...this.#bytes.subarray(this.#at, this.#at + length));
  }

  #lengths(): { readonly shared: number; readonly length: number } {
    const both = this.#byte();
    const shared = both >>> 4 === LONG ? LONG + this.#varint() : both >>> 4;
    const length = both % 16 === LONG ? LONG + this.#varint() : both % 16;
    return { shared, length };
  }

  #numbers(start: number, end: number): readonly number[] {
    const numbers: number[] = [];
    this.#at = start;
    for (let number = 0; this.#at < end; ) {
      number += this.#varint();
      numbers.push(number);
    }
    return numbers;
  }

  #mark(marks: Uint8Array, start: number, end: number): void {
    this.#at = start;
    for (let number = 0; this.#at < end; ) {
      number += this.#varint();
      marks[number] = 1;
    }
  }

  /** The number of the first message not before a time. */
  #firstAt(orderMs: number): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#orderMs[middle] as number) < orderMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #chat(): ChatId {
    const start = this.#at;
    this.#at += CHAT_BYTES;
    if (this.#at > this.#bytes.length) throw damaged();
    return toHex(this.#bytes.subarray(start, this.#at)) as ChatId;
  }

  #byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw damaged();
    return value;
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= VARINT_BITS) {
      const byte = this.#byte();
      value += (byte % VARINT_BITS) * scale;
      if (byte < VARINT_BITS) return value;
      if (scale > Number.MAX_SAFE_INTEGER) throw damaged();
    }
  }

  #uint32(at: number): number {
    const [a, b, c, d] = this.#bytes.subarray(at, at + 4);
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw damaged();
    return a * 0x1000000 + (b << 16) + (c << 8) + d;
  }
}

/** Opens a segment; null for bytes that are none. */
export function openSegment(bytes: Uint8Array): SegmentReader | null {
  try {
    return new SegmentReader(bytes);
  } catch (error) {
    if (error instanceof SegmentDamage) return null;
    throw error;
  }
}

class SegmentDamage extends Error {}

function damaged(): SegmentDamage {
  return new SegmentDamage("these bytes are no segment");
}
