/** What devices say about groups: operations are placed, messages opened, questions answered, the rest kept for later. */
import {
  type Content,
  decodeGroupMail,
  type GroupCopy,
  type GroupId,
  type GroupLog,
  type GroupMail,
  type GroupMessage,
  groupMessageName,
  guestOf,
  MAX_WANTED_OPERATIONS,
  type OperationId,
  placeOperations,
  speakerOf,
  stateAfter,
  verifyOperations,
} from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import type { PeerRow } from "../people/contact-row.ts";
import { GroupAnswers } from "./group-answers.ts";
import type { GroupBook, KnownGroup } from "./group-book.ts";
import type { GroupCopies } from "./group-copies.ts";
import { takeAtDoor } from "./group-door.ts";
import type { GroupExits } from "./group-exits.ts";
import type { GroupHistory } from "./group-history.ts";
import type { GroupInvitations } from "./group-invitations.ts";
import type { GroupKnocks } from "./group-knocks.ts";
import { groupLine, linesOf } from "./group-line.ts";
import type { GroupLinks } from "./group-links.ts";
import type { GroupMailer, Recipient } from "./group-mailer.ts";
import type { GroupMessages } from "./group-messages.ts";
import type { GroupPictures } from "./group-pictures.ts";
import type { GroupRow, ParkedRow } from "./group-row.ts";
import { openFromGroup, withSenderKey } from "./group-sealer.ts";
import { keepSaid } from "./keep-said.ts";
import { ParkedMessages } from "./parked-messages.ts";
import { standingIn } from "./standing.ts";

/** What is heard by those who went or were only asked, too: members may not know yet that somebody went. */
const OPEN_TO_ALL: readonly GroupMail["type"][] = ["places", "ask", "heads"];

/** What follows, outside the commit. */
export interface GroupEffects {
  /** Operations came. */
  onOperations(group: GroupId, taken: readonly OperationId[]): void;
  /** Somebody is told where others can be met. */
  onPlaces(group: GroupId): void;
}

interface Parts {
  readonly core: Core;
  readonly book: GroupBook;
  readonly messages: GroupMessages;
  readonly mailer: GroupMailer;
  readonly invitations: GroupInvitations;
  readonly history: GroupHistory;
  readonly exits: GroupExits;
  readonly pictures: GroupPictures;
  readonly links: GroupLinks;
  readonly knocks: GroupKnocks;
}

/** The incoming side of groups. */
export class GroupInbox {
  readonly #parts: Parts;
  readonly #effects: GroupEffects;
  readonly #parked: ParkedMessages;
  readonly #copies: GroupCopies;
  readonly #answers: GroupAnswers;
  /** Counts mails and messages that were not taken, by reason; no ids. */
  readonly refused: Map<string, number> = new Map();

  constructor(parts: Parts, copies: GroupCopies, effects: GroupEffects) {
    this.#copies = copies;
    this.#answers = new GroupAnswers(parts);
    this.#parts = parts;
    this.#effects = effects;
    this.#parked = new ParkedMessages(parts.core, parts.book);
  }

