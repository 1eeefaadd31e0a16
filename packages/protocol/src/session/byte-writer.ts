/** Stored bytes are written front to back, once into a counter of their length and once into memory of that length. */

import { InvariantError } from "../result.ts";

/** Takes values one after the other. */
export interface ByteSink {
  bytes(bytes: Uint8Array): void;
  uint8(value: number): void;
  uint16(value: number): void;
  uint32(value: number): void;
  /** A safe non-negative integer. */
  uint64(value: number): void;
}

/** Bytes that `write` gives; it is called twice and must write the same both times. */
export function writeBytes(write: (sink: ByteSink) => void): Uint8Array {
  const writer = new ByteWriter(countBytes(write));
  write(writer);
  return writer.finish();
}

/** How many bytes `write` gives. */
export function countBytes(write: (sink: ByteSink) => void): number {
  const counter = new ByteCounter();
  write(counter);
  return counter.count;
}

/** Only counts. */
class ByteCounter implements ByteSink {
  count = 0;

  bytes(bytes: Uint8Array): void {
    this.count += bytes.length;
  }

  uint8(): void {
    this.count += 1;
  }

  uint16(): void {
    this.count += 2;
  }

  uint32(): void {
    this.count += 4;
  }

  uint64(): void {
    this.count += 8;
  }
}

/** Writes into memory of a known length; exact lengths leave no copies of secrets behind. */
class ByteWriter implements ByteSink {
  readonly #bytes: Uint8Array;
  #length = 0;

  constructor(length: number) {
    this.#bytes = new Uint8Array(length);
  }

  bytes(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  uint8(value: number): void {
    this.#bytes[this.#length++] = value;
  }

  uint16(value: number): void {
    this.uint8(value >>> 8);
    this.uint8(value);
  }

  uint32(value: number): void {
    this.uint16(value >>> 16);
    this.uint16(value);
  }

  uint64(value: number): void {
    this.uint32(Math.floor(value / 2 ** 32));
    this.uint32(value >>> 0);
  }

  /** What was written. @throws InvariantError when it is less than was counted. */
  finish(): Uint8Array {
    if (this.#length !== this.#bytes.length) throw new InvariantError("what was written is not what was counted");
    return this.#bytes;
  }
}
