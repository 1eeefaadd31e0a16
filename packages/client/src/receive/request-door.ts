/**
 * Requests: mail from the box. Strangers land in Requests, holders of a valid invite and people we asked ourselves are
 * let in at once, and mail of accepted people whose queues are gone is opened like any other.
 */
import {
  type AccountId,
  type BoxId,
  type BoxRef,
  type ContactRequest,
  checkCard,
  type DeviceCertificate,
  type DeviceId,
  isRevoked,
  MAX_JUMP_UNAUTHENTICATED,
  openRequest,
  type RelayId,
  requestKeyId,
  type TrustEvent,
  verifyCertificate,
} from "@kith/protocol";

import type { Invites } from "../account/invites.ts";
import { type Core, Draft } from "../core.ts";
import { type ContactRow, hasSessions, type Relation } from "../people/contact-row.ts";
import { contactView } from "../people/contact-view.ts";
import { addPeer, introduceRequester } from "../people/introduce.ts";
import { heldChain } from "../people/take-chain.ts";
import type { Sender } from "../send/carrier.ts";
import { queueControl } from "../send/compose.ts";
import { describeQueue } from "../send/seal.ts";
import type { Inbox } from "./inbox.ts";

/** People who may wait for an answer at one time; beyond it new requests are not taken in. */
const MAX_WAITING_REQUESTS = 200;

/** groupmate: shares a group with us, or was given a link of one · nobody: only says so. */
export type GroupStandingOfSender = "groupmate" | "stranger" | "nobody";

/** What follows a request, outside its commit. */
export interface RequestEffects {
  /** Someone new was let in or asks: fetch their full chain, make a queue for them. */
  onPerson(account: AccountId): void;
  /** How somebody unknown stands to our groups, which the token in their request may show. */
  standingOf(account: AccountId, token: Uint8Array | undefined): GroupStandingOfSender;
}

/** Opens what the boxes hold. */
export class RequestDoor {
  readonly #core: Core;
  readonly #inbox: Inbox;
  readonly #sender: Sender;
  readonly #invites: Invites;
  readonly #effects: RequestEffects;

  constructor(core: Core, inbox: Inbox, sender: Sender, invites: Invites, effects: RequestEffects) {
    this.#core = core;
    this.#inbox = inbox;
    this.#sender = sender;
    this.#invites = invites;
    this.#effects = effects;
  }

  /** Takes one sealed request; resolves when it is committed or worthless. */
  async take(relay: RelayId, box: BoxId, sealed: Uint8Array): Promise<void> {
    const core = this.#core;
    const keyId = requestKeyId(sealed);
    const seed = keyId === null ? null : core.prekeys.boxSeed(keyId);
    if (keyId === null || seed === null) return;
    const request = await openRequest(core.suite, { relay, box, keyId }, seed, sealed);
    if (!request.ok) return;
    const { account, device, entries, message } = request.value;
    if (account === core.account.id && !this.#isOurs(device)) return;
    const certificate = await verifyCertificate(core.suite, account, device, entries);
    if (!certificate.ok || this.#isOutdated(account, certificate.value)) return;
    const boxes = await this.#boxesOf(request.value);
    const verdict = await this.#inbox.takeMessage({
      account,
      device,
      identityKey: certificate.value.identityKey,
      message,
      maxJump: MAX_JUMP_UNAUTHENTICATED,
      // Chain entries and cards are public: only the message shows that the request is the device's own.
      introduce: (draft) => this.#admit(draft, request.value, certificate.value, boxes),
    });
    if (verdict === "kept") await this.#announce(account, device);
  }

  /** Whether what we know of the account says that the device is one no more: a certificate alone cannot tell. */
  #isOutdated(account: AccountId, { deviceId, addedAt }: DeviceCertificate): boolean {
    const { replaced, chain = [] } = this.#core.people.contact(account) ?? {};
    const held = heldChain(this.#core, replaced?.chain ?? chain);
    if (held === null) return false;
    return addedAt.epoch < held.head.epoch || (addedAt.epoch === held.head.epoch && isRevoked(held, deviceId));
  }

