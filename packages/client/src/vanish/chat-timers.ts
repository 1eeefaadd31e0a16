/** The timers of chats: what either side says last counts, by order and id, so that both sides end with the same one. */
import { type ContentHead, orderOf } from "@kith/protocol";
import type { Core, Draft } from "../core.ts";
import type { ChatTimer, ContactRow } from "../people/contact-row.ts";
import { contactView } from "../people/contact-view.ts";
import type { Outbox } from "../send/outbox.ts";
import { separateChat } from "./reseal.ts";

/** A timer as it was said. */
export interface SaidTimer {
  readonly afterMs?: number | undefined;
  readonly head: ContentHead;
}

/** Takes timers, said here or there; the caller holds the person's lock and commits the draft. */
export class ChatTimers {
  readonly #core: Core;
  readonly #outbox: Outbox;

  constructor(core: Core, outbox: Outbox) {
    this.#core = core;
    this.#outbox = outbox;
  }

  async take(draft: Draft, contact: ContactRow, { afterMs, head }: SaidTimer): Promise<void> {
    const said: ChatTimer = { ...(afterMs === undefined ? {} : { afterMs }), orderMs: orderOf(head), id: head.id };
    if (contact.timer !== undefined && !isLater(said, contact.timer)) return;
    const changed = { ...contact, timer: said };
    draft.add(this.#core.people.setContact(changed));
    draft.tell({ type: "contact.changed", contact: contactView(changed) });
    if (afterMs !== undefined) await separateChat(this.#core, this.#outbox, draft, contact.account);
  }
}

function isLater(one: ChatTimer, other: ChatTimer): boolean {
  return one.orderMs === other.orderMs ? one.id > other.id : one.orderMs > other.orderMs;
}
