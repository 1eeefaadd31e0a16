/** Turns messages and texts on their way into rows: runs of one speaker, days, and who said what. */
import type { GroupMessageInfo, Message, Quote } from "@kith/client/rpc";
import { plainName } from "../i18n/bidi.ts";
import { dayOf, type Text } from "../i18n/text.ts";
import { deliveryText, isChangePending, needsWords } from "../parts/delivery.ts";
import { fileWords } from "../parts/file-words.ts";
import { introductionWords } from "../parts/introduction-words.ts";
import { onceWords } from "../parts/once-words.ts";
import { quoteWords } from "../parts/quote-block.tsx";
import { reactionWords } from "../parts/reaction-chips.tsx";
import { messageKey, type PendingText } from "../state/conversation.ts";
import { callText } from "./call-text.ts";
import { stateText as groupStateText, lineText } from "./groups/group-words.ts";
import { deviceText, timerText } from "./timer-text.ts";

/** Messages further apart than this begin a new run, in ms. */
const RUN_GAP_MS = 10 * 60 * 1000;

/** One row of the log. */
export interface MessageRow {
  readonly key: string;
  readonly text: string;
  readonly atMs: number;
  readonly isOwn: boolean;
  readonly state: Message["state"];
  /** What stands in the place of words that are not there. */
  readonly absence: string | null;
  /** A line about the chat, which is no bubble. */
  readonly notice: string | null;
  readonly quote: Quote | null;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** The day to write above it. */
  readonly day: string | null;
  readonly missingBefore: number;
  /** Whose it is, as it is shown: the other side of the chat, or a member of the group. */
  readonly name: string;
  /** What a message of a group has besides. */
  readonly said: GroupMessageInfo | null;
  /** The words for the state of an own message. */
  readonly stateText: string;
  /** True when the words are also shown below the bubble. */
  readonly isStateShown: boolean;
  readonly pending: PendingText | null;
  /** The message it shows; null while no engine has taken it. */
  readonly message: Message | null;
}

type Entry = Omit<MessageRow, "isFirst" | "isLast" | "day" | "isStateShown"> & { readonly wantsWords: boolean };

/** A message of a group; null for one of a chat with one person. */
export function ofGroup(message: Message): GroupMessageInfo | null {
  return "author" in message && "group" in message ? (message as GroupMessageInfo) : null;
}

function messageEntry(message: Message, text: Text, chatName: string): Entry {
  const said = ofGroup(message);
  const name = said?.author.name ?? chatName;
  if (said !== null) {
    return { ...messageEntryOf(message, text, name), ...groupEntry(said, text) };
  }
  return messageEntryOf(message, text, name);
}

/** What is another thing in a group: happenings are lines about it, and each member has a state. */
function groupEntry(said: GroupMessageInfo, text: Text): Partial<Entry> {
  if (said.line !== undefined) return { said, message: null, notice: lineText(text, said), wantsWords: false };
  const isPending = isChangePending(said);
  const stateText = isPending
    ? text.say(`groupChange.${said.change?.kind ?? "edit"}`)
    : groupStateText(text, said.state);
  return { said, stateText: said.isOwn ? stateText : "", wantsWords: isPending || said.state === "failed" };
}

function messageEntryOf(message: Message, text: Text, name: string): Entry {
  return {
    key: messageKey(message),
    text: message.text,
    atMs: message.sentAtMs,
    isOwn: message.isOwn,
    state: message.state,
    absence: absenceText(message, text),
    notice: noticeText(message, text, name),
    quote: message.replyTo ?? null,
    missingBefore: message.missingBefore ?? 0,
    stateText: message.isOwn ? deliveryText(text, message, name) : "",
    wantsWords: needsWords(message),
    pending: null,
    message,
    name,
    said: null,
  };
}

/** A line about the chat that a message is, or null. */
function noticeText(message: Message, text: Text, name: string): string | null {
  if (message.call !== undefined) return callText(message, text, name);
  if (message.device !== undefined) return deviceText(message, text, name);
  return message.timer === undefined ? null : timerText(message, text, name);
}

