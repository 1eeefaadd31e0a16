/** Invitations: from whom they are taken, which of them are shown, and what becomes of those nobody wants. */
import { type AccountId, type GroupLog, guestOf, memberOf } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import { contactView } from "../people/contact-view.ts";
import type { GroupBook, KnownGroup } from "./group-book.ts";

/** Invitations that may be open at one time; of people who wait to be let in, and of one of them. */
const MAX_INVITATIONS = 64;
const MAX_OF_STRANGERS = 16;
const MAX_OF_ONE_STRANGER = 2;

interface Parts {
  readonly core: Core;
  readonly book: GroupBook;
}

/** Who may ask this account into a group. */
export class GroupInvitations {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whether this account has let somebody in, or has asked to be. */
  isLetIn(account: AccountId): boolean {
    const { core } = this.#parts;
    const relation = core.people.contact(account)?.relation;
    return account === core.account.id || relation === "accepted" || relation === "requested";
  }

  /** Whether what somebody says of a group that is not known may become an invitation. */
  isHeard(account: AccountId): boolean {
    return this.isLetIn(account) || this.#parts.core.people.contact(account)?.relation === "requesting";
  }

  /**
   * Whether a group that was not known is taken in: this account is asked by somebody it has let in, or was in it before;
   * people who ask to be let in may ask that too, a few of them. Its own devices may tell of any it belongs to.
   */
  isTaken({ state }: GroupLog, from: AccountId): boolean {
    const { id: own } = this.#parts.core.account;
    const isAsked = guestOf(state, own) !== undefined;
    const isThere = isAsked || memberOf(state, own) !== undefined;
    if (from === own) return isThere;
    const open = this.#parts.book.all().filter(({ row }) => row.standing === "invited");
    if (!isThere || open.length >= MAX_INVITATIONS || !this.isHeard(from)) return false;
    if (this.isLetIn(from)) return true;
    const theirs = open.filter(({ row }) => row.invitedBy === from).length;
    return (
      isAsked && theirs < MAX_OF_ONE_STRANGER && open.filter((each) => !this.isShown(each)).length < MAX_OF_STRANGERS
    );
  }

  /** Whether a group is shown among the groups: an invitation waits in Requests until its sender is let in. */
  isShown({ row }: KnownGroup): boolean {
    return row.standing !== "invited" || row.invitedBy === undefined || this.isLetIn(row.invitedBy);
  }

  /** How many groups somebody who asks to be let in asks into. */
  countOf(account: AccountId): number {
    return this.#parts.book.all().filter((each) => each.row.invitedBy === account && !this.isShown(each)).length;
  }

  /** Tells interfaces that somebody who waits to be let in asks into a group. */
  announce(draft: Draft, known: KnownGroup): void {
    const { invitedBy } = known.row;
    const contact = invitedBy && this.#parts.core.people.contact(invitedBy);
    if (contact === undefined || this.isShown(known)) draft.tell({ type: "group.changed", group: known.row.group });
    else if (contact.relation === "requesting") draft.tell({ type: "request.received", contact: contactView(contact) });
  }

  /** Shows what somebody asked who is let in now. */
  async show(account: AccountId): Promise<void> {
    const draft = new Draft(this.#parts.core);
    for (const { row } of this.#parts.book.all()) {
      const isTheirs = row.standing === "invited" && row.invitedBy === account;
      if (isTheirs) draft.tell({ type: "group.changed", group: row.group });
    }
    await draft.commit();
  }

  /** Forgets invitations of people who were forgotten or blocked. */
  async prune(): Promise<void> {
    for (const known of this.#parts.book.all()) {
      if (this.isShown(known) || this.isHeard(known.row.invitedBy ?? this.#parts.core.account.id)) continue;
      const draft = new Draft(this.#parts.core);
      draft.add(...(await this.#parts.book.remove(known.row.group)));
      await draft.commit();
    }
  }
}
