/** What an authentic payload changes: contact, device pair, messages, outbox and owed receipts, all in one draft. */
import {
  type AccountId,
  accountToText,
  type CallEntry,
  CONTENT_KINDS,
  type Content,
  type ContentId,
  checkCard,
  compareHeads,
  type DeliveryEvent,
  type DeviceId,
  type HeadHint,
  isUnseenOnce,
  MAX_UNANSWERED_REQUESTS,
  orderOf,
  type Payload,
  plainProfile,
  type Reach,
  viewContent,
} from "@kith/protocol";
import type { IncomingSignal } from "../call/call-service.ts";
import type { Core, Draft } from "../core.ts";
import type { MessageRow } from "../message/message-row.ts";
import { viewMessage } from "../message/message-view.ts";
import { chatPlace, readOperation, spendAfter } from "../message/operations.ts";
import { type ContactRow, hasSessions, MAX_INTRODUCTIONS, type PeerRow } from "../people/contact-row.ts";
import { contactView } from "../people/contact-view.ts";
import { letIn } from "../people/let-in.ts";
import type { Peer } from "../people/people.ts";
import type { Sender } from "../send/carrier.ts";
import { recordDelivery } from "../send/delivery-record.ts";
import { ChatTimers } from "../vanish/chat-timers.ts";
import { separateChat } from "../vanish/reseal.ts";
import { UNREAD_LIFE_MS } from "../vanish/unread-life.ts";
import { trackNumber } from "./gaps.ts";
import type { Receipts } from "./receipts.ts";

/** The longest an address may be promised, in ms. */
const MAX_REACH_MS = 48 * 3600 * 1000;

/** How far ahead of this device's clock another's may run before its messages are put in order by ours, in ms. */
const MAX_ORDER_AHEAD_MS = 24 * 3600 * 1000;

/** What follows a payload, outside its commit. */
export interface PayloadEffects {
  /** A device of the person is there, and may have said where. */
  onSign(account: AccountId): void;
  /** A contact speaks of a newer chain than the one we know. */
  onNewerHead(account: AccountId, head: HeadHint): void;
  /** The device could not read something of ours. */
  onUndecryptable(device: DeviceId): void;
  /** The device asks for contents that never came. */
  onMissing(device: DeviceId, numbers: readonly number[]): void;
  /** Someone we asked has let us in: they may now learn where we are. */
  onAccepted(contact: ContactRow): void;
  /** A device signals about a call; absent where nobody takes calls. */
  readonly onCall: ((signal: IncomingSignal) => void) | undefined;
  /** A device says something about a group; absent where nobody takes part in groups. */
  readonly onGroup: ((draft: Draft, peer: PeerRow, content: Content) => Promise<void>) | undefined;
}

/** A received message's time runs from its reading, on whatever device of ours; one that nobody reads goes too. */
function vanishOfTheirs({ vanish }: Core, content: Content, isRead: boolean): Pick<MessageRow, "vanish"> {
  const { vanishAfterMs } = content;
  const isOnce = isUnseenOnce(content);
  if (vanishAfterMs === undefined && !isOnce) return {};
  if (isRead && !isOnce) return { vanish: { untilMs: vanish.clock.nowMs() + (vanishAfterMs ?? 0), isRunning: true } };
  return { vanish: { untilMs: vanish.clock.nowMs() + UNREAD_LIFE_MS, isRunning: false } };
}

/** Whether a call of the other side's never came to this person. */
function isMissed({ outcome }: CallEntry): boolean {
  return outcome === "missed" || outcome === "busy";
}

/** Where a message stands among the numbers of its device; one that another device of ours passed on has none. */
interface NumberedPlace {
  readonly number?: number;
  readonly missingBefore: number;
}

/** Whether a content is a message of its own. What only devices of one account, or readers themselves, may say is none. */
function isShown(by: AccountId, content: Content): boolean {
  const { profile, sync, deviceChange } = CONTENT_KINDS;
  const isSilent = [profile, sync, deviceChange].includes(content.kind as typeof profile);
  return !isSilent && readOperation(by, content) === null;
}

/** Whoever introduces somebody is remembered for it: what it is worth follows from how they are known. */
function withIntroduction(contact: ContactRow, { kind, id }: Content): ContactRow {
  if (kind !== CONTENT_KINDS.introduction) return contact;
  return { ...contact, introductions: [...(contact.introductions ?? []), id].slice(-MAX_INTRODUCTIONS) };
}

interface Stamp {
  readonly orderMs: number;
  readonly id: ContentId;
}

