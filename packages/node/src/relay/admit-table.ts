/**
 * Admit tokens of open invites: whoever shows one is let in at the owner's box without work.
 * Only the SHA-256 of a token is stored. Uses are counted, not destroyed, until the owner replaces the list.
 */
import type { Store, StoreChange } from "@kith/client";
import {
  type BoxId,
  type CryptoSuite,
  decodeAs,
  encodeAs,
  field,
  InvariantError,
  record,
  type Shape,
  toHex,
  uint,
} from "@kith/protocol";
import { SerialLock } from "./serial-lock.ts";

/** What a token may be shown for. */
export type AdmitUse = "boxGet" | "bundleGet" | "boxPut" | "create";

/** An admit as the box owner registers it. */
export interface Admit {
  readonly hash: Uint8Array;
  readonly expiresMs: number;
}

interface AdmitRow {
  readonly expiresMs: number;
  readonly uses: number;
  readonly creates: number;
  readonly bundleGets: number;
}

const admitRow: Shape<AdmitRow> = record<AdmitRow>({
  expiresMs: field(1, uint()),
  uses: field(2, uint()),
  creates: field(3, uint()),
  bundleGets: field(4, uint()),
});

function decodeAdmit(row: Uint8Array): AdmitRow {
  const decoded = decodeAs(admitRow, row, 64);
  if (!decoded.ok) throw new InvariantError(`admit row: ${decoded.error.code}`);
  return decoded.value;
}

function admitKey(hash: Uint8Array, box: BoxId): string {
  return `a/${toHex(hash)}/${box}`;
}

function boxAdmitKey(box: BoxId, hash: Uint8Array): string {
  return `t/${box}/${toHex(hash)}`;
}

/** Registered admits of all boxes of one relay. */
export class AdmitTable {
  readonly #store: Store;
  readonly #suite: CryptoSuite;
  readonly #maxUses: number;
  readonly #lock = new SerialLock();

  constructor(options: { readonly store: Store; readonly suite: CryptoSuite; readonly maxUses: number }) {
    this.#store = options.store;
    this.#suite = options.suite;
    this.#maxUses = options.maxUses;
  }

  /** The batch that makes `admits` the box's list; tokens that stay keep their counts. */
  async replace(box: BoxId, admits: readonly Admit[]): Promise<readonly StoreChange[]> {
    const rows = await this.#store.entries({ gte: `t/${box}/`, lt: `t/${box}0` });
    const changes = new Map<string, StoreChange>();
    for (const [key] of rows) {
      changes.set(key, { key });
      const key2 = `a/${key.slice(key.lastIndexOf("/") + 1)}/${box}`;
      changes.set(key2, { key: key2 });
    }
    for (const { hash, expiresMs } of admits) {
      const key = admitKey(hash, box);
      const row = await this.#store.get(key);
      const before = row === undefined ? { uses: 0, creates: 0, bundleGets: 0 } : decodeAdmit(row);
      changes.set(key, { key, value: encodeAs(admitRow, { ...before, expiresMs }) });
      const listKey = boxAdmitKey(box, hash);
      changes.set(listKey, { key: listKey, value: new Uint8Array() });
    }
    return [...changes.values()];
  }

  /**
   * Counts one use of a token, on disk before it resolves.
   * @param box whose admit it must be; null for CREATE, which any box's admit allows.
   * @returns whether the use is allowed.
   */
  use(token: Uint8Array, box: BoxId | null, use: AdmitUse, nowMs: number): Promise<boolean> {
    const hash = this.#suite.sha256(token);
    return this.#lock.run(toHex(hash), async () => {
      for (const [key, row] of await this.#rows(hash, box)) {
        const before = decodeAdmit(row);
        if (before.expiresMs <= nowMs || before.uses >= this.#maxUses) continue;
        if (use === "create" && before.creates > 0) continue;
        if (use === "bundleGet" && before.bundleGets > 0) continue;
        const after: AdmitRow = {
          ...before,
          uses: before.uses + 1,
          creates: before.creates + Number(use === "create"),
          bundleGets: before.bundleGets + Number(use === "bundleGet"),
        };
        await this.#store.commit([{ key, value: encodeAs(admitRow, after) }]);
        return true;
      }
      return false;
    });
  }

  async #rows(hash: Uint8Array, box: BoxId | null): Promise<readonly (readonly [string, Uint8Array])[]> {
    if (box === null) return this.#store.entries({ gte: `a/${toHex(hash)}/`, lt: `a/${toHex(hash)}0` });
    const key = admitKey(hash, box);
    const row = await this.#store.get(key);
    return row === undefined ? [] : [[key, row]];
  }
}