  /** Takes one mail; the caller holds the person's lock and commits the draft. */
  async take(draft: Draft, peer: PeerRow, content: Content): Promise<void> {
    const mail = decodeGroupMail(content.body);
    if (!mail.ok) return this.#count(mail.error.code);
    const from = { account: peer.account, device: peer.device };
    if (mail.value.type === "operations") return this.#takeOperations(draft, from, mail.value);
    const known = this.#parts.book.get(mail.value.group);
    const atDoor = takeAtDoor(this.#parts, draft, { known, from, mail: mail.value });
    if (atDoor !== "no") return atDoor === "taken" ? undefined : this.#count(atDoor);
    const isOpen = known?.row.standing === "joined" || OPEN_TO_ALL.includes(mail.value.type);
    if (known === undefined || !isOpen) return this.#count("unknown-group");
    await this.#takeFromMember(draft, known, from, mail.value);
  }

  async #takeFromMember(draft: Draft, known: KnownGroup, from: Recipient, mail: GroupMail): Promise<void> {
    const { group } = mail;
    switch (mail.type) {
      case "heads":
        draft.afterwards(() => void this.#answers.compare(group, from, mail.heads));
        return;
      case "ask":
        draft.afterwards(() => void this.#answers.answer(group, from, mail.wanted, mail.heads));
        return;
      case "key":
        await this.#takeKey(draft, group, from, mail.distribution);
        draft.afterwards(() => void this.retry(group));
        return;
      case "ask-key":
        draft.afterwards(() => void this.#answers.tellKey(group, from));
        return;
      case "message":
        if (mail.distribution !== undefined) await this.#takeKey(draft, group, from, mail.distribution);
        await this.#takeMessage(draft, known, from, mail.sealed);
        return;
      case "messages":
        if (mail.distribution !== undefined) await this.#takeKey(draft, group, from, mail.distribution);
        for (const sealed of mail.sealed) await this.#takeMessage(draft, known, from, sealed);
        return;
      case "copies":
        if (from.account === this.#parts.core.account.id) return this.#copies.take(draft, from, mail);
        if (!(await this.#parts.history.take(draft, from, mail))) this.#count("not-ours");
        return;
      case "read":
        if (from.account !== this.#parts.core.account.id) return this.#count("not-ours");
        return this.#copies.takeRead(draft, mail);
      case "picture":
        if (!this.#parts.pictures.take(draft, known, from, mail.picture)) this.#count("other-picture");
        return;
      case "ask-picture":
        draft.afterwards(() => void this.#parts.pictures.give(group, from));
        return;
      case "places":
        draft.add(...this.#parts.book.addPlaces(mail.places));
        draft.afterwards(() => this.#effects.onPlaces(group));
    }
  }

  async #takeOperations(
    draft: Draft,
    from: Recipient,
    { group, operations }: Extract<GroupMail, { type: "operations" }>,
  ): Promise<void> {
    const { core, book, invitations, links, knocks } = this.#parts;
    const verified = await verifyOperations(core.suite, group, operations);
    const known = book.get(group);
    const all = [...book.early.of(group), ...verified.operations];
    const placed = placeOperations(known?.log ?? null, all);
    for (const code of [...verified.refused, ...placed.refused]) this.#count(code);
    if (placed.log === null || (known === undefined && !this.#isTaken(placed.log, from))) {
      const isAsked = knocks.get(group) !== undefined;
      if (isAsked || invitations.isHeard(from.account)) {
        book.early.keepUnknown(group, all, !isAsked && !invitations.isLetIn(from.account));
      }
      return this.#count("not-invited");
    }
    if (known !== undefined && links.refuses(draft, from, placed)) return this.#count("not-let-in");
    book.early.keep(group, placed.early);
    if (placed.missing.length > 0) {
      draft.afterwards(() => void this.#answers.ask(group, from, placed.missing.slice(0, MAX_WANTED_OPERATIONS)));
    }
    if (placed.taken.length === 0) return;
    const row = known?.row ?? this.#invitedRow(placed.log, from);
    this.takeLog(draft, placed.log, row, placed.taken);
    draft.afterwards(() => this.#effects.onOperations(group, placed.taken));
  }

  #isTaken(log: GroupLog, { account }: Recipient): boolean {
    const { invitations, knocks } = this.#parts;
    return invitations.isTaken(log, account) || knocks.isAnswer(log);
  }

  #invitedRow({ group, state, byId }: GroupLog, { account }: Recipient): GroupRow {
    const { clock, account: own } = this.#parts.core;
    const guest = guestOf(state, own.id);
    const host = account === own.id ? guest && byId.get(guest.by)?.read.operation.author : account;
    const invitedBy = host === undefined ? {} : { invitedBy: host };
    return { group, standing: "invited", addedAtMs: clock.nowMs(), unread: 0, tips: [], ...invitedBy };
  }

  /** Takes a grown log over, with the lines it makes in the chat. */
  takeLog(draft: Draft, log: GroupLog, row: GroupRow, taken: readonly OperationId[]): void {
    const { core, book, messages } = this.#parts;
    const standing = standingIn(log, core.account);
    const unread = standing === row.standing ? row.unread : 0;
    draft.add(...book.setLog(log, { ...row, standing, unread }));
    this.#giveAnew(draft, log, taken);
    if (standing === "joined") this.#parts.knocks.settle(draft, log.group);
    if (standing === "joined" || row.standing === "joined") {
      for (const id of linesOf(log, core.account, taken)) {
        const line = groupLine(log, id);
        if (line === null) continue;
        draft.add(...messages.put({ ...line, orderMs: this.#orderOfLine(log, row, id), isRead: true }));
      }
    }
    this.#parts.invitations.announce(draft, book.get(log.group) ?? { log, row });
  }

  /** What is told to a device of ours that is new happened before what it will see. */
  #orderOfLine({ group, byId }: GroupLog, { standing }: GroupRow, id: OperationId): number {
    const { clock } = this.#parts.core;
    const atMs = byId.get(id)?.read.operation.atMs ?? 0;
    return standing === "joined" ? this.#parts.messages.takeOrder(group) : Math.min(atMs, clock.nowMs());
  }

  /** Whoever joins gets the chain with the next message, also who had it before: they may have gone in between. */
  #giveAnew(draft: Draft, { group, byId }: GroupLog, taken: readonly OperationId[]): void {
    const { book } = this.#parts;
    const chain = book.chain(group);
    const operations = taken.map((id) => byId.get(id)?.read.operation);
    const joined = operations.flatMap((each) => (each?.act.type === "join" ? [each.device] : []));
    if (chain === undefined || !chain.given.some(({ device }) => joined.includes(device))) return;
    const given = chain.given.filter(({ device }) => !joined.includes(device));
    draft.add(book.setChain(group, { ...chain, given }));
  }

  async #takeKey(draft: Draft, group: GroupId, { device }: Recipient, distribution: Uint8Array): Promise<void> {
    const { core, book } = this.#parts;
    const record = await book.senderKeys(group, device);
    const next = withSenderKey(core, group, device, { record, distribution });
    if (next === null) this.#count("bad-key");
    else if (next !== record) draft.add(book.setSenderKeys(group, device, next));
  }

  /** @returns whether it was worth keeping no longer. */
  async #takeMessage(draft: Draft, known: KnownGroup, from: Recipient, sealed: Uint8Array): Promise<boolean> {
    const { core, book, messages } = this.#parts;
    const { group } = known.row;
    const name = groupMessageName(core.suite, sealed);
    if (await messages.hasName(group, name)) return true;
    const opened = await openFromGroup(core, await book.senderKeys(group, from.device), sealed);
    if (opened.type === "worthless") {
      this.#count("worthless-message");
      return true;
    }
    if (opened.type === "no-key") {
      await this.#park(draft, { group, ...from, sealed });
      draft.afterwards(() => void this.#answers.send(from, { type: "ask-key", group }));
      return false;
    }
    const { message, record } = opened;
    const { log } = book.get(group) ?? known;
    const speaker = speakerOf(log, from.device, message.heads);
    if (!speaker.ok && speaker.error.code === "unknown-head") {
      // The key stays where it was, so that the message can be opened again.
      await this.#park(draft, { group, ...from, sealed });
      const { missing } = speaker.error;
      draft.afterwards(() => void this.#answers.ask(group, from, missing));
      return false;
    }
    draft.add(book.setSenderKeys(group, from.device, record));
    if (!speaker.ok || speaker.value.account !== from.account || message.group !== group) {
      this.#count(speaker.ok ? "other-group" : speaker.error.code);
      draft.afterwards(() => void this.#parts.exits.show(group, from));
      return true;
    }
    draft.add(messages.addName(group, name));
    const copy = await keepSaid(this.#parts, draft, from, { ...message, name });
    if (copy !== null) this.#passOn(draft, message, copy);
    return true;
  }

  /** A device of ours that its sender did not know to be in the group has it from here. */
  #passOn(draft: Draft, { group, heads }: GroupMessage, copy: GroupCopy): void {
    const log = this.#parts.book.get(group)?.log;
    const letters = log === undefined ? [] : this.#copies.letters(group, stateAfter(log, heads), copy);
    if (letters.length > 0) draft.afterwards(() => void this.#parts.mailer.post(letters));
  }

  async #park(draft: Draft, row: ParkedRow): Promise<void> {
    if (!(await this.#parked.keep(draft, row))) this.#count("too-many-parked");
  }

  /** Opens what was kept until now, as far as that is possible now. */
  retry(group: GroupId): Promise<void> {
    return this.#parked.retry(group, async (draft, row) => {
      const known = this.#parts.book.get(group);
      return known !== undefined && (await this.#takeMessage(draft, known, row, row.sealed));
    });
  }

  #count(reason: string): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
  }
}
