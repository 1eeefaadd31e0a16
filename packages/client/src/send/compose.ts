/** From a text to outbox rows: one content, one durable number and one sealed message for each device of the person. */
import {
  type AccountId,
  assessTrust,
  type Content,
  type ContentHead,
  type ContentId,
  isUnseenOnce,
  MAX_UNANSWERED_REQUESTS,
  manifestOf,
  orderOf,
  type Payload,
  QUEUED,
  spentContent,
  toHex,
} from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { DeviceDelivery, MessageRow } from "../message/message-row.ts";
import { viewMessage } from "../message/message-view.ts";
import { MessengerError } from "../messenger-error.ts";
import { type ContactRow, hasSessions, type PeerRow } from "../people/contact-row.ts";
import type { Peer } from "../people/people.ts";
import { separateChat } from "../vanish/reseal.ts";
import { UNREAD_LIFE_MS } from "../vanish/unread-life.ts";
import type { Outbox } from "./outbox.ts";
import type { OutboxRow } from "./outbox-row.ts";
import { type Sealed, sealPayload, standingParts } from "./seal.ts";

/**
 * Queues a content for every device of a contact; resolves when it is in the synced outbox.
 * A content with the same id that is there already changes nothing.
 * @param givenId a fresh one is made when the caller gives none.
 */
export async function sendContent(
  core: Core,
  outbox: Outbox,
  account: AccountId,
  makeContent: (head: ContentHead) => Content,
  givenId?: ContentId,
): Promise<MessageRow> {
  let committed: Promise<void> = Promise.resolve();
  const row = await core.lock.run(account, async () => {
    const existing = givenId && (await core.messages.find(account, "own", givenId));
    if (existing !== undefined) return existing;
    const contact = requireSendable(core, account);
    await checkUnansweredLimit(core, contact);
    const id = givenId ?? (toHex(core.random(16)) as ContentId);
    const head = await core.messages.nextHead(account, id, core.clock.nowMs());
    const content = makeContent(withTimer(head, contact));
    const draft = new Draft(core);
    if (isUnseenOnce(content)) await separateChat(core, outbox, draft, account);
    const deliveries = await queueForAll(core, outbox, draft, contact, content);
    const kept = keptContent(content);
    const message: MessageRow = {
      chat: account,
      isOwn: true,
      content: kept,
      orderMs: orderOf(content),
      deliveries,
      isRead: true,
      ...vanishOfOwn(core, kept),
    };
    draft.add(...core.messages.put(message));
    draft.tell({ type: "message.changed", message: await viewMessage(core, message) });
    committed = draft.commit();
    return message;
  });
  await committed;
  return row;
}

/** The head of a content of this chat: what is said while a timer is set vanishes. */
export function withTimer(head: ContentHead, { timer }: Pick<ContactRow, "timer">): ContentHead {
  return timer?.afterMs === undefined ? head : { ...head, vanishAfterMs: timer.afterMs };
}

/** What the sender keeps: of a text to be seen once nothing, of such a file what it takes to hand it over. */
function keptContent(content: Content): Content {
  return isUnseenOnce(content) && manifestOf(content) === null ? spentContent(content) : content;
}

/** An own message's time runs from now; a file to be seen once waits to be fetched. */
function vanishOfOwn({ vanish }: Core, content: Content): Pick<MessageRow, "vanish"> {
  if (isUnseenOnce(content)) return { vanish: { untilMs: vanish.clock.nowMs() + UNREAD_LIFE_MS, isRunning: false } };
  const { vanishAfterMs } = content;
  if (vanishAfterMs === undefined) return {};
  return { vanish: { untilMs: vanish.clock.nowMs() + vanishAfterMs, isRunning: true } };
}

/** Puts a content into the outbox of every device of a contact; the caller holds the lock and commits the draft. */
export async function queueForAll(
  core: Core,
  outbox: Outbox,
  draft: Draft,
  contact: ContactRow,
  content: Content,
): Promise<readonly DeviceDelivery[]> {
  const deliveries: DeviceDelivery[] = [];
  for (const peer of core.people.peersOf(contact.account)) {
    deliveries.push(await queueForPeer(core, outbox, draft, { contact, peer, content }));
  }
  // Our other devices learn that something to be seen once was said, and nothing of it.
  core.own?.said(draft, contact.account, isUnseenOnce(content) ? spentContent(content) : content);
  return deliveries;
}

