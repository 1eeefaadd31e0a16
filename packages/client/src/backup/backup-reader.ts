/** Reads a backup that comes in pieces, and writes what is in it into a store without an account. */
import { type CryptoSuite, concat } from "@kith/protocol";
import { MessengerError } from "../messenger-error.ts";
import type { StoreChange } from "../ports.ts";
import type { SealedStore } from "../store/sealed-store.ts";
import {
  type BackupTools,
  ChunkSealer,
  decodeHeader,
  HEADER_BYTES,
  MAX_BACKUP_BYTES,
  SEALED_CHUNK_BYTES,
} from "./format.ts";
import { RecordReader } from "./record.ts";
import { RowImporter } from "./row-importer.ts";

/** The sealed form of the empty first chunk. */
const CHECK_BYTES = 16;

/** Rows of one batch. */
const ROWS_PER_BATCH = 200;

/** One restore; every call comes after the one before has ended. */
export class BackupReader {
  readonly #tools: BackupTools;
  readonly #passphrase: string;
  readonly #store: SealedStore;
  readonly #rows: RowImporter;
  readonly #records: RecordReader = new RecordReader();
  #sealer: ChunkSealer | null = null;
  #waiting: Uint8Array = new Uint8Array(0);
  #count = 0;
  #total: number | null = null;
  readonly #maxBytes: number;
  /** Bytes of the backup that were taken. */
  doneBytes = 0;

  /** @param given the store without an account that it goes to, the time, and the largest file that is read. */
  constructor(
    tools: BackupTools,
    passphrase: string,
    { store, nowMs, maxBytes = MAX_BACKUP_BYTES }: { store: SealedStore; nowMs: number; maxBytes?: number },
  ) {
    this.#tools = tools;
    this.#passphrase = passphrase;
    this.#store = store;
    this.#maxBytes = maxBytes;
    this.#rows = new RowImporter(store, tools.suite satisfies CryptoSuite, nowMs);
  }

  /**
   * Takes the next bytes.
   * @throws MessengerError BACKUP_INVALID, BACKUP_NEWER, BACKUP_PASSPHRASE, BACKUP_DAMAGED or BACKUP_TOO_LARGE.
   */
  async append(bytes: Uint8Array): Promise<void> {
    if (this.doneBytes + bytes.length > this.#maxBytes) throw tooLarge(this.#maxBytes);
    this.#waiting = concat(this.#waiting, bytes);
    this.doneBytes += bytes.length;
    if (this.#sealer === null) await this.#begin();
    const sealer = this.#sealer;
    if (sealer === null) return;
    // More must follow a chunk that is not the last.
    while (this.#waiting.length > SEALED_CHUNK_BYTES) {
      const plain = sealer.open(this.#waiting.subarray(0, SEALED_CHUNK_BYTES), false);
      if (plain === null) throw damaged("chunk");
      this.#waiting = this.#waiting.slice(SEALED_CHUNK_BYTES);
      await this.#take(plain);
    }
  }

  /** The change that makes the account: everything else is in the store. @throws MessengerError as `append`. */
  async finish(): Promise<StoreChange> {
    if (this.#sealer === null) throw invalid();
    const plain = this.#sealer.open(this.#waiting, true);
    if (plain === null) throw damaged(this.#sealer.open(this.#waiting, false) === null ? "chunk" : "end");
    await this.#take(plain);
    const { account } = this.#rows;
    if (account === null || !this.#records.isDone || this.#total !== this.#count) throw damaged("end");
    return account;
  }

  async #begin(): Promise<void> {
    if (this.#waiting.length < HEADER_BYTES + CHECK_BYTES) return;
    const header = decodeHeader(this.#waiting.subarray(0, HEADER_BYTES));
    if (header === "newer") {
      throw new MessengerError("BACKUP_NEWER", "this backup was made by a newer version");
    }
    if (typeof header === "string") throw invalid();
    const sealer = await ChunkSealer.create(this.#tools, header, this.#passphrase);
    const check = sealer.open(this.#waiting.subarray(HEADER_BYTES, HEADER_BYTES + CHECK_BYTES), false);
    if (check === null) throw new MessengerError("BACKUP_PASSPHRASE", "this passphrase does not open the backup");
    this.#waiting = this.#waiting.slice(HEADER_BYTES + CHECK_BYTES);
    this.#sealer = sealer;
  }

  async #take(plain: Uint8Array): Promise<void> {
    const records = this.#records.read(plain);
    if (records === null || (this.#total !== null && records.length > 0)) throw damaged("record");
    let batch: StoreChange[] = [];
    for (const record of records) {
      const changes = this.#total === null ? await this.#rows.take(record) : null;
      if (changes === null) throw damaged("record");
      if (record.kind === "end") this.#total = readCount(record.value);
      else this.#count += 1;
      batch.push(...changes);
      if (batch.length < ROWS_PER_BATCH) continue;
      await this.#store.commit(batch);
      batch = [];
    }
    if (batch.length > 0) await this.#store.commit(batch);
  }
}

function readCount(value: Uint8Array): number {
  return value.length === 4 ? new DataView(value.buffer, value.byteOffset).getUint32(0) : -1;
}

function invalid(): MessengerError {
  return new MessengerError("BACKUP_INVALID", "this is not a backup of Kith");
}

function tooLarge(limit: number): MessengerError {
  return new MessengerError("BACKUP_TOO_LARGE", `a backup has at most ${limit} bytes`, { details: { limit } });
}

/** @param rule where it was noticed. */
function damaged(rule: "chunk" | "record" | "end"): MessengerError {
  return new MessengerError("BACKUP_DAMAGED", "this backup was cut off or damaged", { details: { rule } });
}