  /** Whether a device may be one of ours: one that was linked elsewhere may write before its chain has come here. */
  #isOurs(device: DeviceId): boolean {
    const { account, people } = this.#core;
    if (people.contact(account.id) === undefined || device === account.device.deviceId) return false;
    return !isRevoked(account.chain, device);
  }

  /** The sender's boxes, when the card in the request is the device's own. */
  async #boxesOf({ card, account, device }: ContactRequest): Promise<readonly BoxRef[]> {
    if (card === undefined) return [];
    const checked = await checkCard(this.#core.suite, card, this.#core.clock.nowMs());
    return checked.ok && checked.value.account === account && checked.value.device === device
      ? checked.value.boxes
      : [];
  }

  /** Makes or updates the contact; false when nothing of this person is taken in. Inside the lock. */
  #admit(
    draft: Draft,
    { account, queue, personToken }: ContactRequest,
    certificate: DeviceCertificate,
    boxes: readonly BoxRef[],
  ): boolean {
    const core = this.#core;
    const known = core.people.contact(account);
    const nowMs = core.clock.nowMs();
    const isInvited = personToken !== undefined && this.#invites.isValid(personToken, account, nowMs);
    const standing = this.#effects.standingOf(account, personToken);
    if (known === undefined && standing === "nobody") return false;
    const relation = admittedRelation(known, isInvited, standing === "groupmate");
    const isOneMore = known === undefined && relation === "requesting";
    if (relation === null || (isOneMore && this.#waiting() >= MAX_WAITING_REQUESTS)) return false;
    const isNewDevice = known?.devices.every((each) => each.device !== certificate.deviceId) ?? true;
    if (known?.relation === relation && !isNewDevice && !isInvited) {
      if (boxes.length > 0) addPeer(core, draft, account, certificate.deviceId, { boxes });
      return true;
    }
    if (isInvited && personToken !== undefined) draft.add(...this.#invites.use(personToken, account));
    const invited = isInvited && known === undefined ? [{ type: "invited" as const, atMs: nowMs }] : [];
    const trust = [...invited, ...recoveredEvents(known, certificate, nowMs)];
    introduceRequester(core, draft, account, certificate, { relation, trust, queue, boxes });
    return true;
  }

  #waiting(): number {
    return this.#core.people.contacts().filter((each) => each.relation === "requesting").length;
  }

  /** After the first message is in: tells the interface, and answers people who are let in. */
  async #announce(account: AccountId, device: ContactRequest["device"]): Promise<void> {
    const core = this.#core;
    let committed: Promise<void> = Promise.resolve();
    await core.lock.run(account, async () => {
      const contact = core.people.contact(account);
      const peer = core.people.peer(device);
      if (contact === undefined || peer === undefined || peer.session.current === null) return;
      const draft = new Draft(core);
      const type = contact.relation === "requesting" ? "request.received" : "contact.changed";
      if (account !== core.account.id) draft.tell({ type, contact: contactView(contact) });
      if (hasSessions(contact.relation)) {
        // Mail by the box may mean that our queue was lost on their side: it is told again in any case.
        const queue = describeQueue(peer.row.ownQueue);
        await queueControl(core, this.#sender.outbox, draft, peer, { accepted: 1, queue });
      }
      committed = draft.commit();
    });
    await committed;
    this.#effects.onPerson(account);
  }
}

/** A device of a higher epoch comes after a recover: whoever it is has the words, and the person has to decide. */
function recoveredEvents(
  known: ContactRow | undefined,
  { addedAt }: DeviceCertificate,
  atMs: number,
): readonly TrustEvent[] {
  const isNoted = known?.trust.at(-1)?.type === "chain-recovered" || known?.relation === "member";
  if (known?.head === undefined || addedAt.epoch <= known.head.epoch || isNoted) return [];
  return [{ type: "chain-recovered", atMs }];
}

/** What the person becomes by this request; null when it is not taken in. */
function admittedRelation(known: ContactRow | undefined, isInvited: boolean, isGroupmate: boolean): Relation | null {
  switch (known?.relation) {
    case "blocked":
      return null;
    case "accepted":
    case "requested": // both asked: that is an answer
      return "accepted";
    case "member":
      return isInvited ? "accepted" : "member";
    default:
      if (isInvited) return "accepted";
      return isGroupmate && known === undefined ? "member" : "requesting";
  }
}
