/**
 * The claims a directory node holds, by directory key.
 * Merging is the protocol's: a union cut by work, never last-writer-wins. When a claim was first seen is a minimum kept
 * beside it, shown and never used to evict.
 */
import type { Store, StoreChange } from "@kith/client";
import { MAX_RECORD_LIFE_MS, mergeClaims, newestByAccount, toHex } from "@kith/protocol";
import { claimName, decodeHeld, encodeHeld, type HeldClaim, isNewerRecord } from "./directory-row.ts";
import { DAY_MS } from "./relay-limits.ts";
import { SerialLock } from "./serial-lock.ts";

/** Why a claim was not kept. */
export type ShelfRefusal = "crowded-out" | "quota";

const PAGE = 64;

function rowKey(key: Uint8Array, held: HeldClaim): string {
  return `dr/${toHex(key)}/${claimName(held)}`;
}

function expiryKey(key: Uint8Array, held: HeldClaim): string {
  const day = String(Math.floor(held.untilMs / DAY_MS)).padStart(8, "0");
  return `dx/${day}/${toHex(key)}/${claimName(held)}`;
}

/** Claims on disk. */
export class DirectoryShelf {
  readonly #store: Store;
  readonly #maxBytes: number;
  readonly #lock = new SerialLock();
  #sizeBytes = 0;

  constructor(options: { readonly store: Store; readonly maxBytes: number }) {
    this.#store = options.store;
    this.#maxBytes = options.maxBytes;
  }

  /** Bytes of all records held. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Reads every row once to know the total. */
  async start(): Promise<void> {
    let gte = "dr/";
    for (;;) {
      const rows = await this.#store.entries({ gte, lt: "dr0", limit: PAGE });
      for (const [, row] of rows) this.#sizeBytes += row.length;
      const last = rows.at(-1);
      if (last === undefined) return;
      gte = `${last[0]} `;
    }
  }

  /** Everything held under a key that has not expired, in the order of the merge. */
  async state(key: Uint8Array, nowMs: number): Promise<readonly HeldClaim[]> {
    const name = toHex(key);
    const rows = await this.#store.entries({ gte: `dr/${name}/`, lt: `dr/${name}0` });
    const held = rows.map(([, row]) => decodeHeld(row)).filter(({ untilMs }) => untilMs > nowMs);
    return mergeClaims(held, []);
  }

  /** The newest claim of each account under a key. */
  async read(key: Uint8Array, nowMs: number): Promise<readonly HeldClaim[]> {
    return newestByAccount(await this.state(key, nowMs));
  }

  /** Merges a claim into what is held under a key; what is returned is on disk. */
  put(key: Uint8Array, added: HeldClaim, nowMs: number): Promise<HeldClaim | ShelfRefusal> {
    return this.#lock.run(toHex(key), async () => {
      const held = await this.state(key, nowMs);
      const same = held.find((each) => claimName(each) === claimName(added));
      if (same !== undefined && !isNewerRecord(added, same)) return same;
      const seen = held.filter(({ account }) => account === added.account).map(({ firstSeenMs }) => firstSeenMs);
      const kept = { ...added, firstSeenMs: Math.min(added.firstSeenMs, ...seen) };
      const others = held.filter((each) => each !== same);
      const merged = mergeClaims(others, [kept]);
      if (!merged.includes(kept)) return "crowded-out";
      const gone = held.filter((each) => !merged.includes(each));
      return this.#write(key, kept, gone);
    });
  }

  async #write(key: Uint8Array, kept: HeldClaim, gone: readonly HeldClaim[]): Promise<HeldClaim | ShelfRefusal> {
    const row = encodeHeld(kept);
    const growth = row.length - gone.reduce((sum, each) => sum + encodeHeld(each).length, 0);
    if (this.#sizeBytes + growth > this.#maxBytes) return "quota";
    const changes = new Map<string, StoreChange>();
    for (const each of gone) {
      for (const name of [rowKey(key, each), expiryKey(key, each)]) changes.set(name, { key: name });
    }
    changes.set(rowKey(key, kept), { key: rowKey(key, kept), value: row });
    changes.set(expiryKey(key, kept), { key: expiryKey(key, kept), value: new Uint8Array() });
    this.#sizeBytes += growth;
    await this.#store.commit([...changes.values()]);
    return kept;
  }

  /** Deletes what expired before today. */
  async sweep(nowMs: number): Promise<void> {
    const today = String(Math.floor(nowMs / DAY_MS)).padStart(8, "0");
    for (;;) {
      const rows = await this.#store.entries({ gte: "dx/", lt: `dx/${today}/`, limit: PAGE });
      if (rows.length === 0) return;
      for (const [expiry] of rows) await this.#expire(expiry, nowMs);
    }
  }

  async #expire(expiry: string, nowMs: number): Promise<void> {
    const [, , keyName = "", name = ""] = expiry.split("/");
    await this.#lock.run(keyName, async () => {
      const key = `dr/${keyName}/${name}`;
      const row = await this.#store.get(key);
      const isExpired = row !== undefined && decodeHeld(row).untilMs <= nowMs;
      await this.#store.commit(isExpired ? [{ key: expiry }, { key }] : [{ key: expiry }]);
      if (isExpired) this.#sizeBytes -= row.length;
    });
  }
}

/** Longest time a claim is kept after it came, in ms. */
export const MAX_KEPT_MS: number = MAX_RECORD_LIFE_MS;
