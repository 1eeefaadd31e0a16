/** Messages in words: what they answer, what they say, what was done to them since. */
import type { Message, Quote, Reaction } from "@kith/client";
import { countText, text } from "../i18n/text.ts";
import { describeState, describeTime } from "./describe.ts";
import { describeFile, describeFileState, describeLength } from "./describe-file.ts";
import { describeDuration } from "./duration.ts";
import { printableLine, printableName, printableText } from "./printable.ts";

/** Characters of a quoted original. */
const QUOTE_CHARACTERS = 60;

/** Digits of an id that are shown: enough to tell the messages of a chat apart. */
const ID_DIGITS = 8;

/** One message a line: author, time, state, what it answers, text; a line before it says what is missing. @param author printable. */
export function describeMessage(message: Message, author: string): readonly string[] {
  const name = message.isOwn ? text("message.you") : author;
  const quote = message.replyTo === undefined ? [] : [describeQuote(message.replyTo, author)];
  const parts = [name, describeTime(message.sentAtMs), describeState(message), ...quote, describeWords(message)];
  const line = [parts.join(", "), ...describeMarks(message, author)].join(" ");
  const { missingBefore = 0 } = message;
  return missingBefore > 0 ? [countText("message.missing", missingBefore), line] : [line];
}

/** As `describeMessage`, with the beginning of the id in front, by which other commands name it. */
export function describeWithId(message: Message, author: string): readonly string[] {
  const lines = describeMessage(message, author);
  return lines.map((line, index) => (index === lines.length - 1 ? `${message.id.slice(0, ID_DIGITS)}  ${line}` : line));
}

/** What stands in the place of words that are not there, or null when the message has words. */
export function describeAbsence(message: Message): string | null {
  if (message.isDeleted === true) return describeDeletion(message);
  if (message.once !== undefined) return describeOnce(message.once, message);
  if (message.file !== undefined) return describeFile(message.file, message.isOwn);
  if (message.call !== undefined) return describeCall(message.call);
  if (message.device !== undefined)
    return text(message.device === "added" ? "message.deviceAdded" : "message.deviceRemoved");
  if (message.introduction !== undefined) return describeIntroduction(message.introduction, message.isOwn);
  if (message.timer !== undefined) return describeTimer(message.timer);
  return message.isUnsupported === true ? text("message.unsupported") : null;
}

/** What an answer is about: the words of this device's copy, never those that somebody else claims. */
export function describeQuote({ state, isOwn, text: words, voiceMs }: Quote, author: string): string {
  if (state !== "checked") return text(`quote.${state}`);
  if (words === undefined || words === "") return text("quote.wordless");
  if (voiceMs !== undefined) {
    const named = text("quote.voice", { length: describeLength(voiceMs) });
    return text("quote.checked", { name: isOwn ? text("message.you") : author, words: named });
  }
  const characters = [...words];
  const shown = characters.length > QUOTE_CHARACTERS ? [...characters.slice(0, QUOTE_CHARACTERS), "…"] : characters;
  return text("quote.checked", { name: isOwn ? text("message.you") : author, words: printableLine(shown.join("")) });
}

/** What was done to a message, each in brackets; a deleted one has nothing left of it. @param nameOf whose a reaction is. */
export function describeMarks(
  message: Message,
  author: string,
  nameOf: (reaction: Reaction) => string = ({ isOwn }) => (isOwn ? text("message.you") : author),
): readonly string[] {
  const { isForwarded, editedAtMs, reactions = [], isDeleted, vanish } = message;
  if (isDeleted === true) return [];
  const marks: string[] = [];
  if (vanish !== undefined) marks.push(describeVanish(vanish));
  if (isForwarded === true) marks.push(text("message.forwarded"));
  if (editedAtMs !== undefined) marks.push(text(isChangePending(message) ? "message.editedHere" : "message.edited"));
  if (reactions.length > 0) {
    const each = reactions.map((reaction) => `${printableText(reaction.emoji)} ${nameOf(reaction)}`);
    marks.push(`[${each.join(", ")}]`);
  }
  return marks;
}

/** One to be seen once: that it waits, and what has become of it. */
function describeOnce({ state, what }: NonNullable<Message["once"]>, { state: delivery, file }: Message): string {
  if (state === "opened") return text("once.opened");
  if (state === "sent" && what === undefined) return text(delivery === "read" ? "once.seen" : "once.sent");
  const kind = text(`once.what.${what ?? "text"}`);
  if (file === undefined) return text("once.unopened", { what: kind });
  const stands = describeFileState(file, state === "sent");
  return text(state === "sent" ? "once.sentFile" : "once.unopenedFile", { what: kind, state: stands });
}

function describeTimer({ afterMs }: NonNullable<Message["timer"]>): string {
  return afterMs === undefined
    ? text("message.timerOff")
    : text("message.timerOn", { after: describeDuration(afterMs) });
}

function describeCall({ isVideo, outcome, durationMs = 0 }: NonNullable<Message["call"]>): string {
  const kind = text(isVideo ? "message.callVideo" : "message.callVoice");
  // Seconds below a minute, else whole minutes: nobody counts the seconds of a long talk.
  const length = describeDuration(
    durationMs < 60_000 ? Math.max(1000, durationMs) : Math.round(durationMs / 60_000) * 60_000,
  );
  return text(`message.call.${outcome}`, { kind, length });
}

/** The whole account: a handle is looked up anew, and may be claimed by others. */
function describeIntroduction({ account, handle }: NonNullable<Message["introduction"]>, isOwn: boolean): string {
  const who =
    handle === undefined ? printableText(account) : `${printableName(`@${handle}`)}, ${printableText(account)}`;
  return isOwn
    ? text("message.introduced", { who })
    : text("message.introduces", { who, account: printableText(account) });
}

function describeVanish({ afterMs, atMs }: NonNullable<Message["vanish"]>): string {
  if (atMs === undefined) return text("message.vanishesRead", { after: describeDuration(afterMs) });
  return text("message.vanishes", { time: describeTime(atMs) });
}

function describeWords(message: Message): string {
  return describeAbsence(message) ?? printableLine(message.text);
}

function describeDeletion(message: Message): string {
  if (!message.isOwn) return text("message.deletedByAuthor");
  return text(isChangePending(message) ? "message.deletedHere" : "message.deletedByYou");
}

/** Whether the other side may still see what was there before our last edit or deletion. */
function isChangePending({ change }: Message): boolean {
  return change !== undefined && change.state !== "delivered" && change.state !== "read";
}
