/**
 * The `Store` port on LevelDB (Node) and IndexedDB (browsers), through `level`.
 * Every commit is synced to disk before it resolves; it knows nothing of sealing and of what the records mean.
 */
import { Level } from "level";
import type { Store, StoreChange, StoreRange } from "../ports.ts";
import { MARK_RANGE, MARK_WINDOW, markKey, readMarks } from "./batch-marks.ts";
import { GroupCommit } from "./group-commit.ts";
import { StoreError } from "./store-error.ts";
import { bytesOfValue, checkChanges, checkKey, checkRange } from "./store-key.ts";

/** Below every key of the port: an empty lower bound must not show the marks. */
const FIRST_KEY = " ";

/** How to open a store. */
export interface LevelStoreOptions {
  /** A folder on Node, the name of a database in browsers. Made when missing. */
  readonly location: string;
  /** Opens a store with missing batches too and reports them; the owner then repairs from elsewhere. */
  readonly acceptsDamage?: boolean;
  /** The owner knows that something is missing: at least one batch counts as lost, whatever the marks say. */
  readonly isDamaged?: boolean;
  /** Knows from outside which batch was the newest; without one a store that lost its end looks like an earlier one. */
  readonly witness?: StoreWitness;
}

/** A note beside a store of the newest batch that was synced. */
export interface StoreWitness {
  /** The number noted last; null when the note is gone or cannot be read, undefined when nobody has noted any yet. */
  read(): Promise<number | null | undefined>;
  /** Notes a number; called after the batch is on disk. */
  note(number: number): void;
  close(): void;
}

/** A store that is open. */
export interface LevelStore extends Store {
  /** At least this many batches were lost before opening; above 0 only when damage was accepted. */
  readonly missingBatches: number;
  /** Synced writes since opening; many concurrent commits share one. */
  readonly writeCount: number;
}

/** What `level` is on Node beyond its types, which are those that browsers share. */
type Repairing = { repair(location: string): Promise<void> };

type Database = Level<string, Uint8Array>;
type Operation = { type: "put"; key: string; value: Uint8Array } | { type: "del"; key: string };

/**
 * Opens or makes a store.
 * @throws StoreError `STORE_LOCKED`, `STORE_CORRUPT` (also for missing batches unless accepted) or `STORE_FAILED`.
 */
export async function openLevelStore(options: LevelStoreOptions): Promise<LevelStore> {
  const database: Database = new Level<string, Uint8Array>(options.location, {
    keyEncoding: "utf8",
    valueEncoding: "view",
  });
  try {
    await database.open();
  } catch (cause) {
    throw openError(cause);
  }
  try {
    const { next, missing } = await checkMarks(database, options.acceptsDamage ?? false, options.witness);
    const missingBatches = Math.max(missing, Number(options.isDamaged ?? false));
    return new OpenLevelStore(database, next, missingBatches, options.witness);
  } catch (cause) {
    await database.close();
    throw readError(cause);
  }
}

/** Makes a store of the tables that are left, after some were taken away; its rows are as they were. @throws StoreError. */
export async function repairLevelStore(location: string): Promise<void> {
  try {
    await (Level as unknown as Repairing).repair(location);
  } catch (cause) {
    throw readError(cause);
  }
}

class OpenLevelStore implements LevelStore {
  readonly missingBatches: number;
  readonly #database: Database;
  readonly #commits: GroupCommit;
  #nextMark: number;
  #writeCount = 0;
  #isClosed = false;
  #closing: Promise<void> | null = null;
  readonly #witness: StoreWitness | undefined;

  constructor(database: Database, nextMark: number, missingBatches: number, witness: StoreWitness | undefined) {
    this.#witness = witness;
    this.#database = database;
    this.#nextMark = nextMark;
    this.missingBatches = missingBatches;
    this.#commits = new GroupCommit((changes) => this.#write(changes));
  }

