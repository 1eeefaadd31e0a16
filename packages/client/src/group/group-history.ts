/**
 * What was said before somebody came: nothing of it, unless who asks them chooses to pass the newest lines on. Only the word of
 * who passes them on says who said them, and each such line shows that.
 */
import {
  type AccountId,
  type Content,
  type GroupCopy,
  type GroupId,
  type GroupMail,
  memberOf,
  roleOf,
  viewContent,
} from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { GroupBook, KnownGroup } from "./group-book.ts";
import type { GroupMailer, Recipient } from "./group-mailer.ts";
import type { GroupMessages } from "./group-messages.ts";
import { isSaid, type SaidRow } from "./group-row.ts";
import { keepContent } from "./keep-said.ts";

/** Lines that are passed on to somebody new, at most. */
export const MAX_HISTORY_LINES = 100;

/** Lines that are looked at for them: not all of a chat are words. */
const LOOKED_AT = 400;

/** Copies in one mail, in number and in bytes of their bodies. */
const MAX_TOGETHER = 32;
const MAX_TOGETHER_BYTES = 16 * 1024;

interface Parts {
  readonly core: Core;
  readonly book: GroupBook;
  readonly messages: GroupMessages;
  readonly mailer: GroupMailer;
}

/** The past of all groups, for who comes late. */
export class GroupHistory {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Notes whether somebody who is asked gets the newest lines once they join. */
  async promise(group: GroupId, account: AccountId, isPassedOn: boolean): Promise<void> {
    const { core, book } = this.#parts;
    const { row } = book.require(group);
    const others = (row.history ?? []).filter((each) => each !== account);
    if (!isPassedOn && others.length === (row.history ?? []).length) return;
    const draft = new Draft(core);
    draft.add(book.setRow({ ...row, history: isPassedOn ? [...others, account] : others }));
    await draft.commit();
  }

  /** Passes the newest lines on to a device of somebody who has joined, once. */
  async pass({ row, log }: KnownGroup, to: Recipient): Promise<void> {
    const { book, mailer, messages } = this.#parts;
    const { group } = log;
    const isPromised = book.get(group)?.row.history?.includes(to.account) === true;
    if (!isPromised || row.standing !== "joined" || memberOf(log.state, to.account) === undefined) return;
    const lines = (await messages.list(group, LOOKED_AT)).filter(isSaid).filter(isPassable).slice(-MAX_HISTORY_LINES);
    const mails = inMails(group, lines);
    await mailer.post(
      mails.map((mail) => ({ ...to, mail })),
      (draft) => {
        const current = book.get(group)?.row ?? row;
        draft.add(book.setRow({ ...current, history: current.history?.filter((each) => each !== to.account) }));
      },
    );
  }

  /**
   * Takes lines of before this account came, from the admin who asked it only; the caller holds that person's lock.
   * @returns whether they were taken.
   */
  async take(
    draft: Draft,
    from: Recipient,
    { group, copies }: Extract<GroupMail, { type: "copies" }>,
  ): Promise<boolean> {
    const { core, book } = this.#parts;
    const known = book.get(group);
    if (known === undefined || !this.#isHeard(known, from, copies)) return false;
    const nowMs = core.clock.nowMs();
    for (const copy of copies) {
      const orderMs = Math.min(copy.orderMs, nowMs);
      const { author, content } = copy;
      const told: GroupCopy = { author, content, orderMs, receivedAtMs: nowMs, isRead: true };
      await keepContent(this.#parts, draft, {
        group,
        device: from.device,
        awaits: [],
        copy: told,
        toldBy: from.account,
      });
    }
    const current = book.get(group)?.row ?? known.row;
    draft.add(book.setRow({ ...current, heardLines: (current.heardLines ?? 0) + copies.length }));
    draft.tell({ type: "group.changed", group });
    return true;
  }

  #isHeard({ row, log }: KnownGroup, { account }: Recipient, copies: readonly GroupCopy[]): boolean {
    const member = memberOf(log.state, account);
    const isHost = row.invitedBy === account && member !== undefined && roleOf(member) === "admin";
    const own = this.#parts.core.account.id;
    const isFew = (row.heardLines ?? 0) + copies.length <= MAX_HISTORY_LINES;
    // Nobody tells us what we said ourselves.
    return isHost && isFew && copies.every(({ author, content }) => author !== own && isWords(content));
  }
}

function isPassable({ content, marks, vanish, isForgotten }: SaidRow): boolean {
  return marks?.isDeleted !== true && vanish === undefined && isForgotten !== true && isWords(content);
}

/** Only words are passed on: no files, nothing that vanishes. */
function isWords(content: Content): boolean {
  const view = viewContent(content);
  const isText = view.ok && (view.value.type === "text" || view.value.type === "reply");
  return isText && content.vanishAfterMs === undefined;
}

function inMails(group: GroupId, lines: readonly SaidRow[]): readonly GroupMail[] {
  const parts: GroupCopy[][] = [];
  let sizeBytes = 0;
  for (const { author, content, orderMs } of lines) {
    const last = parts.at(-1);
    sizeBytes += content.body.length;
    if (last === undefined || last.length >= MAX_TOGETHER || sizeBytes > MAX_TOGETHER_BYTES) {
      parts.push([{ author, content, orderMs }]);
      sizeBytes = content.body.length;
    } else last.push({ author, content, orderMs });
  }
  return parts.map((copies) => ({ type: "copies", group, copies }));
}
