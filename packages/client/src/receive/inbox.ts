/**
 * The inbox: the only door for mail, live or stored. Decrypts on a copy, checks who it is bound to, and commits ratchet,
 * message, seen id and owed receipt in one batch; only then may a relay forget the mail or a sender be told.
 */
import {
  type AccountId,
  bindingOf,
  type DecryptError,
  type DeviceId,
  decodePayload,
  decryptMessage,
  isClassicalOnly,
  MAX_JUMP,
  openEnvelope,
  type Payload,
  type QueuePlace,
  type SessionRecord,
  suiteOfRecord,
  toHex,
  unbindPayload,
} from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import { contactView } from "../people/contact-view.ts";
import { noteUse } from "../people/own-queues.ts";
import type { DirectQueue, Peer } from "../people/people.ts";
import { ownEnd, sessionContext } from "../send/seal.ts";
import type { Applier } from "./apply.ts";
import type { Receipts } from "./receipts.ts";
import { SeenMessages, type SeenRow } from "./seen.ts";

/** How mail ended: `kept` and `repeated` are acknowledged as committed, `refused` is dropped. A failed commit rejects. */
export type Verdict = "kept" | "repeated" | "refused";

/** A session message that reached us. */
export interface IncomingMessage {
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly identityKey: Uint8Array;
  readonly message: Uint8Array;
  readonly maxJump: number;
  /** The queue of ours that it came through. */
  readonly queueNumber?: number;
  /** How long it lay on a relay, in ms; absent when nobody knows. */
  readonly ageMs?: number;
  /**
   * Makes the sender known, called once the message has proven authentic and before it is applied, in its batch; false
   * refuses the message. Without it only known devices are heard.
   */
  readonly introduce?: (draft: Draft) => boolean;
}

/** Counts of mail that was not kept, for `doctor`; no ids, no contents. */
export interface InboxCounters {
  refusedEnvelopes: number;
  refusedMessages: number;
  unreadablePayloads: number;
}

/** The door and its memory. */
export class Inbox {
  readonly counters: InboxCounters = { refusedEnvelopes: 0, refusedMessages: 0, unreadablePayloads: 0 };
  readonly #core: Core;
  readonly #applier: Applier;
  readonly #receipts: Receipts;
  readonly #seen: SeenMessages;
  readonly #onUndecryptable: (device: DeviceId) => void;

  /** @param onUndecryptable called when mail in a device's own queue cannot be read by any session. */
  constructor(core: Core, applier: Applier, receipts: Receipts, onUndecryptable: (device: DeviceId) => void) {
    this.#core = core;
    this.#onUndecryptable = onUndecryptable;
    this.#applier = applier;
    this.#receipts = receipts;
    this.#seen = new SeenMessages(core.store);
  }

  sweep(): Promise<void> {
    return this.#seen.sweep(this.#core.clock.nowMs());
  }

  /** Takes an envelope from a queue of a device; resolves after the commit. @param ageMs as in `IncomingMessage`. */
  async takeEnvelope(
    { device, queue }: DirectQueue,
    place: QueuePlace,
    envelope: Uint8Array,
    ageMs: number,
  ): Promise<Verdict> {
    const core = this.#core;
    const peer = core.people.peer(device);
    const identityKey = peer && identityKeyOf(core, peer);
    if (peer === undefined || identityKey === undefined) return "refused";
    const opened = openEnvelope(core.suite, core.sides(queue.secret, place), envelope);
    if (!opened.ok) {
      this.counters.refusedEnvelopes += 1;
      return "refused";
    }
    const { account } = peer.row;
    const message = opened.value;
    const queueNumber = queue.number;
    return this.takeMessage({ account, device, identityKey, message, maxJump: MAX_JUMP, queueNumber, ageMs });
  }

  /** Takes a session message of a known device; resolves after the commit. */
  async takeMessage(incoming: IncomingMessage): Promise<Verdict> {
    const hash = toHex(this.#core.suite.sha256(incoming.message));
    // Asked before the wait for the lock; what is taken in meanwhile is in memory.
    const kept = this.#seen.kept(hash);
    kept.catch(() => undefined); // told below, where it is awaited
    let committed: Promise<void> = Promise.resolve();
    const verdict = await this.#core.lock.run(incoming.account, async () => {
      const draft = new Draft(this.#core);
      const result = await this.#open(draft, incoming, hash, this.#seen.recent(hash) ?? (await kept));
      committed = draft.commit();
      return result;
    });
    await committed;
    return verdict;
  }