  get writeCount(): number {
    return this.#writeCount;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    checkKey(key);
    const value = await this.#reading(() => this.#database.get(key));
    return value && plain(value);
  }

  async entries(range: StoreRange): Promise<readonly (readonly [key: string, value: Uint8Array])[]> {
    checkRange(range);
    const { gte, lt, reverse = false, limit = -1 } = range;
    const found = await this.#reading(() =>
      this.#database.iterator({ gte: gte < FIRST_KEY ? FIRST_KEY : gte, lt, reverse, limit }).all(),
    );
    return found.map(([key, value]) => [key, plain(value)] as const);
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    checkChanges(changes);
    await this.#commits.commit(changes);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    await this.#commits.close();
    await this.#database.close();
    this.#witness?.close();
  }

  async #reading<T>(read: () => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new StoreError({ code: "STORE_CLOSED" });
    try {
      return await read();
    } catch (cause) {
      throw this.#isClosed ? new StoreError({ code: "STORE_CLOSED" }, cause) : readError(cause);
    }
  }

  async #write(changes: readonly StoreChange[]): Promise<void> {
    const mark = this.#nextMark;
    const operations = changes.map(
      ({ key, value }): Operation =>
        value === undefined ? { type: "del", key } : { type: "put", key, value: bytesOfValue(value) },
    );
    operations.push({ type: "put", key: markKey(mark), value: NOTHING });
    operations.push({ type: "del", key: markKey(mark - MARK_WINDOW) });
    await this.#database.batch(operations, { sync: true });
    this.#witness?.note(mark);
    this.#nextMark = mark + 1;
    this.#writeCount += 1;
  }
}

const NOTHING = new Uint8Array(0);

/** Finds missing batches, and writes the first window of a new or repaired store. */
async function checkMarks(
  database: Database,
  acceptsDamage: boolean,
  witness?: StoreWitness,
): Promise<{ readonly next: number; readonly missing: number }> {
  const keys = await database.keys(MARK_RANGE).all();
  const report = readMarks(keys);
  const noted = witness === undefined ? undefined : await witness.read();
  const cutOff = missingAtEnd(report?.next, noted);
  if (report !== null && report.missing + cutOff === 0) return report;
  const hasEntries = (await database.keys({ limit: 1 }).all()).length > 0;
  const missing = cutOff + (report?.missing ?? (hasEntries ? 1 : 0));
  if (missing > 0 && !acceptsDamage) throw new StoreError({ code: "STORE_CORRUPT" });
  const next = Math.max(report?.next ?? 0, (noted ?? -1) + 1) + MARK_WINDOW;
  const operations: Operation[] = keys.map((key) => ({ type: "del", key }));
  for (let number = next - MARK_WINDOW; number < next; number++) {
    operations.push({ type: "put", key: markKey(number), value: NOTHING });
  }
  await database.batch(operations, { sync: true });
  witness?.note(next - 1);
  return { next, missing };
}

/**
 * Batches that a witness saw synced and the store has not. A store whose witness says nothing counts as one that lost
 * its end: nobody can tell. @param next the number of the next batch as the store knows it. @param noted undefined
 * without a witness, or before its first note.
 */
function missingAtEnd(next: number | undefined, noted: number | null | undefined): number {
  if (noted === undefined) return 0;
  if (noted === null) return next === undefined ? 0 : 1;
  return Math.max(0, noted + 1 - (next ?? 0));
}

/** Node's binding answers with Buffers, whose `slice` shares memory; the port promises plain arrays. */
function plain(value: Uint8Array): Uint8Array {
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function openError(error: unknown): StoreError {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return codeOf(cause) === "LEVEL_LOCKED" ? new StoreError({ code: "STORE_LOCKED" }, cause) : readError(cause);
}

function readError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const isDamage = codeOf(error) === "LEVEL_CORRUPTION";
  return new StoreError({ code: isDamage ? "STORE_CORRUPT" : "STORE_FAILED" }, error);
}
