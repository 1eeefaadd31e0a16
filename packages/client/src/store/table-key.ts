/**
 * The key under which the table of erasable keys is sealed. It lives outside the store, because a store on disk does not
 * shred: what LevelDB deletes stays in its files until they are compacted, and sometimes longer. Replacing this one key
 * makes every older copy of the table unreadable.
 */

/** The key in force: `generation` says which copy of the table it opens. */
export interface TableKey {
  readonly generation: number;
  /** 32 bytes. */
  readonly secret: Uint8Array;
}

/** A key that is not in force yet. */
export interface NewTableKey extends TableKey {
  /** Puts it in the place of the last one, durably: once this resolves the last one is nowhere. */
  replace(): Promise<void>;
}

/** Keeps the table key: an owner-only file on Node, a key no script can read in browsers. */
export interface TableKeySource {
  /** Null when there never was one. */
  load(): Promise<TableKey | null>;
  make(generation: number): Promise<NewTableKey>;
}
