/** Groups and their lines as interfaces see them. */
import {
  type AccountId,
  accountToText,
  CONTENT_KINDS,
  type DeliveryRecord,
  type DeviceId,
  type GroupLog,
  leastAdvanced,
  type MessageRef,
  memberOf,
  type OperationId,
  plainGroupName,
  QUEUED,
  type ReachedMember,
  roleOf,
  stateAfter,
  summarizeDelivery,
  toHex,
  viewContent,
} from "@kith/protocol";
import type { Quote } from "../client.ts";
import type { Core } from "../core.ts";
import type { FileName } from "../file/file-book.ts";
import { checkQuote, shownReactions, viewChange, viewVanish, viewWords } from "../message/message-view.ts";
import { contactView } from "../people/contact-view.ts";
import type { GroupBook, KnownGroup } from "./group-book.ts";
import type {
  GroupBranch,
  GroupInfo,
  GroupLineInfo,
  GroupMemberInfo,
  GroupMessageInfo,
  GroupPerson,
} from "./group-info.ts";
import { asksByLink, wasWaiting } from "./group-line.ts";
import type { GroupLinks } from "./group-links.ts";
import type { GroupMessages } from "./group-messages.ts";
import { isHere } from "./group-pictures.ts";
import { type GroupMessageRow, isSaid, type SaidRow } from "./group-row.ts";

interface Known {
  readonly core: Core;
  readonly book: GroupBook;
  readonly messages: GroupMessages;
  readonly links: GroupLinks;
}

/** Kinds that mean nothing in a group. */
const ONLY_BETWEEN_TWO: readonly number[] = [CONTENT_KINDS.once, CONTENT_KINDS.introduction];

/** Changes that are told of as side by side. */
const MAX_BRANCHES = 8;

/** Characters of an account text that stand for a name. */
const SHORT_ACCOUNT_CHARACTERS = 12;

/** A person as a group shows them. */
export function personView(core: Core, account: AccountId): GroupPerson {
  const text = accountToText(account);
  const contact = core.people.contact(account);
  const isOwn = account === core.account.id;
  const view = contact && contactView(contact);
  const own = isOwn ? core.account.chain.handle?.written : undefined;
  const handle = view?.handle ?? own;
  return {
    account: text,
    name: view?.name ?? (handle === undefined ? `${text.slice(0, SHORT_ACCOUNT_CHARACTERS)}…` : `@${handle}`),
    ...(handle === undefined ? {} : { handle }),
    isOwn,
    isContact: !isOwn && contact !== undefined && contact.relation === "accepted",
  };
}

/** A group for an interface. */
export async function groupView(known: Known, { row, log }: KnownGroup): Promise<GroupInfo> {
  const { core, messages } = known;
  const { state } = log;
  const own = memberOf(state, core.account.id);
  const [last] = row.standing === "invited" ? [] : await messages.list(row.group, 1);
  return {
    group: row.group,
    name: plainGroupName(state.name.text),
    standing: row.standing,
    ...(own === undefined ? {} : { role: roleOf(own) }),
    ...(row.invitedBy === undefined ? {} : { invitedBy: personView(core, row.invitedBy) }),
    members: state.members.map((member): GroupMemberInfo => {
      const isMet = member.account === core.account.id || member.devices.some(({ device }) => isKnown(core, device));
      return { ...personView(core, member.account), role: roleOf(member), isMet };
    }),
    guests: guestsOf(core, log, false),
    waiting: guestsOf(core, log, true),
    ...linkOf(known, log),
    unread: row.unread,
    ...(last === undefined ? {} : { last: await lineView(known, last) }),
    ...(state.timer.vanishAfterMs === undefined ? {} : { vanishAfterMs: state.timer.vanishAfterMs }),
    ...(row.pictureHash !== undefined && isHere({ row, log })
      ? { pictureId: toHex(row.pictureHash).slice(0, 16) }
      : {}),
    ...(state.picture.hash === undefined ? {} : { hasPicture: true }),
    ...draftOf(known, row),
    isForked: log.heads.length > 1,
    ...(log.heads.length > 1
      ? { branches: log.heads.slice(0, MAX_BRANCHES).map((id) => branchOf(core, log, id)) }
      : {}),
  };
}

