/** What an authentic payload changes: contact, device pair, messages, outbox and owed receipts, all in one draft. */
import { type Content, type DeliveryEvent, MAX_UNANSWERED_REQUESTS, type Payload, type Reach } from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import type { MessageRow } from "../message/message-row.ts";
import type { ContactRow, PeerRow } from "../people/contact-row.ts";
import { contactView, messageView } from "../people/contact-view.ts";
import type { Peer } from "../people/people.ts";
import type { Sender } from "../send/carrier.ts";
import { recordDelivery } from "../send/delivery-record.ts";
import { trackNumber } from "./gaps.ts";
import type { Receipts } from "./receipts.ts";

/** The longest an address may be promised, in ms. */
const MAX_REACH_MS = 48 * 3600 * 1000;

/** What follows a payload, outside its commit. */
export interface PayloadEffects {
  /** A contact speaks of a newer chain than the one we know. */
  onNewerHead(contact: ContactRow): void;
  /** Someone we asked has let us in: they may now learn where we are. */
  onAccepted(contact: ContactRow): void;
}

/** Applies payloads; the caller holds the person's lock and commits the draft. */
export class Applier {
  readonly #core: Core;
  readonly #sender: Sender;
  readonly #receipts: Receipts;
  readonly #effects: PayloadEffects;

  constructor(core: Core, sender: Sender, receipts: Receipts, effects: PayloadEffects) {
    this.#core = core;
    this.#sender = sender;
    this.#receipts = receipts;
    this.#effects = effects;
  }

  async apply(draft: Draft, peer: Peer, payload: Payload): Promise<void> {
    const contact = this.#accept(draft, peer, payload);
    if (contact === undefined) return;
    let row = this.#withStanding(peer.row, payload);
    if (contact.relation === "accepted") {
      await this.#noteReceipts(draft, row, payload);
      this.#repeatMissing(row, payload);
    }
    if (payload.content !== undefined && payload.number !== undefined) {
      row = await this.#keepContent(draft, contact, row, payload.content, payload.number);
    }
    draft.add(...this.#core.people.setPeer({ row, session: peer.session }));
    draft.afterwards(() => {
      this.#sender.direct.wake(row.device);
      this.#sender.outbox.kick(row.device);
      const known = contact.head;
      if (known !== undefined && payload.senderHead.seq > known.seq) this.#effects.onNewerHead(contact);
    });
  }

  /** The contact after this payload: someone we asked has let us in when they write or say so. */
  #accept(draft: Draft, { row }: Peer, payload: Payload): ContactRow | undefined {
    const contact = this.#core.people.contact(row.account);
    if (contact?.relation !== "requested" || payload.accepted === undefined) return contact;
    const accepted: ContactRow = { ...contact, relation: "accepted" };
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

  #boundReach(reach: Reach): Reach {
    return { at: reach.at, untilMs: Math.min(reach.untilMs, this.#core.clock.nowMs() + MAX_REACH_MS) };
  }

  async #noteReceipts(draft: Draft, row: PeerRow, { delivered = [], read = [] }: Payload): Promise<void> {
    const relayCount = row.sendQueue?.relays.length ?? 0;
    const wasRead = new Set(read);
    // "read" says "delivered" too; each message is written once a draft.
    const ids = new Set([...delivered, ...read]);
    for (const id of ids) {
      const events: readonly DeliveryEvent[] = [{ type: wasRead.has(id) ? "read" : "delivered" }];
      const entry = this.#sender.outbox.find(row.device, id);
      if (entry !== undefined) await this.#sender.outbox.note(draft, entry, events, relayCount);
      else await recordDelivery(this.#core, draft, { ...row, contentId: id }, events, relayCount);
    }
  }

  #repeatMissing(row: PeerRow, { missing = [] }: Payload): void {
    if (missing.length === 0) return;
    const wanted = new Set(missing);
    this.#sender.outbox.repeat(row.device, ({ number }) => number !== undefined && wanted.has(number));
  }

  /** Keeps a content once, counts it as unread, and owes the sender a receipt. */
  async #keepContent(
    draft: Draft,
    contact: ContactRow,
    row: PeerRow,
    content: Content,
    number: number,
  ): Promise<PeerRow> {
    const core = this.#core;
    const isRequest = contact.relation !== "accepted";
    if (isRequest && number > MAX_UNANSWERED_REQUESTS) return row;
    const tracked = trackNumber(row, number);
    draft.add(this.#receipts.owe(row.device, "delivered", content.id));
    draft.afterwards(() => this.#receipts.schedule(row.device));
    if ((await core.messages.find(contact.account, "their", content.id)) !== undefined) return tracked.row;
    const nowMs = core.clock.nowMs();
    const message: MessageRow = {
      chat: contact.account,
      isOwn: false,
      content,
      // Senders number their times without ties; one whose clock is ahead is placed by arrival.
      orderMs: content.sentAtMs <= nowMs ? content.sentAtMs : core.messages.nextOrderMs(contact.account, nowMs),
      receivedAtMs: nowMs,
      number,
      deliveries: [],
      isRead: false,
      ...(tracked.missingBefore === 0 ? {} : { missingBefore: tracked.missingBefore }),
    };
    draft.add(...core.messages.put(message));
    const current = core.people.contact(contact.account) ?? contact;
    draft.add(core.people.setContact({ ...current, unread: current.unread + 1 }));
    if (!isRequest) draft.tell({ type: "message.received", message: messageView(message) });
    return tracked.row;
  }
}
