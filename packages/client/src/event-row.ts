/**
 * An event as it is kept: what happened to which message or person, never what was said. The words are looked up when
 * the event is read again, so that what was edited or deleted since is in no kept event.
 */
import { utf8 } from "@kith/protocol";
import type { ClientEvent, Contact, Message } from "./client.ts";

/** Names one message. */
export interface MessageRef {
  /** The chat: the other side's `kith1…`. */
  readonly chat: string;
  readonly isOwn: boolean;
  readonly id: string;
}

/** What kept events are filled up with; undefined for what does not exist any more. */
export interface EventViews {
  message(ref: MessageRef): Promise<Message | undefined>;
  contact(account: string): Contact | undefined;
}

interface Numbered {
  readonly seq: number;
  readonly atMs: number;
}

type KeptEvent = Numbered &
  (
    | { readonly type: "message.received" | "message.changed"; readonly message: MessageRef }
    | { readonly type: "contact.changed" | "request.received"; readonly contact: { readonly account: string } }
    | Exclude<ClientEvent, { readonly message: Message } | { readonly contact: Contact }>
  );

/** Encodes what is kept of an event. */
export function encodeEvent(event: ClientEvent): Uint8Array {
  return utf8(JSON.stringify(keptOf(event)));
}

function keptOf(event: ClientEvent): KeptEvent {
  const { seq, atMs } = event;
  if ("message" in event) {
    const { chat, isOwn, id } = event.message;
    return { seq, atMs, type: event.type, message: { chat, isOwn, id } };
  }
  if ("contact" in event) return { seq, atMs, type: event.type, contact: { account: event.contact.account } };
  return event;
}

/** Reads a kept event and fills it up; null when what it tells of is gone. */
export async function decodeEvent(bytes: Uint8Array, views: EventViews): Promise<ClientEvent | null> {
  const kept = readKept(bytes);
  if ("message" in kept) {
    const message = await views.message(kept.message);
    return message === undefined ? null : { ...kept, message };
  }
  if ("contact" in kept) {
    const contact = views.contact(kept.contact.account);
    return contact === undefined ? null : { ...kept, contact };
  }
  return kept;
}

/** Whether a kept event is about a person or the chat with them. */
export function isEventAbout(bytes: Uint8Array, account: string): boolean {
  const kept = readKept(bytes);
  if ("message" in kept) return kept.message.chat === account;
  if ("removed" in kept) return kept.removed.chat === account;
  if (["chat.changed", "chat.cleared", "call.changed"].includes(kept.type) && "account" in kept)
    return kept.account === account;
  return "contact" in kept && kept.contact.account === account;
}

function readKept(bytes: Uint8Array): KeptEvent {
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as KeptEvent;
}
