/**
 * A report: what a person wrote here, for somebody the reader chooses. It is never sent by itself, and proves nothing:
 * messages are not signed, so that nobody can be held to them by a third.
 */
import type { Contact, Message } from "../client.ts";

/** One message of the person. */
export interface ReportedMessage {
  readonly id: string;
  /** ISO 8601. */
  readonly sentAt: string;
  readonly receivedAt?: string;
  readonly text: string;
  readonly isEdited?: true;
}

/** What is handed on; nothing that the reporting person wrote is in it. */
export interface Report {
  readonly format: "kith-report-1";
  readonly madeAt: string;
  readonly account: string;
  readonly handle?: string;
  /** How sure this device is that the handle is theirs. */
  readonly trust: Contact["trust"];
  readonly messages: readonly ReportedMessage[];
  readonly note: string;
}

const NOTE = "Messages are not signed: this is what one device shows, and no proof of who wrote it.";

/** Makes the report of a person from messages of the chat with them; own ones and those without words are left out. */
export function makeReport(contact: Contact, messages: readonly Message[], nowMs: number): Report {
  const theirs = messages.filter(({ isOwn, text }) => !isOwn && text !== "");
  return {
    format: "kith-report-1",
    madeAt: isoTime(nowMs),
    account: contact.account,
    ...(contact.handle === undefined ? {} : { handle: contact.handle }),
    trust: contact.trust,
    messages: theirs.map(({ id, sentAtMs, receivedAtMs, text, editedAtMs }) => ({
      id,
      sentAt: isoTime(sentAtMs),
      ...(receivedAtMs === undefined ? {} : { receivedAt: isoTime(receivedAtMs) }),
      text,
      ...(editedAtMs === undefined ? {} : { isEdited: true as const }),
    })),
    note: NOTE,
  };
}

/** A time that a peer's clock may have made up: what no date can hold is shown as its nearest. */
function isoTime(ms: number): string {
  return new Date(Math.min(ms, 8_640_000_000_000_000)).toISOString();
}
