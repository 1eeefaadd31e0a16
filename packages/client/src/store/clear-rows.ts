/** Empties a sealed store that holds no account: what a restore left behind that was cut off. */
import { CLEAR_PREFIX, type SealedStore } from "./sealed-store.ts";

/** Rows of one batch. */
const ROWS_PER_BATCH = 500;

/** The row of erasable keys has its own key outside of the store, which still names it. */
const KEPT = [CLEAR_PREFIX, "keys/"];

/** Deletes every row but those in clear and the table of keys. */
export async function clearRows(store: SealedStore): Promise<void> {
  let from = " ";
  for (;;) {
    const page = await store.entries({ gte: from, lt: "~", limit: ROWS_PER_BATCH });
    const last = page.at(-1)?.[0];
    if (last === undefined) return;
    const rows = page.filter(([name]) => !KEPT.some((prefix) => name.startsWith(prefix)));
    if (rows.length > 0) await store.commit(rows.map(([key]) => ({ key })));
    from = `${last} `;
  }
}
