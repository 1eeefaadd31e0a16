/** The methods about groups. */
import {
  type AccountId,
  type ContentId,
  contentHash,
  type GroupId,
  type OperationId,
  parseAccount,
  plainGroupName,
  replyContent,
  textContent,
  utf8Length,
} from "@kith/protocol";
import { MessengerError } from "../messenger-error.ts";
import { readWho, requireContact } from "../people/who.ts";
import { requireAccepted } from "../send/compose.ts";
import { checkText } from "../send/text.ts";
import type { KnownGroup } from "./group-book.ts";
import type { GroupMessageRow } from "./group-row.ts";
import type { GroupHandlers } from "./group-service.ts";
import { groupView, lineView } from "./group-view.ts";
import type { Groups } from "./groups.ts";

const DEFAULT_LIST = 50;

/** Text of a message to a group, in UTF-8 bytes: it travels inside a content with what a group adds. */
export const MAX_GROUP_TEXT_BYTES: number = 46 * 1024;

const ID_DIGITS = 64;
const MIN_PREFIX = 4;

/** The methods over the groups of one account. */
export function groupMethods(groups: Groups): GroupHandlers {
  const view = (group: GroupId) => groupView(groups, groups.require(group));
  const acting = async (name: string, act: (group: GroupId) => Promise<void>) => {
    const { group } = named(groups, name).row;
    await act(group);
    return view(group);
  };
  return {
    async "group.create"({ name, who }) {
      const accounts = [...new Set(who.map((each) => invitable(groups, each)))];
      return view(await groups.create(shownName(name), accounts));
    },
    async "group.list"() {
      return Promise.all(shownOf(groups).map((each) => groupView(groups, each)));
    },
    "group.get": async ({ group }) => view(named(groups, group).row.group),
    "group.join": ({ group }) => acting(group, (id) => groups.join(id)),
    "group.leave": ({ group }) => acting(group, (id) => groups.leave(id)),
    "group.add": ({ group, who, role = "member" }) =>
      acting(group, (id) => groups.act(id, { type: "add", account: invitable(groups, who), role })),
    "group.remove": ({ group, who, isBanned }) =>
      acting(group, (id) => {
        const account = anyone(groups, who);
        return groups.act(id, { type: "remove", account, ...(isBanned === true ? { isBanned } : {}) });
      }),
    "group.setRole": ({ group, who, role }) =>
      acting(group, (id) => groups.act(id, { type: "role", account: anyone(groups, who), role })),
    "group.rename": ({ group, name }) =>
      acting(group, (id) => groups.act(id, { type: "rename", name: shownName(name) })),
    async "group.send"({ group, text, id, replyTo }) {
      return lineView(groups, await send(groups, named(groups, group), { text, id, replyTo }));
    },
    async "group.messages"({ group, before, limit = DEFAULT_LIST }) {
      const { row } = named(groups, group);
      if (row.standing === "invited") return [];
      const edge = before === undefined ? undefined : await requireLine(groups, row.group, before);
      const rows = await groups.messages.list(row.group, limit, edge);
      return Promise.all(rows.map((each) => lineView(groups, each)));
    },
    async "group.markRead"({ group }) {
      await groups.markRead(named(groups, group).row.group);
      return { unread: 0 };
    },
  };
}

/** The group of an id, the beginning of one, or a name. */
function named(groups: Groups, name: string): KnownGroup {
  const all = shownOf(groups);
  const digits = name.trim().toLowerCase();
  const isId = /^[0-9a-f]+$/.test(digits) && digits.length >= MIN_PREFIX && digits.length <= ID_DIGITS;
  const byId = isId ? all.filter(({ row }) => row.group.startsWith(digits)) : [];
  const isName = ({ log }: KnownGroup): boolean => {
    return plainGroupName(log.state.name.text).toLowerCase() === plainGroupName(name).toLowerCase();
  };
  const found = byId.length > 0 ? byId : all.filter(isName);
  const open = found.length > 1 ? found.filter(({ row }) => row.standing !== "gone") : found;
  const [group, other] = open;
  if (other !== undefined) throw new MessengerError("GROUP_AMBIGUOUS", "more than one group fits");
  if (group === undefined) throw new MessengerError("GROUP_UNKNOWN", "there is no such group here");
  return group;
}

function shownName(name: string): string {
  const shown = plainGroupName(name);
  if (shown === "") throw new MessengerError("TEXT_EMPTY", "a group has a name");
  return shown;
}

function shownOf({ book, invitations }: Groups): readonly KnownGroup[] {
  return book.all().filter((each) => invitations.isShown(each));
}

/** Who may be asked: whoever has let us in, and whoever we ask to; it waits in their Requests then. */
function invitable({ core }: Groups, who: string): AccountId {
  const { account, relation } = requireContact(core.people, who);
  return relation === "requested" ? account : requireAccepted(core, account).account;
}

/** Anybody, known or not: a member who is a stranger is named by the account. */
function anyone({ core }: Groups, who: string): AccountId {
  const account = parseAccount(who.trim());
  if (account.ok) return account.value;
  const meaning = readWho(core.people, who);
  if (meaning.type === "contact") return meaning.contact.account;
  throw new MessengerError("WHO_UNKNOWN", "this person is not among your contacts");
}

async function send(
  groups: Groups,
  { row }: KnownGroup,
  { text, id: given, replyTo }: { text: string; id: string | undefined; replyTo: string | undefined },
): Promise<GroupMessageRow> {
  checkGroupText(text);
  const id = given as ContentId | undefined;
  if (replyTo === undefined) return groups.send(row.group, (head) => textContent(head, text), id);
  const original = await requireLine(groups, row.group, replyTo);
  if (original.content === undefined) throw new MessengerError("MESSAGE_UNKNOWN", "this line is no message");
  const to = { author: original.author, id: original.content.id };
  const hash = contentHash(groups.core.suite, original.content);
  return groups.send(row.group, (head) => replyContent(head, { text, to, hash }), id);
}

function checkGroupText(text: string): void {
  checkText(text, "message");
  const actual = utf8Length(text);
  if (actual <= MAX_GROUP_TEXT_BYTES) return;
  throw new MessengerError("TEXT_TOO_LONG", `the text has ${actual} bytes, the limit is ${MAX_GROUP_TEXT_BYTES}`, {
    details: { actual, limit: MAX_GROUP_TEXT_BYTES },
  });
}

async function requireLine(groups: Groups, group: GroupId, id: string): Promise<GroupMessageRow> {
  const found = await groups.messages.findLine(group, id as ContentId | OperationId);
  if (found !== undefined) return found;
  throw new MessengerError("MESSAGE_UNKNOWN", "there is no such message in this group");
}
