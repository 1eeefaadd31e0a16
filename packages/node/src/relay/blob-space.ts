/** The room of one file on a relay, and the places in it. */
import { type BlobId, type BlobSpaceId, MAX_BLOB_BYTES } from "@kith/protocol";
import type { SpaceRow } from "./blob-rows.ts";

/** A space in memory. */
export interface Space extends SpaceRow {
  readonly id: BlobSpaceId;
  /** By slot. */
  readonly blobs: Map<number, Blob>;
  usedBytes: number;
  isDropped: boolean;
  /** Whether its row was written; settles once that is known. */
  readonly made: Promise<boolean>;
  /** Blobs being written: a space is deleted after that has ended. */
  readonly writes: Set<Promise<unknown>>;
}

/** A blob in memory. */
export interface Blob {
  readonly blob: BlobId;
  readonly space: Space;
  readonly slot: number;
  readonly sizeBytes: number;
  readonly readHash: Uint8Array;
  /** False while it is being written. */
  isStored: boolean;
}

/** A space without anything in it. */
export function newSpace(id: BlobSpaceId, row: SpaceRow, made: Promise<boolean>): Space {
  return { ...row, id, blobs: new Map(), usedBytes: 0, isDropped: false, made, writes: new Set() };
}

/** Places of a space: its whole units, the short one at the end, the hash list. */
export function slotsOf(sizeBytes: number): number {
  return Math.floor(sizeBytes / MAX_BLOB_BYTES) + 2;
}

/** A place where nothing lies; null when there is none. */
export function freeSlot({ blobs, sizeBytes }: Space): number | null {
  const count = slotsOf(sizeBytes);
  if (blobs.size < count && !blobs.has(blobs.size)) return blobs.size;
  for (let slot = 0; slot < count; slot++) if (!blobs.has(slot)) return slot;
  return null;
}
