/** Turns messages and texts on their way into rows: runs of one speaker, days, and who said what. */
import type { Message } from "@kith/client/rpc";
import { plainName } from "../i18n/bidi.ts";
import { dayOf, type Text } from "../i18n/text.ts";
import { deliveryText, needsWords } from "../parts/delivery.ts";
import type { PendingText } from "../state/conversation.ts";

/** Messages further apart than this begin a new run, in ms. */
const RUN_GAP_MS = 10 * 60 * 1000;

/** One row of the log. */
export interface MessageRow {
  readonly key: string;
  readonly text: string;
  readonly atMs: number;
  readonly isOwn: boolean;
  readonly state: Message["state"];
  readonly isUnsupported: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** The day to write above it. */
  readonly day: string | null;
  readonly missingBefore: number;
  /** The words for the state of an own message. */
  readonly stateText: string;
  /** True when the words are also shown below the bubble. */
  readonly isStateShown: boolean;
  readonly pending: PendingText | null;
}

type Entry = Omit<MessageRow, "isFirst" | "isLast" | "day" | "isStateShown"> & { readonly wantsWords: boolean };

function messageEntry(message: Message, text: Text, name: string): Entry {
  return {
    key: `${message.isOwn ? "o" : "t"}${message.id}`,
    text: message.text,
    atMs: message.sentAtMs,
    isOwn: message.isOwn,
    state: message.state,
    isUnsupported: message.isUnsupported === true,
    missingBefore: message.missingBefore ?? 0,
    stateText: message.isOwn ? deliveryText(text, message, name) : "",
    wantsWords: needsWords(message),
    pending: null,
  };
}

function pendingEntry(pending: PendingText, text: Text, limit: number): Entry {
  const { refusal } = pending;
  const reason = refusal === undefined ? "" : text.say(`error.${refusal}`, { limit, wait: "" });
  return {
    key: `o${pending.id}`,
    text: pending.text,
    atMs: pending.atMs,
    isOwn: true,
    state: refusal === undefined ? "queued" : "failed",
    isUnsupported: false,
    missingBefore: 0,
    stateText: refusal === undefined ? text.say("state.pending") : reason,
    wantsWords: true,
    pending,
  };
}

function isSameRun(one: Entry | undefined, other: Entry | undefined): boolean {
  if (one === undefined || other === undefined || one.isOwn !== other.isOwn) return false;
  return Math.abs(one.atMs - other.atMs) < RUN_GAP_MS && dayOf(one.atMs) === dayOf(other.atMs);
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
      isStateShown: wantsWords && (at === lastOwn || entry.state === "failed"),
    };
  });
}

/** "author, text, time, state" for a screen reader. */
export function rowLabel(row: MessageRow, text: Text, name: string): string {
  const author = row.isOwn ? text.say("chat.you") : plainName(name);
  const words = row.isUnsupported ? text.say("chat.unsupported") : row.text;
  return [author, words, text.time(row.atMs), row.stateText].filter((part) => part !== "").join(", ");
}
