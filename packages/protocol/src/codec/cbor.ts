/**
 * Canonical CBOR: the only encoding of signed and transmitted structures.
 * Deterministic (RFC 8949 §4.2.1), unsigned integers only, also as map keys, definite lengths, no floats, no tags, no
 * null, depth at most 6.
 * The bytes are read by `cborg` in strict mode; the scan before it bounds nesting so that hostile depth never reaches
 * the recursive reader, and the re-encoding after it proves that the bytes were the one canonical form.
 */
import { decode, encode, rfc8949EncodeOptions, Tokenizer } from "cborg";
import { equalBytes } from "../bytes.ts";
import { MAX_CBOR_DEPTH } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";

/** What canonical CBOR can say here. Numbers, keys of maps among them, are integers from 0 to 2^53 - 1. */
export type CborValue = number | boolean | string | Uint8Array | readonly CborValue[] | ReadonlyMap<number, CborValue>;

/** Why bytes are not canonical CBOR of the allowed kinds. */
export type CborError = { readonly code: "not-canonical" } | { readonly code: "too-deep"; readonly limit: number };

const DECODE_OPTIONS = {
  strict: true,
  useMaps: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
  retainStringBytes: true,
};

const ENCODE_OPTIONS = {
  ...rfc8949EncodeOptions,
  typeEncoders: {
    number(value: number): null {
      if (!(Number.isSafeInteger(value) && value >= 0)) throw new RangeError(`${value} is no unsigned safe integer`);
      return null; // the library's own encoder goes on
    },
  },
};

/**
 * Encodes a value canonically.
 * @throws RangeError for a number that is not a safe integer from 0 on.
 */
export function encodeCbor(value: CborValue): Uint8Array {
  // cborg hands out Buffers on Node, whose `slice` would share memory.
  const encoded = encode(value, ENCODE_OPTIONS);
  return new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.byteLength);
}

/** Reads exactly one canonical value; trailing bytes, other forms and other kinds are refused. */
export function decodeCbor(bytes: Uint8Array): Result<CborValue, CborError> {
  const scanned = scan(bytes);
  if (!scanned.ok) return scanned;
  let value: CborValue;
  try {
    value = decode(bytes, { ...DECODE_OPTIONS, tokenizer: new ExactTokenizer(bytes, DECODE_OPTIONS) }) as CborValue;
    if (!equalBytes(encodeCbor(value), bytes)) return err({ code: "not-canonical" });
  } catch {
    return err({ code: "not-canonical" }); // cborg throws for each departure from strict form
  }
  return ok(value);
}

/** The platform's decoder drops a byte order mark at the start of a text; here it is a character like others. */
class ExactTokenizer extends Tokenizer {
  override next(): ReturnType<Tokenizer["next"]> {
    const token = super.next();
    const { byteValue } = token;
    if (byteValue?.[0] === 0xef && byteValue[1] === 0xbb && byteValue[2] === 0xbf) {
      token.value = `\ufeff${token.value as string}`;
    }
    return token;
  }
}

const NOT_CANONICAL = err({ code: "not-canonical" } as const);

/** Walks the item headers without recursion: kinds, definite lengths, nesting and the end of the bytes. */
function scan(bytes: Uint8Array): Result<null, CborError> {
  const open: number[] = []; // items still to come on each level
  const isMap: boolean[] = []; // of each level; an even number to come means that a key is next
  let at = 0;
  do {
    const head = bytes[at];
    const header = head === undefined ? null : readHeader(bytes, at);
    if (head === undefined || header === null || !isAllowed(head)) return NOT_CANONICAL;
    const major = head >> 5;
    const level = open.length - 1;
    if (major !== 0 && isMap[level] === true && (open[level] as number) % 2 === 0) return NOT_CANONICAL;
    at = header.next;
    if (major === 2 || major === 3) at += header.argument;
    if (at > bytes.length || ((major === 4 || major === 5) && header.argument > bytes.length)) return NOT_CANONICAL;
    if (level >= 0) open[level] = (open[level] as number) - 1;
    if (major === 4 || major === 5) {
      isMap[open.length] = major === 5;
      open.push(header.argument * (major - 3));
      if (open.length > MAX_CBOR_DEPTH) return err({ code: "too-deep", limit: MAX_CBOR_DEPTH });
    }
    while (open.length > 0 && open[open.length - 1] === 0) open.pop();
  } while (open.length > 0);
  return at === bytes.length ? ok(null) : NOT_CANONICAL;
}

/** Unsigned integers, byte strings, texts, arrays, maps, false and true. */
function isAllowed(head: number): boolean {
  const major = head >> 5;
  return major === 7 ? head === 0xf4 || head === 0xf5 : major !== 1 && major !== 6;
}

/** The argument of the item header at `at`, and where the next byte is; null for truncated or indefinite headers. */
function readHeader(bytes: Uint8Array, at: number): { argument: number; next: number } | null {
  const low = (bytes[at] as number) & 0x1f;
  if (low < 24) return { argument: low, next: at + 1 };
  if (low > 27) return null;
  const size = 1 << (low - 24);
  if (at + 1 + size > bytes.length) return null;
  let argument = 0;
  for (let i = 1; i <= size; i++) argument = argument * 256 + (bytes[at + i] as number);
  return { argument, next: at + 1 + size };
}
