/**
 * Sealed units of files on disk, in rooms that their senders reserved. A blob counts as stored only after its bytes and
 * its row are synced; nothing is evicted to make room. The index is in memory, the bytes in one file of a vault a space.
 */
import { type FileVault, type Store, type StoreChange, VaultError } from "@kith/client";
import { type BlobId, type BlobSpaceId, type CryptoSuite, equalBytes } from "@kith/protocol";
import {
  blobKey,
  parseBlobKey,
  putBlob,
  putSpace,
  readBlobRow,
  readSpaceRow,
  type SpaceRow,
  spaceKey,
} from "./blob-rows.ts";
import { type Blob, freeSlot, newSpace, type Space, slotsOf } from "./blob-space.ts";
import type { StableTime } from "./stable-time.ts";

/** What a blob store holds at most; see `RelayLimits`. */
export interface BlobBounds {
  readonly totalBytes: number;
  readonly totalBlobs: number;
  readonly spaceBytes: number;
  readonly lifeDays: number;
}

/** What a blob store is made of. */
export interface BlobStoreOptions {
  readonly store: Store;
  /** One file a space; its name is the id of the space. */
  readonly vault: FileVault;
  readonly time: StableTime;
  readonly suite: CryptoSuite;
  readonly bounds: BlobBounds;
}

/** A blob to store, whole. */
export interface BlobToStore {
  readonly blob: BlobId;
  readonly readHash: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Why something was not stored. */
export type BlobRefusal = "unknown-queue" | "queue-full" | "relay-full" | "too-large" | "busy";

/** A space of a day before this one in which nothing lies yet was given up, in days. */
const EMPTY_DAYS = 1;

const PAGE = 1000;

/** Spaces and blobs. */
export class BlobStore {
  readonly #options: BlobStoreOptions;
  readonly #spaces = new Map<BlobSpaceId, Space>();
  readonly #blobs = new Map<BlobId, Blob>();
  /** Spaces whose rows are being deleted: none of these ids can begin anew before that has ended. */
  readonly #leaving = new Set<BlobSpaceId>();
  #sizeBytes = 0;
  #reservedBlobs = 0;
  #hasFailed = false;

  constructor(options: BlobStoreOptions) {
    this.#options = options;
  }

