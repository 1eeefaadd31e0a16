/**
 * Canonical CBOR: the only encoding of signed and transmitted structures.
 * Deterministic (RFC 8949 §4.2.1), unsigned integers only, also as map keys, definite lengths, no floats, no tags, no
 * null, depth at most 6.
 * Of such a small part a reader of its own proves the one form while it reads; a general library built a token for each
 * item and had to encode once more to compare, which took a seventh of the time of a message.
 */
import { MAX_CBOR_DEPTH } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { readUtf8, utf8Length, writeUtf8 } from "./utf8.ts";

/** What canonical CBOR can say here. Numbers, keys of maps among them, are integers from 0 to 2^53 - 1. */
export type CborValue = number | boolean | string | Uint8Array | readonly CborValue[] | ReadonlyMap<number, CborValue>;

/** Why bytes are not canonical CBOR of the allowed kinds. */
export type CborError = { readonly code: "not-canonical" } | { readonly code: "too-deep"; readonly limit: number };

/** Major types, in their place of the first byte of an item. */
const UINT = 0x00;
const NEGATIVE = 0x20;
const BYTES = 0x40;
const TEXT = 0x60;
const LIST = 0x80;
const MAP = 0xa0;
const FALSE = 0xf4;
const TRUE = 0xf5;

/** Low bits of a first byte: from here on they say how many bytes the argument has. */
const ONE_BYTE = 24;

/** The least argument of each length: what is below has a shorter form. */
const LEAST_ARGUMENT: readonly number[] = [24, 0x100, 0x1_0000, 0x1_0000_0000];

/**
 * Encodes a value canonically.
 * @throws RangeError for a number that is not a safe integer from 0 on.
 */
export function encodeCbor(value: CborValue): Uint8Array {
  const into = new Uint8Array(sizeOf(value));
  write(value, into, 0);
  return into;
}

/** Reads exactly one canonical value; trailing bytes, other forms and other kinds are refused. */
export function decodeCbor(bytes: Uint8Array): Result<CborValue, CborError> {
  const reader = new Reader(bytes);
  const value = reader.read(0);
  if (reader.isTooDeep) return err({ code: "too-deep", limit: MAX_CBOR_DEPTH });
  return value === null || !reader.isAtEnd ? err({ code: "not-canonical" }) : ok(value);
}

function sizeOf(value: CborValue): number {
  if (typeof value === "number") return sizeOfHead(value);
  if (typeof value === "boolean") return 1;
  if (typeof value === "string") {
    const length = utf8Length(value);
    return sizeOfHead(length) + length;
  }
  if (value instanceof Uint8Array) return sizeOfHead(value.length) + value.length;
  let size = 0;
  if (isMap(value)) {
    for (const [key, each] of value) size += sizeOfHead(key) + sizeOf(each);
    return sizeOfHead(value.size) + size;
  }
  for (const each of value) size += sizeOf(each);
  return sizeOfHead(value.length) + size;
}

function sizeOfHead(argument: number): number {
  if (!(Number.isSafeInteger(argument) && argument >= 0)) {
    throw new RangeError(`${argument} is no unsigned safe integer`);
  }
  if (argument < ONE_BYTE) return 1;
  return argument < 0x100 ? 2 : argument < 0x1_0000 ? 3 : argument < 0x1_0000_0000 ? 5 : 9;
}

/** @returns where the next byte goes. */
function write(value: CborValue, into: Uint8Array, at: number): number {
  if (typeof value === "number") return writeHead(UINT, value, into, at);
  if (typeof value === "boolean") {
    into[at] = value ? TRUE : FALSE;
    return at + 1;
  }
  if (typeof value === "string") {
    return writeUtf8(value, into, writeHead(TEXT, utf8Length(value), into, at));
  }
  if (value instanceof Uint8Array) {
    const start = writeHead(BYTES, value.length, into, at);
    into.set(value, start);
    return start + value.length;
  }
  if (isMap(value)) {
    let next = writeHead(MAP, value.size, into, at);
    for (const [key, each] of ascending(value)) next = write(each, into, writeHead(UINT, key, into, next));
    return next;
  }
  let next = writeHead(LIST, value.length, into, at);
  for (const each of value) next = write(each, into, next);
  return next;
}

