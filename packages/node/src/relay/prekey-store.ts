/**
 * What devices leave on their box relay: bundle head, chain, card, one-time prekeys, admits.
 * A one-time prekey is handed out once: its removal is synced before the answer goes out, and ids only rise, so that
 * a repeated BUNDLE-PUT never brings a spent one back.
 */
import type { Store, StoreChange } from "@kith/client";
import {
  type BoxId,
  type BundlePut,
  bytes,
  decodeAs,
  encodeAs,
  InvariantError,
  list,
  MAX_CHAIN_BYTES,
  ONE_TIME_PREKEYS,
  type RelayId,
  readBundleHead,
  type Shape,
} from "@kith/protocol";
import type { AdmitTable } from "./admit-table.ts";

const MAX_CHAIN_ROW_BYTES = MAX_CHAIN_BYTES + 1024;
const PREKEY_ID_DIGITS = 8;

const chainShape: Shape<readonly Uint8Array[]> = list(bytes(1, 1024), 64, 1);

/** A public one-time prekey. */
export type OneTimePrekey = NonNullable<BundlePut["oneTime"]>[number];

/** What a box serves. */
export interface StoredBundle {
  readonly head: Uint8Array;
  readonly chain: readonly Uint8Array[];
  readonly card?: Uint8Array;
}

function partKey(box: BoxId, part: "head" | "chain" | "card" | "highest"): string {
  return `b/${box}/${part}`;
}

function oneTimeKey(box: BoxId, id: number): string {
  return `o/${box}/${String(id).padStart(PREKEY_ID_DIGITS, "0")}`;
}

/** Bundles on disk. Calls for one box must not overlap: the caller holds the box's lock. */
export class PrekeyStore {
  readonly #store: Store;
  readonly #relay: RelayId;
  readonly #admits: AdmitTable;

  constructor(options: { readonly store: Store; readonly relay: RelayId; readonly admits: AdmitTable }) {
    this.#store = options.store;
    this.#relay = options.relay;
    this.#admits = options.admits;
  }

  /** Whether the parts may be stored: the head must name this box and this relay. */
  check(put: BundlePut): "malformed" | "too-large" | null {
    const chainBytes = (put.chain ?? []).reduce((sum, entry) => sum + entry.length, 0);
    if (chainBytes > MAX_CHAIN_BYTES) return "too-large";
    if (put.head === undefined) return null;
    const head = readBundleHead(put.head);
    return head.ok && head.value.box === put.box && head.value.relay === this.#relay ? null : "malformed";
  }

  /** Stores the parts that are there; returns how many one-time prekeys the box has then. */
  async put(put: BundlePut): Promise<number> {
    const { box, head, chain, card, admits } = put;
    const changes: StoreChange[] = [];
    if (head !== undefined) changes.push({ key: partKey(box, "head"), value: head });
    if (chain !== undefined) changes.push({ key: partKey(box, "chain"), value: encodeAs(chainShape, chain) });
    if (card !== undefined) changes.push({ key: partKey(box, "card"), value: card });
    if (admits !== undefined) changes.push(...(await this.#admits.replace(box, admits)));
    const oneTime = await this.#oneTimeChanges(box, put.oneTime ?? []);
    await this.#store.commit([...changes, ...oneTime.changes]);
    return oneTime.left;
  }

  async #oneTimeChanges(
    box: BoxId,
    added: readonly OneTimePrekey[],
  ): Promise<{ readonly changes: readonly StoreChange[]; readonly left: number }> {
    const held = (await this.#oneTimeRows(box, ONE_TIME_PREKEYS)).length;
    const highestRow = await this.#store.get(partKey(box, "highest"));
    const highest = highestRow === undefined ? -1 : Number(String.fromCharCode(...highestRow));
    const fresh = [...new Map(added.filter(({ id }) => id > highest).map((prekey) => [prekey.id, prekey])).values()]
      .sort((a, b) => a.id - b.id)
      .slice(0, ONE_TIME_PREKEYS - held);
    const last = fresh.at(-1);
    if (last === undefined) return { changes: [], left: held };
    const digits = Uint8Array.from(String(last.id), (digit) => digit.charCodeAt(0));
    const changes: StoreChange[] = fresh.map(({ id, publicKey }) => ({ key: oneTimeKey(box, id), value: publicKey }));
    return {
      changes: [...changes, { key: partKey(box, "highest"), value: digits }],
      left: held + fresh.length,
    };
  }

  #oneTimeRows(box: BoxId, limit: number): Promise<readonly (readonly [string, Uint8Array])[]> {
    return this.#store.entries({ gte: `o/${box}/`, lt: `o/${box}0`, limit });
  }

  /** The bundle of a box; null when there is none or it is not complete. */
  async get(box: BoxId): Promise<StoredBundle | null> {
    const parts = (["head", "chain", "card"] as const).map((part) => this.#store.get(partKey(box, part)));
    const [head, chainRow, card] = await Promise.all(parts);
    if (head === undefined || chainRow === undefined) return null;
    const chain = decodeAs(chainShape, chainRow, MAX_CHAIN_ROW_BYTES);
    if (!chain.ok) throw new InvariantError(`chain row: ${chain.error.code}`);
    return { head, chain: chain.value, ...(card === undefined ? {} : { card }) };
  }

  /** Takes the next one-time prekey for good, with `alsoChanges` in the same batch; null when there is none left. */
  async takeOneTime(box: BoxId, alsoChanges: readonly StoreChange[]): Promise<OneTimePrekey | null> {
    const [row] = await this.#oneTimeRows(box, 1);
    await this.#store.commit(row === undefined ? alsoChanges : [...alsoChanges, { key: row[0] }]);
    if (row === undefined) return null;
    return { id: Number(row[0].slice(row[0].lastIndexOf("/") + 1)), publicKey: row[1] };
  }

  /** The deletion of everything a box has. */
  async dropChanges(box: BoxId): Promise<readonly StoreChange[]> {
    const rows = await Promise.all([
      this.#oneTimeRows(box, ONE_TIME_PREKEYS),
      this.#store.entries({ gte: `b/${box}/`, lt: `b/${box}0` }),
    ]);
    return [...rows.flat().map(([key]) => ({ key })), ...(await this.#admits.replace(box, []))];
  }
}