  /** Spaces, and bytes reserved in them. */
  get totals(): { readonly spaces: number; readonly sizeBytes: number } {
    return { spaces: this.#spaces.size, sizeBytes: this.#sizeBytes };
  }

  /** Whether the disk refused a write: nothing is taken until the relay starts again. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Reads the index; what lies in the vault without a row is deleted, and rows that are damaged are. */
  async start(): Promise<void> {
    const damaged: StoreChange[] = [];
    for await (const [key, value] of this.#rows("s/", "s0")) {
      const row = readSpaceRow(value);
      if (row === null) damaged.push({ key });
      else this.#adopt(key.slice(2) as BlobSpaceId, row, Promise.resolve(true));
    }
    for await (const [key, value] of this.#rows("b/", "b0")) {
      const { space: id, slot } = parseBlobKey(key);
      const [row, space] = [readBlobRow(value), this.#spaces.get(id)];
      if (row === null || space === undefined || this.#blobs.has(row.blob)) damaged.push({ key });
      else this.#index({ ...row, space, slot, isStored: true });
    }
    for (let at = 0; at < damaged.length; at += PAGE) await this.#commit(damaged.slice(at, at + PAGE));
    for (const name of await this.#options.vault.list()) {
      if (!this.#spaces.has(name as BlobSpaceId)) await this.#options.vault.remove(name);
    }
  }

  /** Whether a space is there with this key and size: a repeated request. */
  isSame(id: BlobSpaceId, ownerKey: Uint8Array, sizeBytes: number): boolean {
    const space = this.#spaces.get(id);
    return space !== undefined && space.sizeBytes === sizeBytes && this.#isKey(ownerKey, space.ownerHash);
  }

  /** Reserves a space. @returns null when it is there, synced. */
  async create(id: BlobSpaceId, ownerKey: Uint8Array, sizeBytes: number): Promise<BlobRefusal | null> {
    const { bounds, suite, time } = this.#options;
    if (this.#hasFailed || this.#leaving.has(id)) return "busy";
    if (this.isSame(id, ownerKey, sizeBytes)) return (await this.#spaces.get(id)?.made) === false ? "busy" : null;
    if (this.#spaces.has(id) || sizeBytes < 1) return "unknown-queue";
    if (sizeBytes > bounds.spaceBytes) return "too-large";
    const isFull =
      this.#sizeBytes + sizeBytes > bounds.totalBytes || this.#reservedBlobs + slotsOf(sizeBytes) > bounds.totalBlobs;
    if (isFull) return "relay-full";
    const row = { ownerHash: suite.sha256(ownerKey), sizeBytes, createdDay: time.day() };
    const space = this.#adopt(id, row, this.#commit([putSpace(id, row)]));
    if (await space.made) return null;
    this.#forget(space);
    return "busy";
  }

  /** Whether this key may write to a space. */
  mayWrite(id: BlobSpaceId, ownerKey: Uint8Array): boolean {
    const space = this.#spaces.get(id);
    return space !== undefined && this.#isKey(ownerKey, space.ownerHash);
  }

  /** Whether a blob is there, whole and synced. */
  has(blob: BlobId): boolean {
    return this.#blobs.get(blob)?.isStored === true;
  }

  /** Stores a whole blob in a space. @returns null once it is synced. */
  async put(id: BlobSpaceId, { blob, readHash, bytes }: BlobToStore): Promise<BlobRefusal | null> {
    const space = this.#spaces.get(id);
    if (space === undefined) return "unknown-queue";
    const before = this.#blobs.get(blob);
    if (before !== undefined) return before.space === space && before.isStored ? null : "busy";
    const slot = freeSlot(space);
    if (slot === null || space.usedBytes + bytes.length > space.sizeBytes) return "queue-full";
    const made: Blob = { blob, space, slot, sizeBytes: bytes.length, readHash, isStored: false };
    this.#index(made);
    const writing = this.#write(made, bytes);
    space.writes.add(writing);
    const isWritten = await writing;
    space.writes.delete(writing);
    if (isWritten) made.isStored = true;
    else this.#unindex(made);
    return isWritten ? null : space.isDropped ? "unknown-queue" : "busy";
  }

  /** A blob that is there and that this key reads. */
  find(blob: BlobId, readKey: Uint8Array): Blob | null {
    const found = this.#blobs.get(blob);
    return found?.isStored === true && this.#isKey(readKey, found.readHash) ? found : null;
  }

  /** The bytes of a blob; null when its file is damaged: it is not there then any more. */
  async read(found: Blob): Promise<Uint8Array | null> {
    const bytes = new Uint8Array(found.sizeBytes);
    const file = await this.#options.vault.open(found.space.id);
    try {
      if ((await file.read(found.slot, bytes)) === bytes.length) return bytes;
    } finally {
      await file.close();
    }
    await this.#remove(found, false);
    return null;
  }

  /** Deletes a space by its owner's key, or a blob by the key that reads it. @returns null once that is synced. */
  async drop(id: BlobId | BlobSpaceId, key: Uint8Array): Promise<BlobRefusal | null> {
    const space = this.#spaces.get(id as BlobSpaceId);
    if (space !== undefined && this.#isKey(key, space.ownerHash)) return this.#dropSpace(space);
    const found = this.find(id as BlobId, key);
    if (found === null) return "unknown-queue";
    return this.#remove(found, true);
  }

  /** Deletes what is past its life, and rooms that nobody used. @returns the spaces that went. */
  async sweep(): Promise<number> {
    const { time, bounds } = this.#options;
    if (!time.isSettled()) return 0;
    const today = time.day();
    const isOver = ({ createdDay, blobs }: Space): boolean =>
      today - createdDay > (blobs.size === 0 ? EMPTY_DAYS : bounds.lifeDays);
    const over = [...this.#spaces.values()].filter(isOver);
    for (const space of over) await this.#dropSpace(space);
    return over.length;
  }

  async #write({ blob, space, slot, readHash, sizeBytes }: Blob, bytes: Uint8Array): Promise<boolean> {
    try {
      const file = await this.#options.vault.open(space.id);
      try {
        await file.write(slot, bytes);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      if (error instanceof VaultError) return false;
      throw error;
    }
    return !space.isDropped && (await this.#commit([putBlob(space.id, slot, { blob, readHash, sizeBytes })]));
  }

  /** The last blob of a space that was fetched takes it along. */
  async #remove(found: Blob, isFetched: boolean): Promise<BlobRefusal | null> {
    const { space, slot } = found;
    if (space.isDropped || this.#blobs.get(found.blob) !== found) return null;
    this.#unindex(found);
    if (isFetched && space.blobs.size === 0) return this.#dropSpace(space, [slot]);
    return (await this.#commit([{ key: blobKey(space.id, slot) }])) ? null : "busy";
  }

  /** @param emptied slots whose rows are there still. */
  async #dropSpace(space: Space, emptied: readonly number[] = []): Promise<BlobRefusal | null> {
    if (space.isDropped) return null;
    const keys = [...emptied, ...space.blobs.keys()].map((slot) => blobKey(space.id, slot));
    this.#leaving.add(space.id);
    this.#forget(space);
    try {
      await Promise.allSettled(space.writes);
      const isDeleted = await this.#commit([spaceKey(space.id), ...keys].map((key) => ({ key })));
      if (isDeleted) await this.#options.vault.remove(space.id);
      return isDeleted ? null : "busy";
    } finally {
      this.#leaving.delete(space.id);
    }
  }

  #adopt(id: BlobSpaceId, row: SpaceRow, made: Promise<boolean>): Space {
    const space = newSpace(id, row, made);
    this.#spaces.set(id, space);
    this.#sizeBytes += row.sizeBytes;
    this.#reservedBlobs += slotsOf(row.sizeBytes);
    return space;
  }

  #forget(space: Space): void {
    space.isDropped = true;
    this.#spaces.delete(space.id);
    this.#sizeBytes -= space.sizeBytes;
    this.#reservedBlobs -= slotsOf(space.sizeBytes);
    for (const each of space.blobs.values()) if (this.#blobs.get(each.blob) === each) this.#blobs.delete(each.blob);
  }

  #index(blob: Blob): void {
    this.#blobs.set(blob.blob, blob);
    blob.space.blobs.set(blob.slot, blob);
    blob.space.usedBytes += blob.sizeBytes;
  }

  #unindex(blob: Blob): void {
    if (this.#blobs.get(blob.blob) === blob) this.#blobs.delete(blob.blob);
    if (blob.space.blobs.delete(blob.slot)) blob.space.usedBytes -= blob.sizeBytes;
  }

  #isKey(key: Uint8Array, hash: Uint8Array): boolean {
    return equalBytes(this.#options.suite.sha256(key), hash);
  }

  async *#rows(gte: string, lt: string): AsyncGenerator<readonly [key: string, value: Uint8Array]> {
    for (let from = gte; ; ) {
      const rows = await this.#options.store.entries({ gte: from, lt, limit: PAGE });
      yield* rows;
      if (rows.length < PAGE) return;
      from = `${rows.at(-1)?.[0]} `;
    }
  }

  async #commit(changes: readonly StoreChange[]): Promise<boolean> {
    if (this.#hasFailed) return false;
    try {
      await this.#options.store.commit(changes);
      return true;
    } catch {
      this.#hasFailed = true; // the store refuses every later commit too; clients are told to come back
      return false;
    }
  }
}
