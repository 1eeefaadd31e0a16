/** What the messages of one chat or group take, in slices: each call looks at a bounded number of rows and says where it ended. */
import { type AccountId, decodeAs, manifestOf } from "@kith/protocol";
import type { Methods } from "../client.ts";
import type { Core } from "../core.ts";
import { groupMessageRowShape } from "../group/group-row.ts";
import { messageRowShape } from "../message/message-row.ts";
import type { ChatId } from "../people/named-chat.ts";
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
  { store, people, others, vanish }: Pick<Core, "store" | "people" | "others" | "vanish">,
  chat: ChatId,
  after: string | undefined,
): Promise<Methods["storage.measure"]["result"]> {
  const group = others.said?.groups().find((each) => each === chat);
  const groupKey = group === undefined ? undefined : others.said?.key(group);
  const prefix =
    groupKey === undefined ? `message/${people.chatKey(chat as AccountId)}/` : `group-message/${groupKey}/`;
  const gte = after === undefined ? prefix : `${prefix}${after} `;
  const rows = await store.sizes({ gte, lt: prefix + KEY_END, limit: ROWS_PER_SLICE });
  let [messageBytes, previewBytes] = [0, 0];
  for (const [key, sizeBytes] of rows) {
    const stored = sizeBytes < MIN_PREVIEW_ROW_BYTES ? undefined : await store.get(key);
    const preview = stored === undefined ? 0 : previewOf(vanish.keys.open(key, stored), group !== undefined);
    previewBytes += preview;
    messageBytes += key.length + sizeBytes + INDEX_ROW_BYTES - preview;
  }
  const last = rows.length === ROWS_PER_SLICE ? rows.at(-1)?.[0] : undefined;
  const next = last === undefined ? {} : { next: last.slice(prefix.length) };
  return { messages: rows.length, messageBytes, previewBytes, ...next };
}

function previewOf(bytes: Uint8Array | null, isInGroup: boolean): number {
  if (bytes === null) return 0;
  const row = isInGroup
    ? decodeAs(groupMessageRowShape, bytes, MAX_ROW_BYTES)
    : decodeAs(messageRowShape, bytes, MAX_ROW_BYTES);
  const content = row.ok ? row.value.content : undefined;
  return content === undefined ? 0 : (manifestOf(content)?.preview?.length ?? 0);
}