  async #open(draft: Draft, incoming: IncomingMessage, hash: string, seen: SeenRow | undefined): Promise<Verdict> {
    const core = this.#core;
    const { account, device } = incoming;
    if (seen !== undefined) return this.#repeat(draft, device, seen);
    const known = core.people.peer(device);
    const isStranger = known === undefined && incoming.introduce === undefined;
    if (isStranger || core.account.isRevoked || core.people.contact(account)?.relation === "blocked") return "refused";
    const decrypted = await decryptMessage(
      sessionContext(core),
      startedSession(known),
      core.account.identity,
      incoming.message,
      {
        maxJump: incoming.maxJump,
        expectedIdentityKey: incoming.identityKey,
        prekeys: core.prekeys.lookup(),
      },
    );
    if (!decrypted.ok) {
      // The envelope shows that the device itself sent it; anybody could put such mail into the box.
      const isFromQueue = incoming.introduce === undefined;
      if (isFromQueue && needsHealing(decrypted.error)) draft.afterwards(() => this.#onUndecryptable(device));
      if (decrypted.error.code === "duplicate") return "repeated";
      this.counters.refusedMessages += 1;
      return "refused";
    }
    const binding = bindingOf(core.suite, { account, device }, ownEnd(core), suiteOfRecord(decrypted.value.record));
    const encoded = unbindPayload(binding, decrypted.value.plaintext);
    if (encoded === null) {
      this.counters.refusedMessages += 1;
      return "refused";
    }
    const isLetIn = incoming.introduce?.(draft) ?? true;
    const peer = core.people.peer(device);
    if (!isLetIn || peer === undefined) return "refused";
    const { record, usedPrekeys } = decrypted.value;
    if (usedPrekeys !== undefined) draft.add(...core.prekeys.consume(usedPrekeys, core.clock.nowMs()));
    this.#noteRatchet(draft, peer, record);
    const payload = decodePayload(encoded);
    const moved = { ...peer, session: record };
    await this.#apply(draft, moved, payload.ok ? payload.value : null, { ...incoming, hash });
    return "kept";
  }

  /** A copy: its sender may not have had our receipt. */
  #repeat(draft: Draft, device: DeviceId, { contentId }: SeenRow): Verdict {
    if (contentId !== undefined) {
      draft.add(this.#receipts.owe(device, "delivered", contentId));
      draft.afterwards(() => this.#receipts.schedule(device));
    }
    return "repeated";
  }

  /** Tells when the post-quantum ratchet with a device has come to a stand, and when it moves again. */
  #noteRatchet(draft: Draft, before: Peer, after: SessionRecord): void {
    const { people } = this.#core;
    const isClassical = isClassicalRecord(after);
    const contact = people.contact(before.row.account);
    if (contact === undefined || isClassical === isClassicalRecord(before.session)) return;
    const others = people.peersOf(contact.account).filter(({ row }) => row.device !== before.row.device);
    const isClassicalOnly = isClassical || others.some(({ session }) => isClassicalRecord(session));
    const changed = { ...contact, isClassicalOnly };
    draft.add(people.setContact(changed));
    if (contact.account === this.#core.account.id) return;
    draft.tell({ type: "contact.changed", contact: contactView(changed) });
  }

  /** The message was authentic: the ratchet moves on even when this version cannot read the payload. */
  async #apply(
    draft: Draft,
    { row, session }: Peer,
    payload: Payload | null,
    { hash, queueNumber, ageMs }: Pick<IncomingMessage, "queueNumber" | "ageMs"> & { readonly hash: string },
  ): Promise<void> {
    const contentId = payload?.content?.id;
    const atMs = this.#core.clock.nowMs();
    const peer = { row: usedRow(row, queueNumber, payload, atMs), session };
    draft.add(this.#seen.put(hash, { atMs, ...(contentId === undefined ? {} : { contentId }) }));
    if (payload === null) {
      this.counters.unreadablePayloads += 1;
      draft.add(...this.#core.people.setPeer(peer));
      return;
    }
    await this.#applier.apply(draft, peer, payload, ageMs);
  }
}

/** Whether a session that gives this error has to be replaced; the sender's own faults and attacks do not. */
function needsHealing({ code }: DecryptError): boolean {
  switch (code) {
    case "not-authentic":
    case "no-session":
    case "unknown-prekey":
    case "too-far-ahead":
    // Never seen and yet its key is used or gone: the other device went back to an old state, or is very late.
    case "duplicate":
      return true;
    case "malformed":
    case "unknown-version":
    case "low-order-key":
    case "identity-mismatch":
    case "replayed-prekey-message":
      return false;
  }
}

function isClassicalRecord({ current }: SessionRecord): boolean {
  return current !== null && isClassicalOnly(current);
}

/** The sessions of a device; null when there is none yet. */
function startedSession(peer: Peer | undefined): SessionRecord | null {
  const session = peer?.session;
  return session === undefined || (session.current === null && session.archived.length === 0) ? null : session;
}

/** The row of a device after a message of it, which may have come through its queue. */
function usedRow(row: Peer["row"], number: number | undefined, payload: Payload | null, nowMs: number): Peer["row"] {
  if (number === undefined) return row;
  const { content, delivered, read } = payload ?? {};
  return noteUse(row, { number, nowMs, isTalk: content !== undefined || (delivered ?? read) !== undefined });
}

function identityKeyOf(core: Core, peer: Peer): Uint8Array | undefined {
  const contact = core.people.contact(peer.row.account);
  return contact?.devices.find((each) => each.device === peer.row.device)?.identityKey;
}
