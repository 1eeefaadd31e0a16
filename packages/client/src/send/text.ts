/** Sending text: the bounds a person meets, before anything is queued. */
import {
  type AccountId,
  type ContentId,
  MAX_REQUEST_TEXT_BYTES,
  MAX_TEXT_BYTES,
  onceContent,
  textContent,
  utf8Length,
} from "@kith/protocol";
import type { Core } from "../core.ts";
import type { MessageRow } from "../message/message-row.ts";
import { MessengerError } from "../messenger-error.ts";
import type { Sender } from "./carrier.ts";
import { requireAccepted, sendContent } from "./compose.ts";

/** @throws MessengerError TEXT_EMPTY or TEXT_TOO_LONG. */
export function checkText(text: string, kind: "message" | "request"): void {
  const limit = kind === "request" ? MAX_REQUEST_TEXT_BYTES : MAX_TEXT_BYTES;
  const actual = utf8Length(text);
  if (text.trim() === "") throw new MessengerError("TEXT_EMPTY", "there is no text to send");
  if (actual > limit) {
    throw new MessengerError("TEXT_TOO_LONG", `the text has ${actual} bytes, the limit is ${limit}`, {
      details: { actual, limit },
    });
  }
}

/** What a text may say besides its words. */
export interface TextOptions {
  readonly id?: ContentId | undefined;
  readonly isForwarded?: true | undefined;
  /** To be seen once: accepted people only. */
  readonly isOnce?: boolean | undefined;
}

/** Queues a text for a contact; the same id again changes nothing. */
export async function sendText(
  { core, sender }: { readonly core: Core; readonly sender: Sender },
  account: AccountId,
  text: string,
  { id, isForwarded, isOnce }: TextOptions = {},
): Promise<MessageRow> {
  checkText(text, core.people.contact(account)?.relation === "requested" ? "request" : "message");
  if (isOnce === true) {
    requireAccepted(core, account);
    return sendContent(core, sender.outbox, account, (head) => onceContent(textContent(head, text)), id);
  }
  const options = isForwarded === undefined ? {} : { isForwarded };
  return sendContent(core, sender.outbox, account, (head) => textContent(head, text, options), id);
}