function isNewer(said: Stamp, known: Stamp | undefined): boolean {
  if (known === undefined || said.orderMs > known.orderMs) return true;
  return said.orderMs === known.orderMs && said.id > known.id;
}

/** Applies payloads; the caller holds the person's lock and commits the draft. */
export class Applier {
  readonly #core: Core;
  readonly #sender: Sender;
  readonly #receipts: Receipts;
  readonly #effects: PayloadEffects;
  readonly #timers: ChatTimers;

  constructor(core: Core, sender: Sender, receipts: Receipts, effects: PayloadEffects) {
    this.#timers = new ChatTimers(core, sender.outbox);
    this.#core = core;
    this.#sender = sender;
    this.#receipts = receipts;
    this.#effects = effects;
  }

  /** @param ageMs how long the payload lay on a relay; undefined when nobody knows. */
  async apply(draft: Draft, peer: Peer, payload: Payload, ageMs: number | undefined): Promise<void> {
    const contact = this.#accept(draft, peer, payload);
    if (contact === undefined) return;
    // Before anything is planned for the device: the plan asks whether it can be reached directly.
    draft.afterwards(() => this.#sender.direct.wake(peer.row.device));
    let row = this.#withStanding(peer.row, payload);
    if (hasSessions(contact.relation)) {
      if (payload.card !== undefined) row = await this.#withBoxes(draft, contact, row, payload.card);
      await this.#noteReceipts(draft, row, payload);
      const { missing = [] } = payload;
      if (missing.length > 0) draft.afterwards(() => this.#effects.onMissing(row.device, missing));
    }
    if (payload.content !== undefined && payload.number !== undefined) {
      row = await this.#keepContent(draft, contact, row, { ...payload, content: payload.content }, payload.number);
    }
    if (row.account === this.#core.account.id) this.#core.own?.noteSign(row.device);
    draft.add(...this.#core.people.setPeer({ row, session: peer.session }));
    this.#takeCall(draft, contact, row, payload, ageMs);
    draft.afterwards(() => {
      this.#sender.outbox.kick(row.device);
      this.#effects.onSign(row.account);
      if (payload.undecryptable !== undefined) this.#effects.onUndecryptable(row.device);
      const known = contact.head;
      if (known !== undefined && compareHeads(payload.senderHead, known) > 0) {
        this.#effects.onNewerHead(contact.account, payload.senderHead);
      }
    });
  }

  /** Interfaces are told of accepted people only; whoever takes calls counts the others, and that is all. */
  #takeCall(
    draft: Draft,
    { relation }: ContactRow,
    { account, device }: PeerRow,
    { call: signal }: Payload,
    ageMs: number | undefined,
  ): void {
    const { onCall } = this.#effects;
    const isOwn = account === this.#core.account.id;
    if (signal === undefined || onCall === undefined) return;
    // What another device of ours says is about somebody else's call.
    if (!isOwn && relation === "accepted") draft.tell({ type: "call.changed", account: accountToText(account) });
    draft.afterwards(() => onCall({ account, device, signal, ...(ageMs === undefined ? {} : { ageMs }) }));
  }

  /** The contact after this payload: someone we asked has let us in when they write or say so. */
  #accept(draft: Draft, { row }: Peer, payload: Payload): ContactRow | undefined {
    const contact = this.#core.people.contact(row.account);
    const { accepted: saidSo, content } = payload;
    // Who is asked may be in a group with us: what they say there is no answer.
    const isAnswer = saidSo !== undefined || (content !== undefined && content.kind !== CONTENT_KINDS.group);
    if (contact?.relation !== "requested" || !isAnswer) return contact;
    const accepted = letIn(this.#core, contact);
    draft.add(this.#core.people.setContact(accepted));
    draft.tell({ type: "contact.changed", contact: contactView(accepted) });
    draft.afterwards(() => this.#effects.onAccepted(accepted));
    return accepted;
  }

  #withStanding(row: PeerRow, { queue, reach, accepted }: Payload): PeerRow {
    const isNewer = queue !== undefined && queue.number >= (row.sendQueue?.number ?? 0);
    const { inviteSecret, ...rest } = row;
    return {
      ...rest,
      ...(inviteSecret === undefined || accepted !== undefined ? {} : { inviteSecret }),
      ...(isNewer ? { sendQueue: queue } : {}),
      ...(reach === undefined ? {} : { reach: this.#boundReach(reach) }),
    };
  }

  /** Where the boxes of the device are, by its own word; our other devices may not be able to reach it without. */
  async #withBoxes(draft: Draft, contact: ContactRow, row: PeerRow, card: Uint8Array): Promise<PeerRow> {
    const checked = await checkCard(this.#core.suite, card, this.#core.clock.nowMs());
    if (!checked.ok) return row;
    const { account, device, cardSeq, boxes } = checked.value;
    if (account !== row.account || device !== row.device || cardSeq <= (row.cardSeq ?? 0)) return row;
    const isOurs = account === this.#core.account.id;
    if (this.#core.own !== null && !isOurs) draft.tell({ type: "contact.changed", contact: contactView(contact) });
    return { ...row, boxes, cardSeq };
  }

  #boundReach(reach: Reach): Reach {
    return { at: reach.at, untilMs: Math.min(reach.untilMs, this.#core.clock.nowMs() + MAX_REACH_MS) };
  }

  async #noteReceipts(draft: Draft, row: PeerRow, { delivered = [], read = [] }: Payload): Promise<void> {
    const relayCount = row.sendQueue?.relays.length ?? 0;
    // Whoever does not tell what they read is not told either.
    const wasRead = new Set(this.#core.settings.hasReadReceipts ? read : []);
    // "read" says "delivered" too; each message is written once a draft.
    const ids = new Set([...delivered, ...read]);
    for (const id of ids) {
      const events: readonly DeliveryEvent[] = [{ type: wasRead.has(id) ? "read" : "delivered" }];
      const entry = this.#sender.outbox.find(row.device, id);
      if (entry !== undefined) await this.#sender.outbox.note(draft, entry, events, relayCount);
      else await recordDelivery(this.#core, draft, { ...row, contentId: id }, events, relayCount);
    }
  }

  /** Keeps a content once, counts it as unread, and owes the sender a receipt. */
  async #keepContent(
    draft: Draft,
    contact: ContactRow,
    row: PeerRow,
    { content, recipientHead }: Payload & { readonly content: Content },
    number: number,
  ): Promise<PeerRow> {
    const core = this.#core;
    if (content.kind === CONTENT_KINDS.group) return this.#takeGroup(draft, contact, row, content, number);
    const isRequest = contact.relation !== "accepted";
    const isOurs = contact.account === core.account.id;
    if (isRequest && !(await this.#isAllowed(contact, content))) return row;
    // Somebody who was forgotten here counts on: what we do not remember is not missing.
    const isOld = isRequest && row.inNumber === 0 && number > MAX_UNANSWERED_REQUESTS;
    const isMessage = !isOurs && isShown(contact.account, content);
    const shows = isMessage ? content.id : null;
    const tracked = trackNumber(isOld ? { ...row, inNumber: number - 1 } : row, number, shows);
    draft.add(this.#receipts.owe(row.device, "delivered", content.id));
    draft.afterwards(() => this.#receipts.schedule(row.device));
    // A number above all before it is no repeat: a sender who sends a content again keeps its number.
    const mayBeRepeat = number <= row.inNumber;
    // With several devices of ours a content comes by way of another one too, and with another number.
    const isChecked = mayBeRepeat || core.own !== null;
    if (isOurs) core.own?.take(draft, row.device, content);
    else if (isChecked && (await core.messages.isKnown(contact.account, "their", content.id))) return tracked.row;
    else {
      // What is to be seen once comes to the devices that its sender knows, and to no other.
      if (!isUnseenOnce(content)) core.own?.heard(draft, contact.account, content, recipientHead);
      await this.#keep(draft, contact, content, { number, missingBefore: tracked.missingBefore });
    }
    if (tracked.shownBy !== undefined) await this.#closeGap(draft, contact.account, tracked.shownBy);
    return tracked.row;
  }

  /** Keeps what the person said to another device of ours, once; the caller holds the person's lock. */
  async hear(draft: Draft, chat: AccountId, content: Content): Promise<void> {
    const contact = this.#core.people.contact(chat);
    if (contact === undefined || (await this.#core.messages.isKnown(chat, "their", content.id))) return;
    await this.#keep(draft, contact, content, { missingBefore: 0 });
  }

  async #keep(draft: Draft, contact: ContactRow, content: Content, place: NumberedPlace): Promise<void> {
    const operation = readOperation(contact.account, content);
    if (operation !== null) {
      await this.#core.operations.take(this.#core, draft, chatPlace(this.#core, contact.account), operation, content);
    } else if (content.kind === CONTENT_KINDS.profile) this.#takeProfile(draft, contact, content);
    else if (isShown(contact.account, content)) await this.#keepMessage(draft, contact, content, place);
  }

  /** A word about a group: whether its sender belongs to it is the group's business. */
  async #takeGroup(
    draft: Draft,
    { relation }: ContactRow,
    row: PeerRow,
    content: Content,
    number: number,
  ): Promise<PeerRow> {
    const isOld = !hasSessions(relation) && row.inNumber === 0 && number > MAX_UNANSWERED_REQUESTS;
    const tracked = trackNumber(isOld ? { ...row, inNumber: number - 1 } : row, number, null);
    draft.add(this.#receipts.owe(row.device, "delivered", content.id));
    draft.afterwards(() => this.#receipts.schedule(row.device));
    await this.#effects.onGroup?.(draft, row, content);
    return tracked.row;
  }

  /** Writes a new message, after what waited for it, and shows it. */
  async #keepMessage(
    draft: Draft,
    contact: ContactRow,
    content: Content,
    { number, missingBefore }: NumberedPlace,
  ): Promise<void> {
    const core = this.#core;
    const nowMs = core.clock.nowMs();
    const view = viewContent(content);
    const timer = view.ok && view.value.type === "timer" ? view.value : null;
    const isElsewhere = core.own?.wasRead(draft, contact.account, content.id) ?? false;
    // A call that was answered or declined here is no news.
    const isQuiet = timer !== null || isElsewhere || (view.ok && view.value.type === "call" && !isMissed(view.value));
    const message: MessageRow = {
      chat: contact.account,
      isOwn: false,
      content,
      // Every device sorts by the sender's number; one from the far future must not stay at the end for ever.
      orderMs: Math.min(orderOf(content), nowMs + MAX_ORDER_AHEAD_MS),
      receivedAtMs: nowMs,
      ...(number === undefined ? {} : { number }),
      deliveries: [],
      isRead: isQuiet,
      ...vanishOfTheirs(core, content, isElsewhere),
      ...(missingBefore === 0 ? {} : { missingBefore }),
    };
    if (isUnseenOnce(content)) await separateChat(core, this.#sender.outbox, draft, contact.account);
    const met = await core.operations.meet(core, chatPlace(core, contact.account), contact.account, message);
    draft.add(...core.messages.put(met.row), ...met.changes);
    if (isElsewhere) spendAfter(core, draft, met.row);
    const current = core.people.contact(contact.account) ?? contact;
    if (timer !== null) await this.#timers.take(draft, current, { ...timer, head: content });
    else if (!isQuiet)
      draft.add(core.people.setContact({ ...withIntroduction(current, content), unread: current.unread + 1 }));
    if (contact.relation !== "accepted") return;
    draft.tell({ type: "message.received", message: await viewMessage(core, met.row) });
    draft.afterwards(() => core.typists.end(contact.account));
  }

  /** What they call themselves is no message; the newest counts, in whatever order they come. */
  #takeProfile(draft: Draft, { account }: ContactRow, content: Content): void {
    const view = viewContent(content);
    const contact = this.#core.people.contact(account);
    if (!view.ok || view.value.type !== "profile" || contact === undefined) return;
    const { picture } = view.value;
    const stamp = { orderMs: orderOf(content), id: content.id };
    if (!isNewer(stamp, picture === undefined ? contact.profile : contact.picture)) return;
    if (picture !== undefined) draft.add(this.#core.pictures.set(account, picture));
    const said: Partial<ContactRow> =
      picture === undefined
        ? { profile: { ...plainProfile(view.value), ...stamp } }
        : { picture: { isSet: picture.length > 0, ...stamp } };
    const changed: ContactRow = { ...contact, ...said };
    draft.add(this.#core.people.setContact(changed));
    draft.tell({ type: "contact.changed", contact: contactView(changed) });
  }

  /** People who are not let in say a few texts, and nothing else. */
  async #isAllowed({ account }: ContactRow, content: Content): Promise<boolean> {
    const view = viewContent(content);
    if (!view.ok || view.value.type !== "text") return false;
    if ((await this.#core.messages.find(account, "their", content.id)) !== undefined) return true;
    const kept = await this.#core.messages.list(account, 2 * MAX_UNANSWERED_REQUESTS);
    return kept.filter((each) => !each.isOwn).length < MAX_UNANSWERED_REQUESTS;
  }

  /** A missing content came after all: the message that showed the gap shows it as smaller, or no longer. */
  async #closeGap(draft: Draft, chat: AccountId, shownBy: ContentId): Promise<void> {
    const found = await this.#core.messages.find(chat, "their", shownBy);
    if (found?.missingBefore === undefined) return;
    const { missingBefore, ...row } = found;
    const changed: MessageRow = missingBefore > 1 ? { ...row, missingBefore: missingBefore - 1 } : row;
    draft.add(this.#core.messages.update(changed));
    draft.tell({ type: "message.changed", message: await viewMessage(this.#core, changed) });
  }
}
