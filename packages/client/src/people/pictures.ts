/** Pictures of profiles, the own one among them: each in a row of its own, read when somebody looks at it. */
import { type AccountId, accountId, bytes, field, MAX_PICTURE_BYTES, record, type Shape } from "@kith/protocol";
import type { StoreChange } from "../ports.ts";
import type { SealedStore } from "../store/sealed-store.ts";
import { createTable, type Table } from "../store/table.ts";

/** One picture as it came. */
export interface PictureRow {
  readonly account: AccountId;
  readonly picture: Uint8Array;
}

/** Codec shape of such a row. */
export const pictureRowShape: Shape<PictureRow> = record<PictureRow>({
  account: field(1, accountId),
  picture: field(2, bytes(1, MAX_PICTURE_BYTES)),
});

/** All pictures of one account's people. */
export class Pictures {
  readonly #store: SealedStore;
  readonly #rows: Table<PictureRow>;

  constructor(store: SealedStore) {
    this.#store = store;
    this.#rows = createTable(store, "picture", pictureRowShape);
  }

  async get(account: AccountId): Promise<Uint8Array | undefined> {
    return (await this.#rows.get(this.#store.hideKey(account)))?.picture;
  }

  /** The change that keeps a picture; an empty one is forgotten. */
  set(account: AccountId, picture: Uint8Array): StoreChange {
    const key = this.#store.hideKey(account);
    return picture.length === 0 ? this.#rows.remove(key) : this.#rows.put(key, { account, picture });
  }
}
