/** What can be done with a message here and now. */
import type { Contact, Message } from "@kith/client/rpc";

/** How long an own text can be edited, in ms. */
const EDITABLE_MS = 24 * 3600 * 1000;

/** What the menu of a message offers. */
export interface Abilities {
  readonly canAnswer: boolean;
  readonly canReact: boolean;
  readonly canEdit: boolean;
  readonly canCopy: boolean;
  readonly canForward: boolean;
  /** For everyone; on this device anything can be deleted. */
  readonly canDeleteForAll: boolean;
}

/** What a message allows; the engine has the last word. */
export function abilitiesOf(message: Message, { relation }: Pick<Contact, "relation">, nowMs: number): Abilities {
  const isThere = message.isDeleted !== true && message.timer === undefined && message.call === undefined;
  const hasText = isThere && message.text !== "";
  const isOpen = relation === "accepted";
  const isYoung = nowMs - message.sentAtMs < EDITABLE_MS;
  return {
    canAnswer: isThere && isOpen && message.once === undefined,
    canReact: isThere && isOpen,
    canEdit: hasText && isOpen && message.isOwn && isYoung && message.isForwarded !== true,
    canCopy: hasText,
    canForward: hasText,
    canDeleteForAll: isThere && isOpen && message.isOwn,
  };
}
