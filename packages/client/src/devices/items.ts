/** What is told of people, chats, settings and devices, made from what is here now. */
import {
  type AccountId,
  encodeAs,
  encodeSync,
  MAX_TEXT_BYTES,
  type SyncedOwnDevice,
  type SyncedPerson,
  type SyncedRelation,
  type SyncItem,
  type SyncStamp,
  utf8Length,
} from "@kith/protocol";
import type { ChatRow } from "../chat/chat-row.ts";
import type { Core } from "../core.ts";
import type { ContactRow, Relation } from "../people/contact-row.ts";
import { trustEventShape } from "../people/trust-event-shape.ts";
import type { OwnDeviceRow } from "./own-device-row.ts";
import { NO_STAMP } from "./registers.ts";

/** Devices of a person that are told. */
const MAX_TOLD_DEVICES = 10;

/** An item without its stamp, encoded: two of them are equal exactly when they say the same. */
export function contentOf(item: SyncItem): Uint8Array {
  return encodeSync(["by" in item ? { ...item, ...NO_STAMP } : item]);
}

/** A person as they are here. */
export function personItem({ people }: Pick<Core, "people">, row: ContactRow, stamp: SyncStamp): SyncItem {
  const person: SyncedPerson = {
    account: row.account,
    relation: syncedRelation(row.relation),
    relationBeforeBlock: row.relationBeforeBlock && syncedRelation(row.relationBeforeBlock),
    name: row.name,
    handle: row.handle,
    addedAtMs: row.addedAtMs,
    chain: row.chain,
    devices: row.devices.slice(0, MAX_TOLD_DEVICES).map(({ device, identityKey }) => ({
      device,
      identityKey,
      boxes: people.peer(device)?.row.boxes ?? [],
    })),
    trust: row.trust.map((event) => encodeAs(trustEventShape, event)),
    timer: row.timer,
    profile: row.profile,
    ...stamp,
  };
  return { type: "person", ...person };
}

/** Whether a person is told at all: who only shares a group is met by way of the group on each device. */
export function isToldPerson({ relation }: ContactRow): boolean {
  return relation !== "member";
}

/** Somebody who only shared a group and was blocked is to others one who asked. */
function syncedRelation(relation: Relation): SyncedRelation {
  return relation === "member" ? "requesting" : relation;
}

/** What is set for a chat here. */
export function chatItem({ isMarkedUnread, ...row }: ChatRow, stamp: SyncStamp): SyncItem {
  return { type: "chat", ...row, ...(isMarkedUnread === true ? { isMarkedUnread } : {}), ...stamp };
}

/** What is being written in a chat here; null for what is too long to be told. */
export function draftItem(
  { chats }: Pick<Core, "chats">,
  account: AccountId,
  stamp: SyncStamp,
): Extract<SyncItem, { readonly type: "draft" }> | null {
  const { text, replyTo } = chats.draft(account) ?? { text: "" };
  return utf8Length(text) > MAX_TEXT_BYTES ? null : { type: "draft", account, text, replyTo, ...stamp };
}

/** What is chosen for the account here. */
export function settingsItem({ settings }: Pick<Core, "settings">, stamp: SyncStamp): SyncItem {
  const { hidesReading, hidesTyping, newChatTimerMs, profile } = settings.shared;
  return {
    type: "settings",
    ...(hidesReading === true ? { hidesReading } : {}),
    ...(hidesTyping === true ? { hidesTyping } : {}),
    newChatTimerMs,
    profile,
    ...stamp,
  };
}

/** The picture of the account here; null when none was ever set. */
export async function pictureItem({ account, pictures, settings }: Core, stamp: SyncStamp): Promise<SyncItem | null> {
  if (settings.picture === undefined) return null;
  const picture = (settings.picture.isSet ? await pictures.get(account.id) : undefined) ?? new Uint8Array(0);
  return { type: "picture", picture, ...stamp };
}

/** What a device is called. */
export function deviceItem({ lastSeenMs: _seen, isBehind: _behind, ...row }: OwnDeviceRow, stamp: SyncStamp): SyncItem {
  const told: SyncedOwnDevice = { ...row, ...stamp };
  return { type: "device", ...told };
}