function writeHead(major: number, argument: number, into: Uint8Array, at: number): number {
  if (argument < ONE_BYTE) {
    into[at] = major | argument;
    return at + 1;
  }
  const size = sizeOfHead(argument) - 1;
  into[at] = major | (ONE_BYTE + 31 - Math.clz32(size));
  let left = argument;
  for (let i = at + size; i > at; i--) {
    into[i] = left % 256;
    left = Math.floor(left / 256);
  }
  return at + 1 + size;
}

/** The entries of a map in the order of their keys, in which they mostly are already. */
function ascending(map: ReadonlyMap<number, CborValue>): Iterable<readonly [number, CborValue]> {
  let last = -1;
  for (const key of map.keys()) {
    if (key < last) return [...map].sort(([a], [b]) => a - b);
    last = key;
  }
  return map;
}

function isMap(value: readonly CborValue[] | ReadonlyMap<number, CborValue>): value is ReadonlyMap<number, CborValue> {
  return value instanceof Map;
}

/** Walks the bytes once; null stands for what is not canonical, and everything then ends. */
class Reader {
  isTooDeep = false;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** @param depth lists and maps around the value. */
  read(depth: number): CborValue | null {
    const head = this.#bytes[this.#at++];
    if (head === undefined) return null;
    if (head === FALSE || head === TRUE) return head === TRUE;
    const argument = this.#argument(head & 0x1f);
    if (argument < 0) return null;
    switch (head & 0xe0) {
      case UINT:
        return argument;
      case BYTES:
        return this.#take(argument);
      case TEXT:
        return this.#text(argument);
      case LIST:
        return this.#opens(argument, depth) ? this.#list(argument, depth + 1) : null;
      case MAP:
        return this.#opens(argument, depth) ? this.#map(argument, depth + 1) : null;
      default:
        return null;
    }
  }

  /** The argument of an item in its shortest form; -1 for any other. */
  #argument(low: number): number {
    if (low < ONE_BYTE) return low;
    const size = low - ONE_BYTE;
    const end = this.#at + (1 << size);
    if (size > 3 || end > this.#bytes.length) return -1;
    let argument = 0;
    while (this.#at < end) argument = argument * 256 + (this.#bytes[this.#at++] as number);
    return argument < (LEAST_ARGUMENT[size] as number) || !Number.isSafeInteger(argument) ? -1 : argument;
  }

  /** A copy: what was decoded must not change with the frame it came in, nor keep all of it in memory. */
  #take(length: number): Uint8Array | null {
    const start = this.#at;
    if (length > this.#bytes.length - start) return null;
    this.#at = start + length;
    const taken = new Uint8Array(length);
    taken.set(this.#bytes.subarray(start, this.#at));
    return taken;
  }

  #text(length: number): string | null {
    const start = this.#at;
    if (length > this.#bytes.length - start) return null;
    this.#at = start + length;
    return readUtf8(this.#bytes, start, this.#at);
  }

  /** Whether a list or map may begin: its items, of a byte at least, can be there, and it is not too deep. */
  #opens(count: number, depth: number): boolean {
    if (count > this.#bytes.length - this.#at) return false;
    this.isTooDeep = depth >= MAX_CBOR_DEPTH;
    return !this.isTooDeep;
  }

  #list(count: number, depth: number): readonly CborValue[] | null {
    const items: CborValue[] = [];
    for (let i = 0; i < count; i++) {
      const item = this.read(depth);
      if (item === null) return null;
      items.push(item);
    }
    return items;
  }

  #map(count: number, depth: number): ReadonlyMap<number, CborValue> | null {
    const map = new Map<number, CborValue>();
    let last = -1;
    for (let i = 0; i < count; i++) {
      const head = this.#bytes[this.#at++];
      const key = head !== undefined && head < NEGATIVE ? this.#argument(head) : -1;
      const value = key > last ? this.read(depth) : null;
      if (value === null) return null;
      map.set(key, value);
      last = key;
    }
    return map;
  }
}
