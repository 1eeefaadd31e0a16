/** What devices say about groups: operations are placed, messages opened, questions answered, the rest kept for later. */
import {
  accountToText,
  type Content,
  decodeGroupMail,
  type GroupId,
  type GroupLog,
  type GroupMail,
  type GroupMessage,
  groupMessageName,
  guestOf,
  MAX_GROUP_LOG_BYTES,
  MAX_WANTED_OPERATIONS,
  missingOf,
  nextParents,
  type OperationId,
  operationsFor,
  orderOf,
  placeOperations,
  speakerOf,
  toHex,
  verifyOperations,
  viewContent,
} from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import type { PeerRow } from "../people/contact-row.ts";
import type { GroupBook, KnownGroup } from "./group-book.ts";
import { groupLine } from "./group-line.ts";
import { type GroupMailer, inParts, type Recipient } from "./group-mailer.ts";
import type { GroupMessages } from "./group-messages.ts";
import { type GroupRow, MAX_NAMES, type ParkedRow } from "./group-row.ts";
import { chainStart, openFromGroup, withSenderKey } from "./group-sealer.ts";
import { ParkedMessages } from "./parked-messages.ts";
import { mayAsk, standingIn } from "./standing.ts";

/** Invitations that may be open at one time, and operations of one group that are kept early. */
const MAX_INVITATIONS = 64;
const MAX_EARLY = 64;

/** How far ahead of this device's clock another's may run, in ms. */
const MAX_ORDER_AHEAD_MS = 24 * 3600 * 1000;

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
}

/** The incoming side of groups. */
export class GroupInbox {
  readonly #parts: Parts;
  readonly #effects: GroupEffects;
  readonly #parked: ParkedMessages;
  /** Counts mails and messages that were not taken, by reason; no ids. */
  readonly refused: Map<string, number> = new Map();

  constructor(parts: Parts, effects: GroupEffects) {
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
    const isOpen = known?.row.standing === "joined" || OPEN_TO_ALL.includes(mail.value.type);
    if (known === undefined || !isOpen) return this.#count("unknown-group");
    await this.#takeFromMember(draft, known, from, mail.value);
  }

