/** Messages as interfaces see them; what a reply answers is looked up here, so that it is always today's truth. */
import {
  type AccountId,
  accountToText,
  CONTENT_KINDS,
  type ContentView,
  contentHash,
  type DeliveryRecord,
  equalBytes,
  type FileManifest,
  leastAdvanced,
  type MarkedContent,
  type MessageMarks,
  manifestOf,
  type OnceInner,
  type ReplyBody,
  summarizeDelivery,
  viewContent,
} from "@kith/protocol";
import type { FileInfo, Message, Quote } from "../client.ts";
import type { Core } from "../core.ts";
import type { Change, MessageRow } from "./message-row.ts";

type Known = Pick<Core, "account" | "files" | "messages" | "suite">;

/** Characters of an original shown with a reply. */
const MAX_QUOTE_CHARACTERS = 200;

/** A message for an interface. */
export async function viewMessage(core: Known, row: MessageRow): Promise<Message> {
  return {
    id: row.content.id,
    chat: accountToText(row.chat),
    isOwn: row.isOwn,
    ...(await viewWords(row, sourcesOf(core, row))),
    ...viewMarks(core, row),
    sentAtMs: row.content.sentAtMs,
    ...(row.receivedAtMs === undefined ? {} : { receivedAtMs: row.receivedAtMs }),
    ...(row.missingBefore === undefined ? {} : { missingBefore: row.missingBefore }),
    ...viewVanish(row),
    ...(row.isPlayed && { isPlayed: true }),
    ...(row.change === undefined ? {} : { change: viewChange(row.change) }),
    ...(row.isOwn ? viewState(summarizeDelivery(row.deliveries.map((each) => each.record))) : { state: "received" }),
  };
}

/** Messages in their order. */
export function viewMessages(core: Known, rows: readonly MessageRow[]): Promise<readonly Message[]> {
  return Promise.all(rows.map((row) => viewMessage(core, row)));
}

/** The words of a message, without looking anything up; empty for one that was deleted or has none. */
export function messageText({ content, marks }: MarkedContent): string {
  if (marks?.isDeleted === true) return "";
  const view = viewContent(content);
  return view.ok && "text" in view.value ? view.value.text : "";
}

/** A manifest that breaks a rule: nothing of it is shown. */
export const UNUSABLE_FILE: FileInfo = Object.freeze({
  name: "",
  sizeBytes: 0,
  mediaType: "",
  hasPreview: false,
  state: "unusable",
  doneBytes: 0,
});

type Words = Pick<
  Message,
  | "text"
  | "file"
  | "once"
  | "call"
  | "device"
  | "introduction"
  | "isUnsupported"
  | "isForwarded"
  | "isDeleted"
  | "replyTo"
  | "timer"
>;

/** What a message refers to, looked up where it is kept. */
export interface WordSources {
  readonly isOwn: boolean;
  quote(reply: ReplyBody): Promise<Quote>;
  file(manifest: FileManifest): FileInfo;
}

/** The words of a message of any chat. */
export async function viewWords({ content, marks }: MarkedContent, from: WordSources): Promise<Words> {
  if (marks?.isDeleted === true) return { text: "", isDeleted: true };
  const read = viewContent(content);
  if (!read.ok && content.kind === CONTENT_KINDS.file) return { text: "", file: UNUSABLE_FILE };
  const view: ContentView = read.ok ? read.value : { type: "unsupported" };
  switch (view.type) {
    case "text":
      return { text: view.text, ...(view.isForwarded === true ? { isForwarded: true } : {}) };
    case "reply":
      return { text: view.text, replyTo: await from.quote(view) };
    case "timer":
      return { text: "", timer: view.afterMs === undefined ? {} : { afterMs: view.afterMs } };
    case "device":
      return { text: "", device: view.change };
    case "file":
      return { text: "", file: from.file(view.manifest) };
    case "once":
      return { text: "", ...viewOnce(from, view.inner) };
    case "call": {
      const { type: _, ...call } = view;
      return { text: "", call };
    }
    case "introduction": {
      const { account, handle } = view;
      return { text: "", introduction: { account: accountToText(account), ...(handle && { handle }) } };
    }
    default:
      return { text: "", isUnsupported: true };
  }
}

