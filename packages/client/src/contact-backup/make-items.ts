/** What a contact backup says: people first, then what is set for their chats and for the account, as far as it fits. */
import { MAX_BACKED_ITEMS, MAX_CONTACT_BACKUP_BYTES, type SyncItem } from "@kith/protocol";
import type { Core } from "../core.ts";
import { encodeItem } from "../devices/item-bytes.ts";
import { chatItem, isToldPerson, personItem, settingsItem } from "../devices/items.ts";
import { NO_STAMP } from "../devices/registers.ts";
import type { ContactRow } from "../people/contact-row.ts";

/** Bytes left for what is not items: the own chain, relays, a signature. */
const HEAD_BYTES = 28 * 1024;

/** Bytes that an item costs beside its own. */
const ITEM_OVERHEAD_BYTES = 8;

/** The items, and how many people are not among them. */
export interface BackupItems {
  readonly items: readonly Uint8Array[];
  readonly left: number;
}

/** Makes them: those who were let in before all others, chains of people last of all, since their boxes have those too. */
export function makeItems(core: Core): BackupItems {
  const people = core.people
    .contacts()
    .filter((row) => isToldPerson(row) && row.relation !== "requesting")
    .sort((a, b) => rankOf(a) - rankOf(b) || a.addedAtMs - b.addedAtMs);
  let room = MAX_CONTACT_BACKUP_BYTES - HEAD_BYTES;
  const fits = (encoded: Uint8Array): boolean => encoded.length + ITEM_OVERHEAD_BYTES <= room;
  const take = (item: SyncItem): Uint8Array | null => {
    const encoded = encodeItem(item);
    if (!fits(encoded)) return null;
    room -= encoded.length + ITEM_OVERHEAD_BYTES;
    return encoded;
  };
  const settings = take(settingsItem(core, NO_STAMP));
  const kept = people.slice(0, MAX_BACKED_ITEMS / 2 - 1).flatMap((row) => {
    const encoded = take(personItem(core, { ...row, chain: [] }, NO_STAMP));
    return encoded === null ? [] : [{ row, encoded }];
  });
  const chats = kept.flatMap(({ row }) => take(chatItem(core.chats.settings(row.account), NO_STAMP)) ?? []);
  const whole = kept.map(({ row, encoded }) => {
    const withChain = encodeItem(personItem(core, row, NO_STAMP));
    if (withChain.length - encoded.length > room) return encoded;
    room -= withChain.length - encoded.length;
    return withChain;
  });
  return { items: [...(settings === null ? [] : [settings]), ...whole, ...chats], left: people.length - kept.length };
}

function rankOf({ relation }: ContactRow): number {
  return relation === "accepted" ? 0 : 1;
}
