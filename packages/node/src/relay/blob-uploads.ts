/** Blobs whose parts are arriving: gathered in memory within a bound, then stored whole. */
import { type BlobId, type BlobRequest, PART_BYTES } from "@kith/protocol";
import type { BlobRefusal, BlobStore } from "./blob-store.ts";

type Put = Extract<BlobRequest, { readonly type: "put" }>;

/** A blob of which nothing came for so long may make room for another one, in ms. */
const IDLE_MS = 10_000;

interface Upload {
  readonly bytes: Uint8Array;
  readonly readHash: Uint8Array;
  readonly parts: Set<number>;
  touchedAtMs: number;
}

/** Uploads under way. */
export class BlobUploads {
  readonly #blobs: BlobStore;
  readonly #maxUploads: number;
  readonly #uploads = new Map<string, Upload>();
  /** Whole ones on their way to the disk. */
  readonly #storing = new Map<string, Promise<BlobRefusal | null>>();

  /** @param maxUploads blobs gathered at once, over all senders; each has at most 1,049,600 bytes. */
  constructor(blobs: BlobStore, maxUploads: number) {
    this.#blobs = blobs;
    this.#maxUploads = maxUploads;
  }

  /** Bytes held in memory. */
  get heldBytes(): number {
    return [...this.#uploads.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /**
   * Takes a part whose sender may write to its space.
   * @returns null when it was taken: for the part that makes the blob whole, once the blob is synced.
   */
  async put(put: Put, monotonicMs: number): Promise<BlobRefusal | "malformed" | null> {
    const { space, blob, offset, part, sizeBytes } = put;
    const isPart = offset % PART_BYTES === 0 && part.length === Math.min(PART_BYTES, sizeBytes - offset);
    if (!isPart) return "malformed";
    if (this.#blobs.has(blob)) return null;
    const key = keyOf(space, blob);
    const storing = this.#storing.get(key);
    if (storing !== undefined) return storing;
    const upload = this.#uploads.get(key) ?? this.#begin(key, put, monotonicMs);
    if (upload === null) return "busy";
    if (upload.bytes.length !== sizeBytes) return "malformed";
    upload.bytes.set(part, offset);
    upload.parts.add(offset);
    upload.touchedAtMs = monotonicMs;
    if (upload.parts.size < Math.ceil(sizeBytes / PART_BYTES)) return null;
    return this.#store(put, key, upload);
  }

  async #store({ space, blob }: Put, key: string, { bytes, readHash }: Upload): Promise<BlobRefusal | null> {
    this.#uploads.delete(key);
    const storing = this.#blobs.put(space, { blob, readHash, bytes });
    this.#storing.set(key, storing);
    try {
      return await storing;
    } finally {
      this.#storing.delete(key);
    }
  }

  #begin(key: string, { sizeBytes, readHash }: Put, monotonicMs: number): Upload | null {
    if (this.#uploads.size + this.#storing.size >= this.#maxUploads && !this.#makeRoom(monotonicMs)) return null;
    const upload = { bytes: new Uint8Array(sizeBytes), readHash, parts: new Set<number>(), touchedAtMs: monotonicMs };
    this.#uploads.set(key, upload);
    return upload;
  }

  #makeRoom(monotonicMs: number): boolean {
    for (const [key, { touchedAtMs }] of this.#uploads) {
      if (monotonicMs - touchedAtMs >= IDLE_MS) return this.#uploads.delete(key);
    }
    return false;
  }
}

/** Whoever cannot write to a space cannot touch what is on its way into it. */
function keyOf(space: string, blob: BlobId): string {
  return `${space}/${blob}`;
}
