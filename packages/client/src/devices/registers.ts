/**
 * What is the same on all devices of an account because its last change counts: people, chats, settings, names of
 * devices. Each register has the stamp of its last change and a digest of what it was then, so that a change here is
 * noticed whoever made it.
 */
import {
  bytes,
  type CryptoSuite,
  type DeviceId,
  deviceId,
  equalBytes,
  field,
  isLaterStamp,
  record,
  type Shape,
  type SyncStamp,
  uint,
} from "@kith/protocol";
import type { Store, StoreChange } from "../ports.ts";
import { createTable, type Table } from "../store/table.ts";

interface RegisterRow extends SyncStamp {
  readonly digest: Uint8Array;
}

const DIGEST_BYTES = 16;

const registerShape: Shape<RegisterRow> = record<RegisterRow>({
  atMs: field(1, uint()),
  by: field(2, deviceId),
  digest: field(3, bytes(DIGEST_BYTES)),
});

/** The stamps of all registers. */
export class Registers {
  readonly #table: Table<RegisterRow>;
  readonly #suite: Pick<CryptoSuite, "sha256">;
  readonly #rows = new Map<string, RegisterRow>();

  constructor(store: Store, suite: Pick<CryptoSuite, "sha256">) {
    this.#table = createTable(store, "sync-stamp", registerShape);
    this.#suite = suite;
  }

  async load(): Promise<void> {
    for (const { key, value } of await this.#table.list()) this.#rows.set(key, value);
  }

  /** The stamp of a change that was made here and not told yet; null when nothing changed since. */
  stampChange(
    key: string,
    content: Uint8Array,
    now: SyncStamp,
  ): { readonly stamp: SyncStamp; readonly change: StoreChange } | null {
    const known = this.#rows.get(key);
    if (known !== undefined && equalBytes(known.digest, this.#digest(content))) return null;
    const stamp = { atMs: Math.max(now.atMs, (known?.atMs ?? 0) + 1), by: now.by };
    return { stamp, change: this.note(key, content, stamp) };
  }

  /** The stamp of what a register holds now. */
  stampOf(key: string): SyncStamp | undefined {
    const row = this.#rows.get(key);
    return row && { atMs: row.atMs, by: row.by };
  }

  /** Whether what another device set is later than what is here. @param content what is here; null for nothing. */
  isLater(key: string, stamp: SyncStamp, content: Uint8Array | null): boolean {
    const known = this.#rows.get(key);
    const isUntold = known !== undefined && content !== null && !equalBytes(known.digest, this.#digest(content));
    // What was changed here and not told yet was changed after everything that is known.
    return !isUntold && isLaterStamp(stamp, known);
  }

  /** Notes what a register holds from now on. */
  note(key: string, content: Uint8Array, { atMs, by }: SyncStamp): StoreChange {
    const row = { atMs, by, digest: this.#digest(content) };
    this.#rows.set(key, row);
    return this.#table.put(key, row);
  }

  #digest(content: Uint8Array): Uint8Array {
    return this.#suite.sha256(content).slice(0, DIGEST_BYTES);
  }
}

/** A stamp that is left out of a digest. */
export const NO_STAMP: SyncStamp = Object.freeze({ atMs: 0, by: "00".repeat(32) as DeviceId });
