/** What devices of one account tell each other of groups beside the log: messages one of them was not given, and what was read. */
import { type GroupCopy, type GroupId, type GroupMail, type GroupState, memberOf } from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import type { GroupBook } from "./group-book.ts";
import type { GroupLetters } from "./group-letters.ts";
import type { GroupMailer, Letter, Recipient } from "./group-mailer.ts";
import type { GroupMessages } from "./group-messages.ts";
import { isSaid } from "./group-row.ts";
import { keepContent } from "./keep-said.ts";

interface Parts {
  readonly core: Core;
  readonly book: GroupBook;
  readonly messages: GroupMessages;
  readonly mailer: GroupMailer;
  readonly letters: GroupLetters;
}

/** How far ahead of this device's clock a place may be, in ms. */
const MAX_ORDER_AHEAD_MS = 24 * 3600 * 1000;

/** Copies between our devices. */
export class GroupCopies {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A message for those of our devices that did not belong to the group as its sender knew it. */
  letters(group: GroupId, then: GroupState, copy: GroupCopy): readonly Letter[] {
    return this.#left(then).map((to) => ({ ...to, mail: { type: "copies", group, copies: [copy] } }));
  }

  #left(then: GroupState): readonly Recipient[] {
    const { core, letters } = this.#parts;
    const had = memberOf(then, core.account.id)?.devices ?? [];
    return letters.own().filter((to) => had.every(({ device }) => device !== to.device));
  }

  /** Takes what another of our devices has; the caller holds its lock and commits the draft. */
  async take(draft: Draft, from: Recipient, { group, copies }: Extract<GroupMail, { type: "copies" }>): Promise<void> {
    for (const copy of copies) await this.#takeOne(draft, from, group, copy);
  }

  async #takeOne(draft: Draft, { device }: Recipient, group: GroupId, copy: GroupCopy): Promise<void> {
    const { core, book } = this.#parts;
    const orderMs = Math.min(copy.orderMs, core.clock.nowMs() + MAX_ORDER_AHEAD_MS);
    const kept = await keepContent(this.#parts, draft, { group, device, awaits: [], copy: { ...copy, orderMs } });
    const isRead = copy.author === core.account.id || copy.isRead === true;
    const known = book.get(group)?.row;
    if (known === undefined || kept !== "line" || isRead) return;
    draft.add(book.setRow({ ...known, unread: known.unread + 1 }));
  }

  /** Tells our other devices that everything here was read. */
  async tellRead(group: GroupId, orderMs: number): Promise<void> {
    const all = this.#parts.letters.own().map((to): Letter => ({ ...to, mail: { type: "read", group, orderMs } }));
    if (all.length > 0) await this.#parts.mailer.post(all);
  }

  /** Another of our devices showed everything up to a place. */
  async takeRead(draft: Draft, { group, orderMs }: Extract<GroupMail, { type: "read" }>): Promise<void> {
    const { core, book, messages } = this.#parts;
    const row = book.get(group)?.row;
    if (row === undefined || row.unread === 0) return;
    const newest = await messages.list(group, row.unread);
    const left = newest.filter((each) => each.orderMs > orderMs && !each.isRead && each.author !== core.account.id);
    for (const each of newest)
      if (isSaid(each) && !each.isRead && each.orderMs <= orderMs) draft.add(...messages.read(each));
    draft.add(book.setRow({ ...row, unread: Math.min(row.unread, left.length) }));
    draft.tell({ type: "group.changed", group });
  }
}
