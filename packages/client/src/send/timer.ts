/** Sets how long messages of a chat live from now on. */
import {
  type AccountId,
  assessTrust,
  type ContentId,
  isVanishAfter,
  MAX_VANISH_AFTER_MS,
  MIN_VANISH_AFTER_MS,
  orderOf,
  timerContent,
  toHex,
} from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { MessageRow } from "../message/message-row.ts";
import { viewMessage } from "../message/message-view.ts";
import { MessengerError } from "../messenger-error.ts";
import type { ContactRow } from "../people/contact-row.ts";
import { ChatTimers } from "../vanish/chat-timers.ts";
import type { Sender } from "./carrier.ts";
import { queueForAll, requireAccepted } from "./compose.ts";

interface Parts {
  readonly core: Core;
  readonly sender: Sender;
}

/** @throws MessengerError TIMER_INVALID for what can be no life of a message; without one messages stay. */
export function checkLife(afterMs: number | undefined): void {
  if (afterMs === undefined || isVanishAfter(afterMs)) return;
  throw new MessengerError("TIMER_INVALID", "messages can vanish after 30 seconds to 4 weeks", {
    details: { limit: afterMs < MIN_VANISH_AFTER_MS ? MIN_VANISH_AFTER_MS : MAX_VANISH_AFTER_MS, actual: afterMs },
  });
}

/**
 * Sets or ends the timer of a chat, for both sides; a line in the chat says so. Setting what is set changes nothing.
 * @returns that line; null when there is none because nothing changed. @throws MessengerError TIMER_INVALID, NOT_ACCEPTED.
 */
export async function setTimer(
  { core, sender }: Parts,
  account: AccountId,
  afterMs: number | undefined,
): Promise<MessageRow | null> {
  checkLife(afterMs);
  let committed: Promise<void> = Promise.resolve();
  const row = await core.lock.run(account, async () => {
    const contact = requireAccepted(core, account);
    if (contact.timer?.afterMs === afterMs) return null;
    const draft = new Draft(core);
    const message = await sayTimer({ core, sender }, draft, contact, afterMs);
    committed = draft.commit();
    return message;
  });
  await committed;
  return row;
}

/** Says the timer with which a chat is to begin, unless somebody has said one there; does nothing a second time. */
export async function beginTimer({ core, sender }: Parts, account: AccountId): Promise<void> {
  if (core.people.contact(account)?.openingTimerMs === undefined) return;
  let committed: Promise<void> = Promise.resolve();
  await core.lock.run(account, async () => {
    const known = core.people.contact(account);
    if (known?.openingTimerMs === undefined || known.relation !== "accepted") return;
    if (assessTrust(known.trust).isSendingBlocked) return;
    const { openingTimerMs, ...contact } = known;
    const draft = new Draft(core);
    draft.add(core.people.setContact(contact));
    if (contact.timer === undefined) await sayTimer({ core, sender }, draft, contact, openingTimerMs);
    committed = draft.commit();
  });
  await committed;
}

/** Takes a timer here and queues it for the other side; the caller holds the lock and commits the draft. */
async function sayTimer(
  { core, sender }: Parts,
  draft: Draft,
  contact: ContactRow,
  afterMs: number | undefined,
): Promise<MessageRow> {
  const { account } = contact;
  const id = toHex(core.random(16)) as ContentId;
  const head = await core.messages.nextHead(account, id, core.clock.nowMs());
  const content = timerContent(head, afterMs === undefined ? {} : { afterMs });
  await new ChatTimers(core, sender.outbox).take(draft, contact, { afterMs, head: content });
  const deliveries = await queueForAll(core, sender.outbox, draft, contact, content);
  const message: MessageRow = {
    chat: account,
    isOwn: true,
    content,
    orderMs: orderOf(content),
    deliveries,
    isRead: true,
  };
  draft.add(...core.messages.put(message));
  draft.tell({ type: "message.changed", message: await viewMessage(core, message) });
  return message;
}