function guestsOf(core: Core, { state }: GroupLog, isWaiting: boolean): readonly GroupPerson[] {
  const guests = state.guests.filter(({ waiting }) => (waiting !== undefined) === isWaiting);
  return guests.map(({ account }) => personView(core, account));
}

function linkOf({ core, links }: Known, { group, state, byId }: GroupLog): Pick<GroupInfo, "link"> {
  const { key, by, needsApproval } = state.link;
  const author = byId.get(by)?.read.operation.author;
  if (key === undefined || author === undefined) return {};
  return { link: { needsApproval, by: personView(core, author), isHere: links.ownLink(group, key) !== undefined } };
}

/** What those see who have one of the newest changes and not the others. */
function branchOf(core: Core, log: GroupLog, id: OperationId): GroupBranch {
  const author = log.byId.get(id)?.read.operation.author;
  if (author === undefined) throw new RangeError("a head is an operation of its group");
  return {
    by: personView(core, author),
    change: lineOf(core, log, id),
    members: stateAfter(log, [id]).members.map(({ account }) => personView(core, account)),
  };
}

function draftOf({ book }: Known, { group }: KnownGroup["row"]): Pick<GroupInfo, "draft"> {
  const draft = book.draft(group);
  if (draft === undefined) return {};
  const { text, replyTo } = draft;
  return { draft: { text, ...(replyTo === undefined ? {} : { replyTo }) } };
}

function isKnown(core: Core, device: DeviceId): boolean {
  return core.people.peer(device) !== undefined;
}

/** A line of a group's chat for an interface. */
export async function lineView(known: Known, row: GroupMessageRow): Promise<GroupMessageInfo> {
  const { core, book, messages } = known;
  const log = book.get(row.group)?.log;
  const id = row.content?.id ?? row.operation ?? "";
  const operation = row.operation === undefined ? undefined : log?.byId.get(row.operation)?.read.operation;
  const missing = await missingOfRow(known, row);
  return {
    id,
    group: row.group,
    chat: row.group,
    author: personView(core, row.author),
    isOwn: row.author === core.account.id,
    ...(isSaid(row) ? await saidView(known, row) : { text: "" }),
    ...(operation === undefined || log === undefined ? {} : { line: lineOf(core, log, row.operation) }),
    sentAtMs: row.content?.sentAtMs ?? operation?.atMs ?? row.orderMs,
    ...(row.receivedAtMs === undefined ? {} : { receivedAtMs: row.receivedAtMs }),
    ...deliveriesOf(core, log, row, await messages.batches.deliveriesOf(row)),
    ...(missing === 0 ? {} : { missingBefore: missing }),
    ...(row.toldBy === undefined ? {} : { toldBy: personView(core, row.toldBy) }),
  };
}

async function missingOfRow({ messages }: Known, { group, awaits }: GroupMessageRow): Promise<number> {
  const here = await Promise.all(awaits.map((name) => messages.hasName(group, name)));
  return here.filter((isHere) => !isHere).length;
}

/** The name of the file that a message may offer. */
export function nameOfFile({ account }: Core, { group, author, content }: SaidRow): FileName {
  return { chat: author, group, isOwn: author === account.id, id: content.id };
}

type Said = Pick<
  GroupMessageInfo,
  "text" | "isUnsupported" | "replyTo" | "editedAtMs" | "reactions" | "vanish" | "isPlayed" | "change"
>;

/** What was said, by the same rules as between two people. */
async function saidView(known: Known, row: SaidRow): Promise<Said> {
  const { core } = known;
  // Nothing in a group is seen once: what says so is from an app of another make.
  if (ONLY_BETWEEN_TWO.includes(row.content.kind)) return { text: "", isUnsupported: true };
  const { replyTo, ...words } = await viewWords(row, {
    isOwn: row.author === core.account.id,
    quote: ({ to, hash }) => quoteOf(known, row.group, to, hash),
    file: (manifest) => core.files.view(nameOfFile(core, row), manifest),
  });
  const view = viewContent(row.content);
  const author = view.ok && view.value.type === "reply" ? view.value.to.author : row.author;
  const reactions = shownReactions(row.marks).map(({ by, emoji }) => {
    return { emoji, isOwn: by === core.account.id, person: personView(core, by) };
  });
  return {
    ...words,
    ...(replyTo === undefined ? {} : { replyTo: { ...replyTo, author: personView(core, author) } }),
    ...(row.marks?.edit === undefined ? {} : { editedAtMs: row.marks.edit.atMs }),
    ...(reactions.length === 0 ? {} : { reactions }),
    ...viewVanish(row),
    ...(row.isPlayed && { isPlayed: true }),
    ...(row.change === undefined ? {} : { change: viewChange(row.change) }),
  };
}

