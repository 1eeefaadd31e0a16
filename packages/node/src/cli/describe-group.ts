/** Groups and what happens in them in words. */
import type { GroupInfo, GroupMessageInfo, GroupPerson } from "@kith/client";
import { countText, type TextKey, text } from "../i18n/text.ts";
import { describeTime } from "./describe.ts";
import { printableLine, printableName, printableText } from "./printable.ts";

/** Digits of an id that are shown: enough to tell groups and messages apart. */
const ID_DIGITS = 8;

/** Characters of a quoted original. */
const QUOTE_CHARACTERS = 60;

/** A group on one line: the beginning of its id, name, where you stand, who belongs to it. */
export function describeGroup(group: GroupInfo): string {
  const parts = [group.group.slice(0, ID_DIGITS), printableName(group.name), text(`group.standing.${group.standing}`)];
  if (group.standing === "invited" && group.invitedBy !== undefined) {
    parts.push(text("group.invitedBy", { name: nameOf(group.invitedBy) }));
  }
  parts.push(countText("group.members", group.members.length));
  if (group.unread > 0) parts.push(countText("group.unread", group.unread));
  return parts.join("  ");
}

/** A group with everybody who belongs to it, a line each. */
export function describeMembers(group: GroupInfo): readonly string[] {
  const members = group.members.map((member) => {
    const notMet = member.isMet ? [] : [text("group.notMet")];
    return [nameOf(member), text(`group.role.${member.role}`), ...notMet, printableText(member.account)];
  });
  const guests = group.guests.map((guest) => [nameOf(guest), text("group.guest"), printableText(guest.account)]);
  const fork = group.isForked ? [text("group.forked")] : [];
  return [describeGroup(group), ...[...members, ...guests].map((parts) => `  ${parts.join("  ")}`), ...fork];
}

/** A line of a group's chat; one before it says what is missing. */
export function describeGroupLine(message: GroupMessageInfo): readonly string[] {
  const missing = message.missing === undefined ? [] : [countText("group.missing", message.missing)];
  return [...missing, message.line === undefined ? describeWords(message) : describeHappening(message)];
}

function describeWords(message: GroupMessageInfo): string {
  const { author, isUnsupported, replyTo } = message;
  const state = author.isOwn ? [describeDelivery(message)] : [];
  const reply = replyTo === undefined ? [] : [describeReply(replyTo)];
  const words = isUnsupported === true ? text("message.unsupported") : printableLine(message.text);
  const parts = [nameOf(author), describeTime(message.sentAtMs), ...state, ...reply, words];
  return `${message.id.slice(0, ID_DIGITS)}  ${parts.join(", ")}`;
}

/** How far an own message got: with each member, where they differ. */
function describeDelivery({ state, deliveries = [] }: GroupMessageInfo): string {
  const states = new Set(deliveries.map((each) => each.state));
  if (states.size < 2) return stateText(state);
  return deliveries.map(({ person, state: own }) => `${nameOf(person)}: ${stateText(own)}`).join("; ");
}

function stateText(state: GroupMessageInfo["state"]): string {
  return state === "failed" ? text("state.failed", { reason: text("reason.unknown") }) : text(`state.${state}`);
}

function describeReply({ author, text: words }: NonNullable<GroupMessageInfo["replyTo"]>): string {
  if (words === undefined) return text("group.replyUnknown");
  const shown = [...words].slice(0, QUOTE_CHARACTERS).join("");
  return text("group.reply", { name: nameOf(author), words: printableLine(shown) });
}

function describeHappening({ author, line, sentAtMs }: GroupMessageInfo): string {
  if (line === undefined) return "";
  const key: TextKey = line.type === "role" ? `group.line.${line.role ?? "member"}` : `group.line.${line.type}`;
  const whom = line.whom === undefined ? "" : nameOf(line.whom);
  const words = text(key, { who: nameOf(author), whom, name: printableName(line.name ?? "") });
  return [describeTime(sentAtMs), words, ...(line.isVoid ? [text("group.void")] : [])].join("  ");
}

function nameOf({ isOwn, name }: GroupPerson): string {
  return isOwn ? text("message.you") : printableName(name);
}
