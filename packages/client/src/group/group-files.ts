/** Files that are offered in groups, and texts that are forwarded there, for the rest of the engine. */
import { type ContentId, type GroupId, textContent, toHex } from "@kith/protocol";
import type { Message } from "../client.ts";
import { FileAskers } from "../file/file-askers.ts";
import type { Forwarding, GroupFiles, SendWords } from "../file/group-offers.ts";
import type { ListedFile } from "../file/named-file.ts";
import { hasFile, type Offer } from "../file/offering.ts";
import { MessengerError } from "../messenger-error.ts";
import { requireContact } from "../people/who.ts";
import { requireMessage } from "../send/operation.ts";
import type { GroupLetters } from "./group-letters.ts";
import { anyone, namedGroup } from "./group-names.ts";
import { groupPlace } from "./group-place.ts";
import { isSaid, type SaidRow } from "./group-row.ts";
import { checkGroupText } from "./group-talk-methods.ts";
import { lineView, nameOfFile } from "./group-view.ts";
import type { Groups } from "./groups.ts";

/** Lines of one group looked through for files. */
const MAX_LOOKED_AT = 500;

/** The files of one account's groups. */
export function groupFiles(groups: Groups, letters: GroupLetters): GroupFiles {
  const { book, core, talk } = groups;
  return {
    find: (group, author, id) => groupPlace(groups, group).find(author, id),
    askers: new FileAskers(core),
    isReader(group, device) {
      const known = book.get(group);
      return known?.row.standing === "joined" && letters.others(known.log).some((each) => each.device === device);
    },
    target({ who, group: name, isOnce }) {
      requireOne(who, name);
      if (isOnce !== true) return requireJoined(groups, name);
      throw new MessengerError("PARAMS_INVALID", "nothing in a group is seen once", { details: { rule: "isOnce" } });
    },
    async named({ group = "", who, id }) {
      const message = await requireSaid(groups, group, who, id);
      return { name: nameOfFile(core, message), message, view: () => lineView(groups, message) };
    },
    list: (name) => listFiles(groups, name),
    send: async (group, make, id) => lineView(groups, await talk.send(group, make, id)),
    async sent(group, id) {
      const row = await groupPlace(groups, group).find(core.account.id, id);
      return row && lineView(groups, row);
    },
    async markPlayed({ group = "", who, id }) {
      const said = await requireSaid(groups, group, who, id);
      return lineView(groups, await talk.markPlayed(said.group, { author: said.author, id: said.content.id }));
    },
    forward: (params, textOf, send) => forward(groups, params, textOf, send),
  };
}

/** It goes either to a person or to a group. */
function requireOne(who: string | undefined, group: string | undefined): void {
  if ((who === undefined) !== (group === undefined)) return;
  throw new MessengerError("PARAMS_INVALID", "it goes to a person or to a group", { details: { rule: "who" } });
}

function requireJoined(groups: Groups, name: string | undefined): GroupId {
  return groups.talk.requireJoined(namedGroup(groups, name ?? "").row.group).row.group;
}

async function requireSaid(groups: Groups, name: string, who: string, id: string): Promise<SaidRow> {
  const { group } = namedGroup(groups, name).row;
  return groups.talk.requireSaid(group, { author: anyone(groups, who), id: id as ContentId });
}

async function listFiles(groups: Groups, name: string | undefined): Promise<readonly ListedFile[]> {
  const known = name === undefined ? groups.book.all() : [namedGroup(groups, name)];
  const there = known.filter(({ row }) => row.standing !== "invited");
  const lines = await Promise.all(there.map(({ row }) => groups.messages.list(row.group, MAX_LOOKED_AT)));
  const said = lines.flat().filter(isSaid).filter(hasFile);
  return said.map((row) => ({
    name: nameOfFile(groups.core, row),
    orderMs: row.orderMs,
    view: () => lineView(groups, row),
  }));
}

async function forward(
  groups: Groups,
  { who, group, id, to, toGroup, newId }: Forwarding,
  textOf: (offer: Offer) => string,
  send: SendWords,
): Promise<Message> {
  const { core, talk } = groups;
  requireOne(to, toGroup);
  const said =
    group === undefined
      ? requireMessage(core, { account: requireContact(core.people, who).account, id: id as ContentId })
      : requireSaid(groups, group, who, id);
  const text = textOf(await said);
  if (to !== undefined) return send(to, text, newId as ContentId | undefined);
  checkGroupText(text);
  const target = requireJoined(groups, toGroup);
  const given = (newId ?? toHex(core.random(16))) as ContentId;
  return lineView(groups, await talk.send(target, (head) => textContent(head, text, { isForwarded: true }), given));
}