function pendingEntry(pending: PendingText, text: Text, limit: number): Entry {
  const { refusal } = pending;
  const reason = refusal === undefined ? "" : text.say(`error.${refusal}`, { limit, wait: "" });
  return {
    key: `o${pending.id}`,
    text: pending.isOnce === true ? "" : pending.text,
    atMs: pending.atMs,
    isOwn: true,
    state: refusal === undefined ? "queued" : "failed",
    absence: pending.isOnce === true ? text.say("once.sent") : null,
    notice: null,
    quote: pending.replyTo ?? null,
    missingBefore: 0,
    stateText: refusal === undefined ? text.say("state.pending") : reason,
    wantsWords: true,
    pending,
    message: null,
    name: text.say("chat.you"),
    said: null,
  };
}

function isSameRun(one: Entry | undefined, other: Entry | undefined): boolean {
  if (one === undefined || other === undefined || one.isOwn !== other.isOwn) return false;
  if (one.notice !== null || other.notice !== null) return false;
  if (!one.isOwn && one.said?.author.account !== other.said?.author.account) return false;
  return Math.abs(one.atMs - other.atMs) < RUN_GAP_MS && dayOf(one.atMs) === dayOf(other.atMs);
}

function isChanging(message: Message | null): boolean {
  return message !== null && isChangePending(message);
}

/** What a log shows, oldest first. */
export function messageRows(
  sources: { readonly messages: readonly Message[]; readonly pending: readonly PendingText[] },
  options: { readonly text: Text; readonly name: string; readonly nowMs: number; readonly limit: number },
): readonly MessageRow[] {
  const { text, name, nowMs, limit } = options;
  const entries = [
    ...sources.messages.map((message) => messageEntry(message, text, name)),
    ...sources.pending.map((pending) => pendingEntry(pending, text, limit)),
  ];
  const lastOwn = entries.findLastIndex(({ isOwn }) => isOwn);
  return entries.map(({ wantsWords, ...entry }, at) => {
    const before = entries[at - 1];
    const isNewDay = before === undefined || dayOf(before.atMs) !== dayOf(entry.atMs);
    return {
      ...entry,
      isFirst: !isSameRun(before, entries[at]) || entry.missingBefore > 0,
      isLast: !isSameRun(entries[at], entries[at + 1]),
      day: isNewDay ? text.day(entry.atMs, nowMs) : null,
      isStateShown: wantsWords && (at === lastOwn || entry.state === "failed" || isChanging(entry.message)),
    };
  });
}

function vanishWords({ vanish }: Message, text: Text): string {
  if (vanish === undefined) return "";
  if (vanish.atMs === undefined) return text.say("timer.afterReading", { after: text.duration(vanish.afterMs) });
  return text.say("timer.left", { left: text.duration(Math.max(1000, vanish.atMs - Date.now())) });
}

/** What stands in the place of words that are not there, or null. */
export function absenceText({ isDeleted, isUnsupported, isOwn }: Message, text: Text): string | null {
  if (isDeleted === true) return text.say(isOwn ? "chat.deletedByYou" : "chat.deleted");
  return isUnsupported === true ? text.say("chat.unsupported") : null;
}

/** The words of a message, or what stands for them. */
function wordsOf(message: Message, text: Text, name: string): string {
  if (message.once !== undefined) return onceWords(message, text);
  const { introduction, isOwn } = message;
  if (introduction !== undefined) return introductionWords(introduction, { text, isOwn, name });
  return message.file === undefined ? message.text : fileWords(message.file, text);
}

/** "author, what is answered, text, marks, time, state" for a screen reader. */
export function rowLabel(row: MessageRow, text: Text): string {
  const { message, quote, name } = row;
  const author = row.isOwn ? text.say("chat.you") : plainName(name);
  const about = quote === null ? "" : text.say("quote.answers", { words: quoteWords(quote, text) });
  const marks = [
    message?.isForwarded === true ? text.say("chat.forwarded") : "",
    message?.editedAtMs === undefined || row.absence !== null ? "" : text.say("chat.edited"),
    ...reactionWords(message?.reactions ?? [], text, name),
    message === null ? "" : vanishWords(message, text),
  ];
  if (row.notice !== null) return [row.notice, text.time(row.atMs)].join(", ");
  const words = message === null ? row.text : wordsOf(message, text, name);
  return [author, about, row.absence ?? words, ...marks, text.time(row.atMs), row.stateText]
    .filter((part) => part !== "")
    .join(", ");
}
