/** The methods about what is said in groups. */
import {
  type ContentId,
  contentHash,
  type GroupId,
  type OperationId,
  replyContent,
  textContent,
  utf8Length,
} from "@kith/protocol";
import { MessengerError } from "../messenger-error.ts";
import { hasReaction, planDeletion, planEdit, planReaction } from "../send/change-plan.ts";
import { checkText } from "../send/text.ts";
import type { KnownGroup } from "./group-book.ts";
import { anyone, namedGroup } from "./group-names.ts";
import { groupPlace, type SaidName } from "./group-place.ts";
import { type GroupMessageRow, isSaid, type SaidRow } from "./group-row.ts";
import type { GroupHandlers } from "./group-service.ts";
import { lineView } from "./group-view.ts";
import type { Groups } from "./groups.ts";

const DEFAULT_LIST = 50;

/** Text of a message to a group, in UTF-8 bytes: it travels inside a content with what a group adds. */
export const MAX_GROUP_TEXT_BYTES: number = 46 * 1024;

type TalkMethod = "message" | "saveDraft" | "send" | "edit" | "delete" | "react" | "messages" | "markRead";

/** The methods over the groups of one account. */
export function groupTalkMethods(groups: Groups): Pick<GroupHandlers, `group.${TalkMethod}`> {
  return {
    async "group.send"({ group, text, id, replyTo }) {
      return lineView(groups, await send(groups, namedGroup(groups, group), { text, id, replyTo }));
    },
    async "group.edit"({ group, id, text, editId }) {
      checkGroupText(text);
      const said = await requireSaid(groups, namedGroup(groups, group).row.group, id);
      const plan = planEdit(said.content.id, text, editId as ContentId | undefined);
      return lineView(groups, await groups.talk.change(said.group, nameOf(said), plan));
    },
    async "group.delete"({ group, id, author, isForEveryone }) {
      const said = await requireSaid(groups, namedGroup(groups, group).row.group, id, author);
      if (isForEveryone) await groups.talk.change(said.group, nameOf(said), planDeletion(said.content.id, undefined));
      else await groups.talk.forget(said.group, nameOf(said));
      return { deleted: true };
    },
    async "group.react"({ group, id, author, emoji }) {
      const said = await requireSaid(groups, namedGroup(groups, group).row.group, id, author);
      const plan = planReaction(nameOf(said), emoji);
      const isSame = hasReaction(said.marks, groups.core.account.id, emoji);
      return lineView(groups, isSame ? said : await groups.talk.change(said.group, nameOf(said), plan));
    },
    async "group.messages"({ group, before, limit = DEFAULT_LIST }) {
      const { row } = namedGroup(groups, group);
      if (row.standing === "invited") return [];
      const edge = before === undefined ? undefined : await requireLine(groups, row.group, before);
      const rows = await groups.messages.list(row.group, limit, edge);
      return Promise.all(rows.map((each) => lineView(groups, each)));
    },
    async "group.message"({ group, id, author }) {
      const known = namedGroup(groups, group).row.group;
      const row = await requireSaid(groups, known, id, author).catch(orNothing);
      return { message: row === null ? null : await lineView(groups, row) };
    },
    async "group.saveDraft"({ group, text, replyTo }) {
      const draft = { group: namedGroup(groups, group).row.group, text };
      const change = groups.book.setDraft(replyTo === undefined ? draft : { ...draft, replyTo: replyTo as ContentId });
      await groups.core.store.commit([change]);
      return { saved: true };
    },
    async "group.markRead"({ group }) {
      await groups.talk.markRead(namedGroup(groups, group).row.group);
      return { unread: 0 };
    },
  };
}

async function send(
  groups: Groups,
  { row }: KnownGroup,
  { text, id: given, replyTo }: { text: string; id: string | undefined; replyTo: string | undefined },
): Promise<GroupMessageRow> {
  checkGroupText(text);
  const id = given as ContentId | undefined;
  if (replyTo === undefined) return groups.talk.send(row.group, (head) => textContent(head, text), id);
  const { author, content, marks } = await requireSaid(groups, row.group, replyTo);
  if (marks?.isDeleted === true) throw new MessengerError("MESSAGE_DELETED", "this message was deleted");
  const to = { author, id: content.id };
  const hash = marks?.originalHash ?? contentHash(groups.core.suite, content);
  return groups.talk.send(row.group, (head) => replyContent(head, { text, to, hash }), id);
}

/** What was said under an id: by the author that is named, else by oneself, else the newest. */
async function requireSaid(groups: Groups, group: GroupId, id: string, author?: string): Promise<SaidRow> {
  const by = author === undefined ? groups.core.account.id : anyone(groups, author);
  const found = await groupPlace(groups, group).find(by, id as ContentId);
  if (found !== undefined) return found;
  const row = author === undefined ? await requireLine(groups, group, id) : undefined;
  if (row !== undefined && isSaid(row)) return row;
  throw new MessengerError("MESSAGE_UNKNOWN", "there is no such message in this group");
}

/** What is not there is no error where somebody asks whether it is. */
function orNothing(error: unknown): null {
  if (error instanceof MessengerError && error.code === "MESSAGE_UNKNOWN") return null;
  throw error;
}

function nameOf({ author, content }: SaidRow): SaidName {
  return { author, id: content.id };
}

/** @throws MessengerError TEXT_EMPTY or TEXT_TOO_LONG. */
export function checkGroupText(text: string): void {
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