/** Puts a content into the outbox of one device; the caller holds the lock and commits the draft. */
export async function queueForPeer(
  core: Core,
  outbox: Outbox,
  draft: Draft,
  { contact, peer, content }: { contact: ContactRow; peer: Peer; content: Content },
): Promise<DeviceDelivery> {
  const number = peer.row.outNumber + 1;
  const along = hasSessions(contact.relation)
    ? takeAlong(core, draft, peer.row)
    : { row: peer.row, parts: {} as Partial<Payload> };
  const senderHead = core.account.headHint();
  const payload: Payload = { senderHead, ...knownHead(contact), number, content, ...along.parts };
  const sealed = await sealPayload(core, { row: { ...along.row, outNumber: number }, session: peer.session }, payload);
  draft.add(...core.people.setPeer(sealed.peer));
  outbox.add(draft, {
    account: contact.account,
    device: peer.row.device,
    contentId: content.id,
    number,
    // The payload stays beside the message: healing seals it again under another session.
    payload: sealed.payload,
    ...(sealed.message === undefined ? {} : { message: sealed.message }),
    progress: QUEUED,
    createdAtMs: core.clock.nowMs(),
    ...(content.vanishAfterMs === undefined && !isUnseenOnce(content)
      ? {}
      : { untilMs: core.vanish.clock.nowMs() + UNREAD_LIFE_MS }),
  });
  return { device: peer.row.device, record: QUEUED, relayCount: peer.row.sendQueue?.relays.length ?? 0 };
}

/** How much of their chain we know, told to people with several devices: one of them knows then whom else we told. */
function knownHead({ devices, head }: ContactRow): Pick<Payload, "recipientHead"> {
  if (devices.length < 2 || head === undefined) return {};
  return { recipientHead: { epoch: head.epoch, seq: head.seq, hash: head.hash.slice(0, 16) } };
}

/** What a message to an accepted person takes along: where we are now, and the receipts owed to the device. */
function takeAlong(
  core: Core,
  draft: Draft,
  row: PeerRow,
): { readonly row: PeerRow; readonly parts: Partial<Payload> } {
  const standing = standingParts(core, row);
  const { receipts, changes } = core.receipts.take(row.device);
  draft.add(...changes);
  return { row: standing.row, parts: { ...standing.parts, ...receipts } };
}

/**
 * Puts a payload without durable content (receipts, queue and address changes, acceptance) into a draft for one device;
 * the caller holds the person's lock.
 */
export async function queueControl(
  core: Core,
  outbox: Outbox,
  draft: Draft,
  peer: Peer,
  parts: Partial<Payload>,
): Promise<void> {
  const isHeard = hasSessions(core.people.contact(peer.row.account)?.relation);
  const standing = isHeard ? standingParts(core, peer.row) : { row: peer.row, parts: {} };
  const payload: Payload = { senderHead: core.account.headHint(), ...standing.parts, ...parts };
  const sealed = await sealPayload(core, { row: standing.row, session: peer.session }, payload);
  draft.add(...core.people.setPeer(sealed.peer));
  outbox.add(draft, {
    account: peer.row.account,
    device: peer.row.device,
    ...waitingPart(sealed),
    progress: QUEUED,
    createdAtMs: core.clock.nowMs(),
  });
}

/** The sealed message, or the payload while there is no session to seal it under. */
function waitingPart({ message, payload }: Sealed): Pick<OutboxRow, "message" | "payload"> {
  return message === undefined ? { payload } : { message };
}

function requireSendable(core: Core, account: AccountId): ContactRow {
  if (core.account.isRevoked) throw new MessengerError("DEVICE_REVOKED", "this device was taken out of the account");
  const contact = core.people.contact(account);
  if (contact === undefined) throw new MessengerError("WHO_UNKNOWN", "this person is not among your contacts");
  if (contact.relation === "blocked") throw new MessengerError("CONTACT_BLOCKED", "you blocked this person");
  if (contact.relation === "member") {
    throw new MessengerError("NOT_ACCEPTED", "you share only a group with this person");
  }
  if (contact.relation === "requesting") {
    throw new MessengerError("NOT_ACCEPTED", "accept this person's request before you write");
  }
  if (assessTrust(contact.trust).isSendingBlocked) {
    throw new MessengerError("TRUST_CHANGED", "this account changed; decide before you write");
  }
  return contact;
}

/** A contact who can be sent more than texts. @throws MessengerError NOT_ACCEPTED and as for a text. */
export function requireAccepted(core: Core, account: AccountId): ContactRow {
  const contact = requireSendable(core, account);
  if (contact.relation === "accepted") return contact;
  throw new MessengerError("NOT_ACCEPTED", "wait until this person has accepted your request");
}

async function checkUnansweredLimit(core: Core, contact: ContactRow): Promise<void> {
  if (contact.relation !== "requested") return;
  const sent = await core.messages.list(contact.account, MAX_UNANSWERED_REQUESTS + 1);
  if (sent.filter((row) => row.isOwn).length >= MAX_UNANSWERED_REQUESTS) {
    throw new MessengerError("REQUEST_LIMIT", "wait until this person answers your request", {
      details: { limit: MAX_UNANSWERED_REQUESTS },
    });
  }
}
