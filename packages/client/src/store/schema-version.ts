/**
 * The version of a store's layout: one row in clear, checked before anything is read.
 * An older program refuses a newer store; a newer program keeps a copy of an older store, then migrates it.
 */
import type { Store, StoreChange, StoreRange } from "../ports.ts";
import { CLEAR_PREFIX } from "./sealed-store.ts";
import { StoreError } from "./store-error.ts";

/** The row of the version: four bytes, big-endian. It is never sealed, because it is read before unlocking. */
export const SCHEMA_KEY: string = `${CLEAR_PREFIX}schema`;

/** One step from the version before `to`. */
export interface Migration {
  readonly to: number;
  /** The entries the step reads; held in memory at once. */
  readonly range: StoreRange;
  /** Pure: the changes that turn these entries into those of version `to`. */
  migrate(entries: readonly (readonly [key: string, value: Uint8Array])[]): readonly StoreChange[];
}

/** How to open a store of a known layout. */
export interface VersionedStoreOptions<S extends Store> {
  /** Opens the bare store; called a second time after a copy was made. */
  readonly open: () => Promise<S>;
  /** The layout this program writes, from 1. */
  readonly version: number;
  /** Entries without a readable version count as of this version: the row was lost with other damage, which is known. */
  readonly acceptsLostVersion?: boolean;
  /** Keeps a copy of the closed store before its layout changes; rejecting it stops the migration. */
  readonly keepCopy?: (found: number) => Promise<void>;
}

/**
 * Opens a store whose layout is at most `version`; a new store gets its version row at once.
 * Call `migrateSchema` next, on the sealed store where there is one.
 * @throws StoreError `STORE_NEWER`, or `STORE_CORRUPT` when there are entries but no readable version, unless that is
 * accepted; both leave the store closed and unchanged.
 */
export async function openVersionedStore<S extends Store>(options: VersionedStoreOptions<S>): Promise<S> {
  const { open, version, keepCopy, acceptsLostVersion = false } = options;
  const store = await open();
  let found: number;
  try {
    found = await ensureVersion(store, version, acceptsLostVersion);
  } catch (error) {
    await store.close();
    throw error;
  }
  if (found === version || keepCopy === undefined) return store;
  await store.close();
  await keepCopy(found);
  return await open();
}

/**
 * Runs the steps that lead from the store's version to `version`, each in one commit with its new version row, so that
 * a crash between steps resumes where it stopped.
 * @throws RangeError when a step is missing, StoreError as the store does.
 */
export async function migrateSchema(store: Store, version: number, migrations: readonly Migration[]): Promise<void> {
  for (let from = await ensureVersion(store, version); from < version; from++) {
    const step = migrations.find((each) => each.to === from + 1);
    if (step === undefined) throw new RangeError(`no migration leads to version ${from + 1}`);
    const changes = step.migrate(await store.entries(step.range));
    await store.commit([...changes, versionRow(step.to)]);
  }
}

async function ensureVersion(store: Store, version: number, acceptsLost = false): Promise<number> {
  const row = await store.get(SCHEMA_KEY);
  const found = row === undefined ? null : readVersion(row);
  if (found === null) {
    const isNew = row === undefined && (await store.entries({ gte: "", lt: "~", limit: 1 })).length === 0;
    if (!isNew && !acceptsLost) throw new StoreError({ code: "STORE_CORRUPT" });
    await store.commit([versionRow(version)]);
    return version;
  }
  if (found > version) throw new StoreError({ code: "STORE_NEWER", found, supported: version });
  return found;
}

function versionRow(version: number): StoreChange {
  const value = new Uint8Array(4);
  new DataView(value.buffer).setUint32(0, version);
  return { key: SCHEMA_KEY, value };
}

function readVersion(row: Uint8Array): number | null {
  if (row.length !== 4) return null;
  const version = new DataView(row.buffer, row.byteOffset, 4).getUint32(0);
  return version === 0 ? null : version;
}
