/** Blobs read lately, whole: the parts of one are asked for one after the other. */
import type { BlobId } from "@kith/protocol";
import type { Blob } from "./blob-space.ts";
import type { BlobStore } from "./blob-store.ts";

/** A bounded cache of whole blobs. */
export class BlobReads {
  readonly #blobs: BlobStore;
  readonly #maxKept: number;
  readonly #kept = new Map<Blob, Promise<Uint8Array | null>>();

  /** @param maxKept blobs in memory; each has at most 1,049,600 bytes. */
  constructor(blobs: BlobStore, maxKept: number) {
    this.#blobs = blobs;
    this.#maxKept = maxKept;
  }

  /** The bytes of a blob; null when there is none that this key reads. */
  async read(blob: BlobId, readKey: Uint8Array): Promise<Uint8Array | null> {
    const found = this.#blobs.find(blob, readKey);
    if (found === null) return null;
    const reading = this.#kept.get(found) ?? this.#blobs.read(found);
    this.#kept.delete(found);
    this.#kept.set(found, reading);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#maxKept && oldest !== undefined) this.#kept.delete(oldest);
    try {
      return await reading;
    } catch (error) {
      this.#kept.delete(found); // the disk may answer the next time
      throw error;
    }
  }
}