/** One to be seen once shows what it is and where its bytes are, and nothing of what is in it. */
function viewOnce(from: WordSources, inner: OnceInner | undefined): Pick<Message, "once" | "file"> {
  const state = from.isOwn ? "sent" : inner === undefined ? "opened" : "unopened";
  if (inner === undefined) return { once: { state } };
  if (inner.type === "text") return { once: { state, what: "text" } };
  const { mediaType, voice } = inner.manifest;
  const what = voice !== undefined ? "voice" : mediaType.startsWith("image/") ? "image" : "file";
  const { voice: _, ...file } = from.file(inner.manifest);
  return { once: { state, what }, file: { ...file, name: "", mediaType: "", hasPreview: false } };
}

/** Where the words of a chat with one person are. */
function sourcesOf(core: Known, row: MessageRow): WordSources {
  return {
    isOwn: row.isOwn,
    file: (manifest) => core.files.view({ ...row, id: row.content.id }, manifest),
    async quote({ to, hash }) {
      const isOwn = to.author === core.account.id;
      const isHere = isOwn || to.author === row.chat;
      const original = isHere ? await core.messages.find(row.chat, isOwn ? "own" : "their", to.id) : undefined;
      return { id: to.id, isOwn, ...checkQuote(core, original, hash) };
    },
  };
}

/** What a reply answers: our own copy of it, when the hash in the reply says that it is the same. */
export function checkQuote(
  { suite }: Pick<Known, "suite">,
  original: MarkedContent | undefined,
  hash: Uint8Array,
): Omit<Quote, "id" | "isOwn"> {
  if (original === undefined || original.content.kind === CONTENT_KINDS.once) return { state: "missing" };
  if (original.marks?.isDeleted === true) return { state: "deleted" };
  const expected = original.marks?.originalHash ?? contentHash(suite, original.content);
  if (!equalBytes(expected, hash)) return { state: "forged" };
  const manifest = manifestOf(original.content);
  // A file has no words; its name stands for it.
  const text = messageText(original) || (manifest?.name ?? "");
  return {
    state: "checked",
    text: [...text.slice(0, 2 * MAX_QUOTE_CHARACTERS)].slice(0, MAX_QUOTE_CHARACTERS).join(""),
    ...(manifest?.voice && { voiceMs: manifest.voice.durationMs }),
  };
}

function viewMarks(core: Known, { marks }: MessageRow): Pick<Message, "editedAtMs" | "reactions"> {
  const reactions = shownReactions(marks).map(({ by, emoji }) => ({ emoji, isOwn: by === core.account.id }));
  return {
    ...(marks?.edit === undefined ? {} : { editedAtMs: marks.edit.atMs }),
    ...(reactions.length === 0 ? {} : { reactions }),
  };
}

/** The reactions that were not taken back. */
export function shownReactions(marks: MessageMarks | undefined): readonly { by: AccountId; emoji: string }[] {
  return (marks?.reactions ?? []).flatMap(({ by, emoji }) => (emoji === undefined ? [] : [{ by, emoji }]));
}

/** When a message vanishes. */
export function viewVanish({
  vanish,
  content: { vanishAfterMs },
}: Pick<MessageRow, "content" | "vanish">): Pick<Message, "vanish"> {
  if (vanish === undefined || vanishAfterMs === undefined) return {};
  return { vanish: { afterMs: vanishAfterMs, ...(vanish.isRunning ? { atMs: vanish.untilMs } : {}) } };
}

/** How far the last edit or deletion of an own message got. */
export function viewChange({ kind, deliveries }: Change): NonNullable<Message["change"]> {
  return { kind, state: leastAdvanced(deliveries.map((each) => each.record)).state };
}

/** How far an own message got. */
export function viewState(record: DeliveryRecord): Pick<Message, "state" | "reason" | "heldBy"> {
  return {
    state: record.state,
    ...(record.reason === undefined ? {} : { reason: record.reason }),
    heldBy: { relays: record.relays.length, isDirect: record.isDirect },
  };
}
