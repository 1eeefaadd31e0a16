/**
 * What the files of an X archive say, as values that are checked: ids are decimal texts, handles are handles, times are times, and
 * whatever has another form is left out. Knows nothing of where it is kept.
 */
import { parseHandle } from "@kith/protocol";

/** Characters of a message that are kept: more than X takes. */
export const MAX_ARCHIVE_TEXT = 20_000;

/** Characters of a name. */
export const MAX_ARCHIVE_NAME = 100;

/** Whose archive it is. */
export interface ArchiveOwner {
  readonly accountId: string;
  readonly handle: string;
  readonly name?: string;
}

/** A handle that was given up for another. */
export interface FormerHandle {
  readonly handle: string;
  readonly untilMs?: number;
}

/** One direct message. */
export interface ArchiveMessage {
  readonly senderId: string;
  readonly text: string;
  readonly atMs: number;
  /** Pictures and films that came with it and are not imported. */
  readonly media: number;
}

/** What stands beside the messages of a conversation. */
export interface ArchiveEvent {
  readonly people: readonly string[];
  readonly name?: string;
}

/** An id with the handle it had in a post. */
export interface NamedId {
  readonly id: string;
  readonly handle: string;
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown, key: string): Fields {
  const inner = isFields(value) ? value[key] : undefined;
  return isFields(inner) ? inner : {};
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A decimal id; X writes "-1" and "0" for nobody. */
function idOf(value: unknown): string | undefined {
  return typeof value === "string" && /^[1-9]\d{0,19}$/.test(value) ? value : undefined;
}

function handleOf(value: unknown): string | undefined {
  const handle = typeof value === "string" && /^\w{1,15}$/.test(value) ? parseHandle(value) : null;
  return handle?.ok ? handle.value.written : undefined;
}

function nameOf(value: unknown): string | undefined {
  if (typeof value !== "string" || value.trim() === "") return undefined;
  return wellFormed([...value.slice(0, 4 * MAX_ARCHIVE_NAME)].slice(0, MAX_ARCHIVE_NAME).join(""));
}

/** ISO in messages, "Sun Mar 21 12:53:22 +0000 2021" in posts. */
function timeOf(value: unknown): number | undefined {
  const atMs = typeof value === "string" && value.length <= 40 ? Date.parse(value) : Number.NaN;
  return Number.isSafeInteger(atMs) && atMs >= 0 && atMs < 1e14 ? atMs : undefined;
}

function idsOf(value: unknown): readonly string[] {
  return listOf(value).flatMap((each) => idOf(each) ?? []);
}

/** Of the manifest; null when it is no archive of a person. */
export function readManifest(value: unknown): { readonly owner: ArchiveOwner; readonly madeAtMs?: number } | null {
  const user = fieldsOf(value, "userInfo");
  const [accountId, handle, name] = [idOf(user.accountId), handleOf(user.userName), nameOf(user.displayName)];
  if (accountId === undefined || handle === undefined) return null;
  const madeAtMs = timeOf(fieldsOf(value, "archiveInfo").generationDate);
  return {
    owner: { accountId, handle, ...(name === undefined ? {} : { name }) },
    ...(madeAtMs === undefined ? {} : { madeAtMs }),
  };
}

/** An element of `screen-name-change`. */
export function readFormerHandle(value: unknown): FormerHandle | null {
  const change = fieldsOf(fieldsOf(value, "screenNameChange"), "screenNameChange");
  const [handle, untilMs] = [handleOf(change.changedFrom), timeOf(change.changedAt)];
  return handle === undefined ? null : { handle, ...(untilMs === undefined ? {} : { untilMs }) };
}

/** An element of `following`, `follower`, `block` or `mute`: the wrapper has one key, whatever it is called. */
export function readListed(value: unknown): string | null {
  const [only] = isFields(value) ? Object.values(value) : [];
  return (isFields(only) ? idOf(only.accountId) : undefined) ?? null;
}

/** An inner element of `direct-messages` or `direct-messages-group`. */
export function readMessage(value: unknown): ArchiveMessage | ArchiveEvent | null {
  const created = fieldsOf(value, "messageCreate");
  const [senderId, atMs] = [idOf(created.senderId), timeOf(created.createdAt)];
  if (senderId !== undefined && atMs !== undefined) {
    return { senderId, atMs, text: textOf(created), media: Math.min(99, listOf(created.mediaUrls).length) };
  }
  const renamed = nameOf(fieldsOf(value, "conversationNameUpdate").name);
  const people = [
    ...idsOf(fieldsOf(value, "joinConversation").participantsSnapshot),
    ...idsOf(fieldsOf(value, "participantsJoin").userIds),
  ];
  if (renamed === undefined && people.length === 0) return null;
  return { people, ...(renamed === undefined ? {} : { name: renamed }) };
}

/** The text with the addresses that X's short links stand for. */
function textOf({ text, urls }: Fields): string {
  let words = typeof text === "string" ? text.slice(0, MAX_ARCHIVE_TEXT) : "";
  for (const link of listOf(urls).slice(0, 20)) {
    if (!isFields(link) || typeof link.url !== "string" || typeof link.expanded !== "string") continue;
    if (/^https:\/\/t\.co\/\w+$/.test(link.url) && link.expanded.length <= 2000) {
      words = words.replaceAll(link.url, () => String(link.expanded));
    }
  }
  return wellFormed(words.slice(0, MAX_ARCHIVE_TEXT));
}

/** Half a character, as a cut or a file may leave it, is no text, and neither are control characters but for lines and tabs. */
function wellFormed(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  const visible = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "\ufffd");
  return visible.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
}

/** An outer element of direct messages: its id names the two people of a conversation of two. */
export function readConversation(value: unknown): { readonly people: readonly string[]; readonly isGroup: boolean } {
  const { conversationId } = fieldsOf(value, "dmConversation");
  const pair = typeof conversationId === "string" ? /^(\d{1,20})-(\d{1,20})$/.exec(conversationId) : null;
  return { people: pair === null ? [] : idsOf([pair[1], pair[2]]), isGroup: pair === null };
}

/** Everybody a post names. */
export function readNamed(value: unknown): { readonly named: readonly NamedId[]; readonly atMs: number } {
  const post = isFields(value) && isFields(value.tweet) ? value.tweet : isFields(value) ? value : {};
  const mentions = listOf(fieldsOf(post, "entities").user_mentions).map((each) => (isFields(each) ? each : {}));
  const answered = { id_str: post.in_reply_to_user_id_str, screen_name: post.in_reply_to_screen_name };
  const named = [...mentions, answered].flatMap(({ id_str, screen_name }) => {
    const [id, handle] = [idOf(id_str), handleOf(screen_name)];
    return id === undefined || handle === undefined ? [] : [{ id, handle }];
  });
  return { named, atMs: timeOf(post.created_at) ?? 0 };
}
