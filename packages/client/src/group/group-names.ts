/** Groups and people by what interfaces call them. */
import { type AccountId, parseAccount, plainGroupName } from "@kith/protocol";
import { MessengerError } from "../messenger-error.ts";
import { readWho } from "../people/who.ts";
import type { KnownGroup } from "./group-book.ts";
import type { Groups } from "./groups.ts";

const ID_DIGITS = 64;
const MIN_PREFIX = 4;

/** The group of an id, the beginning of one, or a name. */
export function namedGroup(groups: Groups, name: string): KnownGroup {
  const all = shownGroups(groups);
  const byId = all.filter(({ row }) => isBeginning(name, row.group));
  const found = byId.length > 0 ? byId : all.filter(({ log }) => isName(name, log.state.name.text));
  const open = found.length > 1 ? found.filter(({ row }) => row.standing !== "gone") : found;
  const [group, other] = open;
  if (other !== undefined) throw new MessengerError("GROUP_AMBIGUOUS", "more than one group fits");
  if (group === undefined) throw new MessengerError("GROUP_UNKNOWN", "there is no such group here");
  return group;
}

/** Whether a text is the beginning of a group's id. */
function isBeginning(text: string, group: string): boolean {
  const digits = text.trim().toLowerCase();
  const isId = /^[0-9a-f]+$/.test(digits) && digits.length >= MIN_PREFIX && digits.length <= ID_DIGITS;
  return isId && group.startsWith(digits);
}

function isName(text: string, called: string): boolean {
  return plainGroupName(called).toLowerCase() === plainGroupName(text).toLowerCase();
}

/** Whether a text names a group that is called something: by the beginning of its id, or by its name. */
export function isNamed(text: string, group: string, called: string): boolean {
  return isBeginning(text, group) || isName(text, called);
}

/** Anybody, known or not: a member who is a stranger is named by the account. */
export function anyone({ core }: Groups, who: string): AccountId {
  const account = parseAccount(who.trim());
  if (account.ok) return account.value;
  const meaning = readWho(core.people, who);
  if (meaning.type === "contact") return meaning.contact.account;
  throw new MessengerError("WHO_UNKNOWN", "this person is not among your contacts");
}

/** The groups that this person is shown. */
export function shownGroups({ book, invitations }: Groups): readonly KnownGroup[] {
  return book.all().filter((each) => invitations.isShown(each));
}
