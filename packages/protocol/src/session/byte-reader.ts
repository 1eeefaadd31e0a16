/** A cursor over stored bytes that never throws. */

/** Reads forward; past the end it yields zeros and remembers, so that callers check once. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset: number;
  #isBroken = false;

  constructor(bytes: Uint8Array, offset = 0) {
    // A plain view: the slice of a Buffer would alias.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = offset;
  }

  /** A copy of the next bytes. */
  bytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return start === null ? new Uint8Array(0) : this.#bytes.slice(start, start + length);
  }

  /** An unsigned byte. */
  uint8(): number {
    const start = this.#advance(1);
    return start === null ? 0 : this.#view.getUint8(start);
  }

  /** A big-endian 16-bit integer. */
  uint16(): number {
    const start = this.#advance(2);
    return start === null ? 0 : this.#view.getUint16(start);
  }

  /** A big-endian 32-bit integer. */
  uint32(): number {
    const start = this.#advance(4);
    return start === null ? 0 : this.#view.getUint32(start);
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

  /** Moves on by `length` bytes and answers where they start; null when there are not as many. */
  #advance(length: number): number | null {
    const start = this.#offset;
    if (this.#isBroken || start + length > this.#bytes.length) {
      this.fail();
      return null;
    }
    this.#offset = start + length;
    return start;
  }
}