async function quoteOf(
  { core, messages }: Known,
  group: GroupMessageRow["group"],
  { author, id }: MessageRef,
  hash: Uint8Array,
): Promise<Quote> {
  const original = await messages.find(author, id);
  const isHere = original?.group === group && original.content.id === id;
  return { id, isOwn: author === core.account.id, ...checkQuote(core, isHere ? original : undefined, hash) };
}

function lineOf(core: Core, log: GroupLog, id: OperationId | undefined): GroupLineInfo {
  const placed = id && log.byId.get(id);
  if (placed === undefined || id === undefined) throw new RangeError("a line tells of an operation of its group");
  const { act } = placed.read.operation;
  const whom = act.type === "add" || act.type === "remove" || act.type === "role" ? act.account : undefined;
  return {
    type: act.type,
    ...(whom === undefined ? {} : { whom: personView(core, whom) }),
    ...(act.type === "role" || act.type === "add" ? { role: act.role } : {}),
    ...(act.type === "rename" || act.type === "create" ? { name: plainGroupName(act.name) } : {}),
    ...(act.type === "timer" && act.vanishAfterMs !== undefined ? { afterMs: act.vanishAfterMs } : {}),
    ...(act.type === "link" ? { isOn: act.key !== undefined, needsApproval: act.needsApproval === true } : {}),
    ...(act.type === "join" && act.pass !== undefined ? { byLink: asksByLink(log, placed) ? "asks" : "joins" } : {}),
    ...(wasWaiting(log, placed) ? { wasWaiting: true } : {}),
    isVoid: log.voided.has(id),
  };
}

type Deliveries = Pick<GroupMessageInfo, "state" | "deliveries">;

function deliveriesOf(
  core: Core,
  log: GroupLog | undefined,
  row: GroupMessageRow,
  known: GroupMessageRow["deliveries"],
): Deliveries {
  if (row.author !== core.account.id || row.content === undefined) return { state: "received" };
  const { sentBy, reached: told } = row;
  // It came here, so it has left the other device.
  if (sentBy !== undefined && told === undefined) return { state: "sent" };
  const reached = sentBy === undefined ? reachedBy(core, log, known) : (told ?? []).map(asTold);
  const deliveries = reached.map(({ account, record }) => ({ person: personView(core, account), state: record.state }));
  // Alone in a group a message has nowhere to go, and is where it should be.
  const state = reached.length === 0 ? "delivered" : leastAdvanced(reached.map(({ record }) => record)).state;
  return { state, deliveries };
}

interface Reached {
  readonly account: AccountId;
  readonly record: DeliveryRecord;
}

function asTold({ account, state }: ReachedMember): Reached {
  return { account, record: { ...QUEUED, state } };
}

/** How far a message got with each member, by their devices. */
export function reachedBy(
  core: Core,
  log: GroupLog | undefined,
  known: GroupMessageRow["deliveries"],
): readonly Reached[] {
  const byAccount = new Map<AccountId, GroupMessageRow["deliveries"][number]["record"][]>();
  for (const { device, record } of known) {
    const account = core.people.peer(device)?.row.account ?? accountIn(log, device);
    // Our other devices are no members to reach.
    if (account !== undefined && account !== core.account.id)
      byAccount.set(account, [...(byAccount.get(account) ?? []), record]);
  }
  return [...byAccount].map(([account, records]) => ({ account, record: summarizeDelivery(records) }));
}

function accountIn(log: GroupLog | undefined, device: DeviceId): AccountId | undefined {
  return log?.operations.find(({ read }) => read.operation.device === device)?.read.operation.author;
}
