/** Groups in words. */
import type { GroupInfo, GroupLineInfo, GroupMessageInfo, GroupPerson } from "@kith/client/rpc";
import { plainName } from "../../i18n/bidi.ts";
import type { TextKey } from "../../i18n/catalogue.ts";
import type { Text } from "../../i18n/text.ts";

/** A group's name as it is safe to show; one that is empty after that has a word for it. */
export function groupName(text: Text, { name }: Pick<GroupInfo, "name">): string {
  return plainName(name) || text.say("groups.unnamed");
}

/** A member's name, or the word for oneself. */
export function memberName(text: Text, { name, isOwn }: GroupPerson): string {
  return isOwn ? text.say("groups.you") : plainName(name);
}

/** What happened to the group, in words. */
export function lineText(text: Text, { author, line }: GroupMessageInfo): string {
  return line === undefined ? "" : changeText(text, author, line);
}

/** What somebody did to the group, in words. */
export function changeText(text: Text, author: GroupPerson, line: GroupLineInfo): string {
  const after = line.type === "timer" ? line.afterMs : undefined;
  const key: TextKey = `groupLine.${kindOf(line)}`;
  const whom = line.whom === undefined ? "" : memberName(text, line.whom);
  const words = text.say(key, {
    who: memberName(text, author),
    whom,
    name: plainName(line.name ?? ""),
    after: text.duration(after ?? 0),
  });
  return line.isVoid ? text.say("groups.lineVoid", { line: words }) : words;
}

/** The words that fit a line. */
function kindOf(line: GroupLineInfo) {
  switch (line.type) {
    case "role":
      return line.role ?? "member";
    case "timer":
      return line.afterMs === undefined ? "timer" : "timerOn";
    case "link":
      if (line.isOn !== true) return "link";
      return line.needsApproval === true ? "linkApproval" : "linkOn";
    case "join":
      if (line.byLink === undefined) return "join";
      return line.byLink === "asks" ? "asksByLink" : "joinByLink";
    case "add":
      return line.wasWaiting === true ? "letIn" : "add";
    case "remove":
      return line.wasWaiting === true ? "decline" : "remove";
    default:
      return line.type;
  }
}

/** How far an own message got. */
export function stateText(text: Text, state: GroupMessageInfo["state"]): string {
  return state === "received" ? "" : text.say(`groupState.${state}`);
}
