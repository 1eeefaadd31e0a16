/** What the messages of one chat take, in slices: each call looks at a bounded number of rows and says where it ended. */
import { type AccountId, decodeAs, manifestOf } from "@kith/protocol";
import type { Methods } from "../client.ts";
import type { Core } from "../core.ts";
import { messageRowShape } from "../message/message-row.ts";
import { KEY_END } from "../store/table.ts";

/** Rows of one slice: some hundredths of a second. */
const ROWS_PER_SLICE = 2000;

/** A row that says where another is found by its id: key, place, id, seal. */
const INDEX_ROW_BYTES = 210;

/** No smaller row holds a picture. */
const MIN_PREVIEW_ROW_BYTES = 768;

const MAX_ROW_BYTES = 1 << 20;

/** @param after where the slice before ended. */
export async function measureChat(
  { store, people, vanish }: Pick<Core, "store" | "people" | "vanish">,
  chat: AccountId,
  after: string | undefined,
): Promise<Methods["storage.measure"]["result"]> {
  const prefix = `message/${people.chatKey(chat)}/`;
  const gte = after === undefined ? prefix : `${prefix}${after} `;
  const rows = await store.sizes({ gte, lt: prefix + KEY_END, limit: ROWS_PER_SLICE });
  let [messageBytes, previewBytes] = [0, 0];
  for (const [key, sizeBytes] of rows) {
    const stored = sizeBytes < MIN_PREVIEW_ROW_BYTES ? undefined : await store.get(key);
    const preview = stored === undefined ? 0 : previewOf(vanish.keys.open(key, stored));
    previewBytes += preview;
    messageBytes += key.length + sizeBytes + INDEX_ROW_BYTES - preview;
  }
  const last = rows.length === ROWS_PER_SLICE ? rows.at(-1)?.[0] : undefined;
  const next = last === undefined ? {} : { next: last.slice(prefix.length) };
  return { messages: rows.length, messageBytes, previewBytes, ...next };
}

function previewOf(bytes: Uint8Array | null): number {
  const row = bytes === null ? null : decodeAs(messageRowShape, bytes, MAX_ROW_BYTES);
  return row?.ok ? (manifestOf(row.value.content)?.preview?.length ?? 0) : 0;
}
