/** A cursor over stored bytes that never throws. */
import { bytesToUint32 } from "../bytes.ts";

/** Reads forward; past the end it yields zeros and remembers, so that callers check once. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset: number;
  #isBroken = false;

  constructor(bytes: Uint8Array, offset = 0) {
    // A plain view: the slice of a Buffer would alias.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = offset;
  }

  /** A copy of the next bytes. */
  bytes(length: number): Uint8Array {
    const end = this.#offset + length;
    if (this.#isBroken || end > this.#bytes.length) {
      this.fail();
      return new Uint8Array(0);
    }
    const part = this.#bytes.slice(this.#offset, end);
    this.#offset = end;
    return part;
  }

  /** An unsigned byte. */
  uint8(): number {
    return this.bytes(1)[0] ?? 0;
  }

  /** A big-endian 32-bit integer. */
  uint32(): number {
    const part = this.bytes(4);
    return part.length === 4 ? bytesToUint32(part) : 0;
  }

  /** A big-endian 64-bit integer; one that is not safe breaks the reader. */
  uint64(): number {
    const value = this.uint32() * 2 ** 32 + this.uint32();
    if (Number.isSafeInteger(value)) return value;
    this.fail();
    return 0;
  }

  /** Marks the input as damaged. */
  fail(): void {
    this.#isBroken = true;
  }

  /** Whether nothing was wrong so far. */
  isReadable(): boolean {
    return !this.#isBroken;
  }

  /** Whether nothing was wrong and nothing is left. */
  isAtEnd(): boolean {
    return !this.#isBroken && this.#offset === this.#bytes.length;
  }
}
