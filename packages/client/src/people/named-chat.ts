/** The chat or the group that a method is asked about. */
import type { AccountId, GroupId } from "@kith/protocol";
import type { Core } from "../core.ts";
import { MessengerError } from "../messenger-error.ts";
import { requireContact } from "./who.ts";

/** Whose chat it is: a person's, or a group's. */
export type ChatId = AccountId | GroupId;

/** A chat by the person, or a group by what it is called. */
interface ChatName {
  readonly who?: string | undefined;
  readonly group?: string | undefined;
}

/** Undefined when neither is named. @throws MessengerError as for names, PARAMS_INVALID when both are. */
export function namedChat({ people, others }: Pick<Core, "people" | "others">, name: ChatName): ChatId | undefined {
  const { who, group } = name;
  if (group === undefined) return who === undefined ? undefined : requireContact(people, who).account;
  if (who !== undefined) throw wrongChat("either a chat or a group");
  if (others.said === undefined) throw new MessengerError("GROUP_UNKNOWN", "there is no such group here");
  return others.said.named(group);
}

/** The same where one must be named. @throws MessengerError as `namedChat`, PARAMS_INVALID when none is. */
export function requireChat(core: Pick<Core, "people" | "others">, name: ChatName): ChatId {
  const chat = namedChat(core, name);
  if (chat === undefined) throw wrongChat("a chat or a group");
  return chat;
}

function wrongChat(expected: string): MessengerError {
  return new MessengerError("PARAMS_INVALID", `expected ${expected}`, { details: { rule: "who" } });
}
