/**
 * Cuts the elements of a long JSON array out of bytes that come in pieces, so that only one of them is in memory. An element may
 * itself hold a long array whose elements are cut out as well: it comes last, with that array empty.
 * Everything before the first `=` is skipped: X's files assign their JSON to a variable.
 */
import { damaged, tooLarge } from "./archive-error.ts";

/** One element as it was cut out. */
export interface CutElement {
  /** inner: of an array within the next `outer`. */
  readonly kind: "outer" | "inner";
  readonly value: unknown;
}

/** Where arrays within elements are cut: `[{"a":{"b":[` is the fourth bracket that is open. */
const INNER_DEPTH = 4;

/** The longest element that is read, in bytes. */
const MAX_ELEMENT_BYTES = 4 * 1024 * 1024;

/** Deeper nesting is no file of X. */
const MAX_DEPTH = 64;

/** Bytes before the `=`. */
const MAX_HEAD_BYTES = 256;

const [QUOTE, BACKSLASH, COMMA, EQUALS, SEMICOLON] = [0x22, 0x5c, 0x2c, 0x3d, 0x3b];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** One file, read from its beginning to its end. */
export class JsonElements {
  readonly #hasInner: boolean;
  readonly #open: number[] = [];
  #phase: "head" | "body" | "tail" = "head";
  #headBytes = 0;
  #isInString = false;
  #isEscaped = false;
  /** The outer element, without what was cut out of it; the inner one while there is one. */
  readonly #outer = new Gathered();
  readonly #inner = new Gathered();
  #found: CutElement[] = [];

  /** @param hasInner whether arrays within elements are cut too. */
  constructor(hasInner: boolean) {
    this.#hasInner = hasInner;
  }

  /** The elements that are whole now. @throws MessengerError ARCHIVE_DAMAGED or ARCHIVE_TOO_LARGE. */
  push(bytes: Uint8Array): readonly CutElement[] {
    this.#found = [];
    let at = 0;
    if (this.#phase === "head") at = this.#skipHead(bytes);
    if (this.#phase !== "head") this.#read(bytes, at);
    return this.#found;
  }

  /** @throws MessengerError ARCHIVE_DAMAGED when the array did not end. */
  end(): void {
    if (this.#phase !== "tail") throw damaged("json");
  }

  #skipHead(bytes: Uint8Array): number {
    const at = bytes.indexOf(EQUALS);
    this.#headBytes += at < 0 ? bytes.length : at;
    if (this.#headBytes > MAX_HEAD_BYTES) throw damaged("json");
    if (at >= 0) this.#phase = "body";
    return at + 1;
  }

  #read(bytes: Uint8Array, from: number): void {
    // Where the bytes of the element that is being gathered begin in this piece.
    let start = from;
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (this.#isInString) {
        at = this.#readString(bytes, at);
        continue;
      }
      if (byte === QUOTE) {
        if (this.#open.length < 2) throw damaged("json");
        this.#isInString = true;
      } else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) start = this.#opened(bytes, at, start, byte);
      else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) start = this.#closed(bytes, at, start, byte);
      else if (this.#open.length < 2 && !isBetween(byte, this.#phase === "tail")) throw damaged("json");
    }
    this.#gather(bytes, start, bytes.length);
  }

  /** Runs to the end of the string or of the piece. */
  #readString(bytes: Uint8Array, from: number): number {
    let at = from;
    for (; at < bytes.length; at++) {
      const byte = bytes[at];
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === BACKSLASH) this.#isEscaped = true;
      else if (byte === QUOTE) {
        this.#isInString = false;
        return at;
      }
    }
    return at;
  }

  #opened(bytes: Uint8Array, at: number, start: number, byte: number): number {
    const depth = this.#open.push(byte);
    if (this.#phase === "tail" || depth > MAX_DEPTH) throw damaged("json");
    if (depth === 1) {
      if (byte !== OPEN_ARRAY) throw damaged("json");
      return at + 1;
    }
    if (depth === 2) {
      if (byte !== OPEN_OBJECT) throw damaged("json");
      return at;
    }
    if (!this.#isCut()) return start;
    if (depth === INNER_DEPTH) {
      this.#outer.add(bytes.subarray(start, at + 1));
      return at + 1;
    }
    return depth === INNER_DEPTH + 1 ? at : start;
  }

  #closed(bytes: Uint8Array, at: number, start: number, byte: number): number {
    const depth = this.#open.length;
    const isCut = this.#isCut();
    const opener = this.#open.pop();
    if (opener !== (byte === CLOSE_ARRAY ? OPEN_ARRAY : OPEN_OBJECT)) throw damaged("json");
    if (depth === 1) this.#phase = "tail";
    else if (depth === 2) {
      this.#outer.add(bytes.subarray(start, at + 1));
      this.#found.push({ kind: "outer", value: this.#outer.parse() });
      return at + 1;
    } else if (isCut && depth === INNER_DEPTH) return at;
    else if (isCut && depth === INNER_DEPTH + 1) {
      this.#inner.add(bytes.subarray(start, at + 1));
      this.#found.push({ kind: "inner", value: this.#inner.parse() });
      return at + 1;
    }
    return start;
  }

  /** Keeps what belongs to an element that goes on in the next piece. */
  #gather(bytes: Uint8Array, start: number, end: number): void {
    const depth = this.#open.length;
    if (depth < 2) return;
    const rest = bytes.subarray(start, end);
    if (!this.#isCut()) this.#outer.add(rest);
    else if (depth > INNER_DEPTH) this.#inner.add(rest);
  }

  /** Whether the place is within an array that is cut. */
  #isCut(): boolean {
    return this.#hasInner && this.#open.length >= INNER_DEPTH && this.#open[INNER_DEPTH - 1] === OPEN_ARRAY;
  }
}

/** Bytes of one element. */
class Gathered {
  #parts: Uint8Array[] = [];
  #bytes = 0;

  add(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#bytes += part.length;
    if (this.#bytes > MAX_ELEMENT_BYTES) throw tooLarge(MAX_ELEMENT_BYTES);
    // Pieces are the reader's own and stay as they are.
    this.#parts.push(part);
  }

  /** The value, and everything forgotten for the next. */
  parse(): unknown {
    const [only] = this.#parts;
    const all = this.#parts.length === 1 && only !== undefined ? only : join(this.#parts, this.#bytes);
    this.#parts = [];
    this.#bytes = 0;
    try {
      return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(all));
    } catch (cause) {
      if (cause instanceof SyntaxError || cause instanceof TypeError) throw damaged("json", cause);
      throw cause;
    }
  }
}

function join(parts: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const all = new Uint8Array(sizeBytes);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** White space and commas between elements; a semicolon may follow the end. */
function isBetween(byte: number, isTail: boolean): boolean {
  const isSpace = byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
  return isSpace || byte === (isTail ? SEMICOLON : COMMA);
}
