/** Sets how long messages of a chat live from now on. */
import {
  type AccountId,
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
import { ChatTimers } from "../vanish/chat-timers.ts";
import type { Sender } from "./carrier.ts";
import { queueForAll, requireAccepted } from "./compose.ts";

/**
 * Sets or ends the timer of a chat, for both sides; a line in the chat says so. Setting what is set changes nothing.
 * @returns that line; null when there is none because nothing changed. @throws MessengerError TIMER_INVALID, NOT_ACCEPTED.
 */
export async function setTimer(
  { core, sender }: { readonly core: Core; readonly sender: Sender },
  account: AccountId,
  afterMs: number | undefined,
): Promise<MessageRow | null> {
  if (afterMs !== undefined && !isVanishAfter(afterMs)) {
    throw new MessengerError("TIMER_INVALID", "messages can vanish after 30 seconds to 4 weeks", {
      details: { limit: afterMs < MIN_VANISH_AFTER_MS ? MIN_VANISH_AFTER_MS : MAX_VANISH_AFTER_MS, actual: afterMs },
    });
  }
  let committed: Promise<void> = Promise.resolve();
  const row = await core.lock.run(account, async () => {
    const contact = requireAccepted(core, account);
    if (contact.timer?.afterMs === afterMs) return null;
    const id = toHex(core.random(16)) as ContentId;
    const head = await core.messages.nextHead(account, id, core.clock.nowMs());
    const content = timerContent(head, afterMs === undefined ? {} : { afterMs });
    const draft = new Draft(core);
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
    committed = draft.commit();
    return message;
  });
  await committed;
  return row;
}