  async #takeFromMember(
    draft: Draft,
    known: KnownGroup,
    from: Recipient,
    mail: Exclude<GroupMail, { type: "operations" }>,
  ): Promise<void> {
    const { group } = mail;
    switch (mail.type) {
      case "heads":
        draft.afterwards(() => void this.#compare(group, from, mail.heads));
        return;
      case "ask":
        draft.afterwards(() => void this.#answer(group, from, mail.wanted, mail.heads));
        return;
      case "key":
        await this.#takeKey(draft, group, from, mail.distribution);
        draft.afterwards(() => void this.retry(group));
        return;
      case "ask-key":
        draft.afterwards(() => void this.#tellKey(group, from));
        return;
      case "message":
        if (mail.distribution !== undefined) await this.#takeKey(draft, group, from, mail.distribution);
        await this.#takeMessage(draft, known, from, mail.sealed);
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
    const { core, book } = this.#parts;
    const verified = await verifyOperations(core.suite, group, operations);
    const known = book.get(group);
    const early = book.early.get(group) ?? [];
    const placed = placeOperations(known?.log ?? null, [...early, ...verified.operations]);
    for (const code of [...verified.refused, ...placed.refused]) this.#count(code);
    book.early.set(group, placed.early.slice(-MAX_EARLY));
    if (placed.log === null || (known === undefined && !this.#isInvitation(placed.log, from)))
      return this.#count("not-invited");
    if (placed.missing.length > 0) {
      draft.afterwards(() => void this.#ask(group, from, placed.missing.slice(0, MAX_WANTED_OPERATIONS)));
    }
    if (placed.taken.length === 0) return;
    const row = known?.row ?? this.#invitedRow(group, from);
    this.takeLog(draft, placed.log, row, placed.taken);
    draft.afterwards(() => this.#effects.onOperations(group, placed.taken));
  }

  /** Only people whom this account has let in may ask it into a group that it knows nothing of. */
  #isInvitation({ state }: GroupLog, { account }: Recipient): boolean {
    if (this.#parts.core.people.contact(account)?.relation !== "accepted") return false;
    const open = this.#parts.book.all().filter(({ row }) => row.standing === "invited").length;
    return open < MAX_INVITATIONS && guestOf(state, this.#parts.core.account.id) !== undefined;
  }

  #invitedRow(group: GroupId, { account }: Recipient): GroupRow {
    const addedAtMs = this.#parts.core.clock.nowMs();
    return { group, standing: "invited", addedAtMs, unread: 0, invitedBy: account, tips: [] };
  }

  /** Takes a grown log over, with the lines it makes in the chat. */
  takeLog(draft: Draft, log: GroupLog, row: GroupRow, taken: readonly OperationId[]): void {
    const { core, book, messages } = this.#parts;
    const standing = standingIn(log, core.account.id);
    const unread = standing === row.standing ? row.unread : 0;
    draft.add(...book.setLog(log, { ...row, standing, unread }));
    this.#giveAnew(draft, log, taken);
    if (standing === "joined" || row.standing === "joined") {
      for (const id of taken) {
        const line = groupLine(log, id);
        if (line === null) continue;
        draft.add(...messages.put({ ...line, orderMs: messages.takeOrder(log.group), isRead: true }));
      }
    }
    draft.tell({ type: "group.changed", group: log.group });
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
      draft.afterwards(() => void this.#send(from, { type: "ask-key", group }));
      return false;
    }
    const { message, record } = opened;
    const { log } = book.get(group) ?? known;
    const speaker = speakerOf(log, from.device, message.heads);
    if (!speaker.ok && speaker.error.code === "unknown-head") {
      // The key stays where it was, so that the message can be opened again.
      await this.#park(draft, { group, ...from, sealed });
      const { missing } = speaker.error;
      draft.afterwards(() => void this.#ask(group, from, missing));
      return false;
    }
    draft.add(book.setSenderKeys(group, from.device, record));
    if (!speaker.ok || speaker.value.account !== from.account || message.group !== group) {
      this.#count(speaker.ok ? "other-group" : speaker.error.code);
      return true;
    }
    draft.add(messages.addName(group, name));
    await this.#keep(draft, from, message, name);
    return true;
  }

  async #keep(draft: Draft, { account }: Recipient, message: GroupMessage, name: Uint8Array): Promise<void> {
    const { core, book, messages } = this.#parts;
    const { group, content, parents } = message;
    if ((await messages.find(account, content.id)) !== undefined) return;
    const unknown: Uint8Array[] = [];
    for (const parent of parents) if (!(await messages.hasName(group, parent))) unknown.push(parent);
    const nowMs = core.clock.nowMs();
    const view = viewContent(content);
    draft.add(
      ...messages.put({
        group,
        author: account,
        content,
        orderMs: Math.min(orderOf(content), nowMs + MAX_ORDER_AHEAD_MS),
        receivedAtMs: nowMs,
        deliveries: [],
        isRead: !view.ok,
        awaits: unknown,
      }),
    );
    const row = book.get(group)?.row;
    if (row === undefined) return;
    const isChild = (tip: Uint8Array): boolean => parents.some((parent) => toHex(parent) === toHex(tip));
    const tips = [...row.tips.filter((tip) => !isChild(tip)), name].slice(-MAX_NAMES);
    draft.add(book.setRow({ ...row, tips, unread: row.unread + 1 }));
    draft.tell({ type: "group.message", group, author: accountToText(account), id: content.id });
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

  async #ask(group: GroupId, from: Recipient, wanted: readonly OperationId[]): Promise<void> {
    const log = this.#parts.book.get(group)?.log;
    const heads = log === undefined ? [] : nextParents(log);
    if (wanted.length > 0) await this.#send(from, { type: "ask", group, wanted, heads });
  }

  /** Who has more tells it, who lacks some asks. */
  async #compare(group: GroupId, from: Recipient, heads: readonly OperationId[]): Promise<void> {
    const log = this.#parts.book.get(group)?.log;
    if (log === undefined) return;
    await this.#ask(group, from, missingOf(log, heads));
    await this.#answer(group, from, log.heads, heads);
  }

  async #answer(
    group: GroupId,
    from: Recipient,
    wanted: readonly OperationId[],
    have: readonly OperationId[],
  ): Promise<void> {
    const log = this.#parts.book.get(group)?.log;
    // Who was removed learns that, and nothing after it.
    if (log === undefined || !mayAsk(log, from)) return;
    for (const operations of inParts(operationsFor(log, wanted, have, MAX_GROUP_LOG_BYTES))) {
      await this.#send(from, { type: "operations", group, operations });
    }
  }

  async #tellKey(group: GroupId, to: Recipient): Promise<void> {
    const { book } = this.#parts;
    const known = book.get(group);
    const chain = book.chain(group);
    const isMember = known !== undefined && mayAsk(known.log, to);
    const isGiven = chain?.given.some(({ device }) => device === to.device) === true;
    if (chain === undefined || !isMember || !isGiven) return;
    // Only from the next message on, unless the device never had what it was given.
    const given = chain.given.find(({ device }) => device === to.device)?.distribution;
    await this.#send(to, { type: "key", group, distribution: given ?? chainStart(chain) });
  }

  #send(to: Recipient, mail: GroupMail): Promise<void> {
    return this.#parts.mailer.post([{ ...to, mail }]);
  }

  #count(reason: string): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
  }
}
