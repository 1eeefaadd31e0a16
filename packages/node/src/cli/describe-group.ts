/** Groups and what happens in them in words. */
import type { GroupInfo, GroupKnockInfo, GroupLineInfo, GroupMessageInfo, GroupPerson } from "@kith/client";
import { countText, type TextKey, text } from "../i18n/text.ts";
import { describeTime } from "./describe.ts";
import { describeAbsence, describeMarks, describeQuote } from "./describe-message.ts";
import { describeDuration } from "./duration.ts";
import { printableLine, printableName, printableText } from "./printable.ts";

/** Digits of an id that are shown: enough to tell groups and messages apart. */
const ID_DIGITS = 8;

/** A group on one line: the beginning of its id, name, where you stand, who belongs to it. */
export function describeGroup(group: GroupInfo): string {
  const parts = [shortId(group), printableName(group.name), text(`group.standing.${group.standing}`)];
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
  const waiting = group.waiting.map((guest) => [nameOf(guest), text("group.waits"), printableText(guest.account)]);
  const help = waiting.length > 0 && group.role === "admin" ? [text("group.letInHelp", { group: shortId(group) })] : [];
  const { link } = group;
  const key = link?.needsApproval === true ? "group.link.approval" : "group.link.on";
  const linkLine = link === undefined ? [] : [`  ${text(key, { name: nameOf(link.by) })}`];
  const branches = (group.branches ?? []).map(({ by, change, members: seen }) => {
    const names = seen.map(nameOf).join(", ");
    return `  ${text("group.branch", { change: describeChange(by, change), members: names })}`;
  });
  const fork = group.isForked ? [text("group.forked"), ...branches] : [];
  const people = [...members, ...guests, ...waiting].map((parts) => `  ${parts.join("  ")}`);
  return [describeGroup(group), ...people, ...linkLine, ...fork, ...help];
}

/** A group that was asked into by a link, on one line. */
export function describeKnock(knock: GroupKnockInfo): string {
  return [shortId(knock), printableName(knock.name), text(`group.knock.${knock.state}`)].join("  ");
}

/** The digits of a group's id that are shown. */
export function shortId({ group }: Pick<GroupInfo, "group">): string {
  return group.slice(0, ID_DIGITS);
}

/** A line of a group's chat; one before it says what is missing. */
export function describeGroupLine(message: GroupMessageInfo): readonly string[] {
  const { missingBefore = 0 } = message;
  const missing = missingBefore === 0 ? [] : [countText("group.missing", missingBefore)];
  return [...missing, message.line === undefined ? describeWords(message) : describeHappening(message)];
}

function describeWords(message: GroupMessageInfo): string {
  const { author, reactions = [], replyTo } = message;
  const state = author.isOwn ? [describeDelivery(message)] : [];
  const reply = replyTo === undefined ? [] : [describeQuote(replyTo, nameOf(replyTo.author))];
  const words = describeAbsence(message) ?? printableLine(message.text);
  const told = message.toldBy === undefined ? [] : [text("group.toldBy", { name: nameOf(message.toldBy) })];
  const parts = [nameOf(author), describeTime(message.sentAtMs), ...told, ...state, ...reply, words];
  const marks = describeMarks(message, nameOf(author), (reaction) => {
    const person = reactions.find((each) => each === reaction)?.person;
    return person === undefined ? "" : nameOf(person);
  });
  return `${message.id.slice(0, ID_DIGITS)}  ${[parts.join(", "), ...marks].join(" ")}`;
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

function describeHappening({ author, line, sentAtMs }: GroupMessageInfo): string {
  if (line === undefined) return "";
  return [describeTime(sentAtMs), describeChange(author, line)].join("  ");
}

function describeChange(author: GroupPerson, line: GroupLineInfo): string {
  const key = keyOf(line);
  const whom = line.whom === undefined ? "" : nameOf(line.whom);
  const words = text(key, {
    who: nameOf(author),
    whom,
    name: printableName(line.name ?? ""),
    after: describeDuration(line.afterMs ?? 0),
  });
  return [words, ...(line.isVoid ? [text("group.void")] : [])].join("  ");
}

function keyOf(line: GroupLineInfo): TextKey {
  switch (line.type) {
    case "role":
      return `group.line.${line.role ?? "member"}`;
    case "timer":
      return line.afterMs === undefined ? "group.line.timer" : "group.line.timerOn";
    case "link":
      if (line.isOn !== true) return "group.line.link";
      return line.needsApproval === true ? "group.line.linkApproval" : "group.line.linkOn";
    case "join":
      if (line.byLink === undefined) return "group.line.join";
      return line.byLink === "asks" ? "group.line.askByLink" : "group.line.joinByLink";
    case "add":
      return line.wasWaiting === true ? "group.line.letIn" : "group.line.add";
    case "remove":
      return line.wasWaiting === true ? "group.line.decline" : "group.line.remove";
    default:
      return `group.line.${line.type}`;
  }
}

function nameOf({ isOwn, name }: GroupPerson): string {
  return isOwn ? text("message.you") : printableName(name);
}
