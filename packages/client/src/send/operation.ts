/** Sends what changes a message: edits, deletions, reactions. Each is checked here as the other side will check it. */
import { type AccountId, accountToText, type ContentId, toHex } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { MessageRow } from "../message/message-row.ts";
import { viewMessage } from "../message/message-view.ts";
import { spendAfter } from "../message/operations.ts";
import { MessengerError } from "../messenger-error.ts";
import type { Sender } from "./carrier.ts";
import {
  applyOwn,
  type ChangePlan,
  hasReaction,
  isCarriedOut,
  laterHead,
  planDeletion,
  planEdit,
  planReaction,
} from "./change-plan.ts";
import { queueForAll, requireAccepted } from "./compose.ts";
import { checkText } from "./text.ts";

interface Parts {
  readonly core: Core;
  readonly sender: Sender;
}

/** Names one message of a chat. */
export interface MessageName {
  readonly account: AccountId;
  readonly id: ContentId;
}

/** The message of that id, our own first. @throws MessengerError MESSAGE_UNKNOWN. */
export async function requireMessage(core: Core, { account, id }: MessageName): Promise<MessageRow> {
  const row = (await core.messages.find(account, "own", id)) ?? (await core.messages.find(account, "their", id));
  if (row !== undefined) return row;
  throw new MessengerError("MESSAGE_UNKNOWN", "there is no such message in this chat");
}

/** Gives an own text other words. @throws MessengerError MESSAGE_NOT_OWN, MESSAGE_DELETED, EDIT_TOO_LATE, EDIT_NOT_TEXT. */
export async function editMessage(parts: Parts, name: MessageName, text: string, id?: ContentId): Promise<MessageRow> {
  checkText(text, "message");
  return operate(parts, name, planEdit(name.id, text, id));
}

/** Asks everybody's app to forget an own message. @throws MessengerError MESSAGE_NOT_OWN. */
export async function deleteForEveryone(parts: Parts, name: MessageName, id?: ContentId): Promise<MessageRow> {
  return operate(parts, name, planDeletion(name.id, id));
}

/** Reacts to a message, or takes the reaction back when there is no emoji. @throws MessengerError REACTION_INVALID. */
export async function reactTo(parts: Parts, name: MessageName, emoji: string | undefined): Promise<MessageRow> {
  const { id: own } = parts.core.account;
  const row = await requireMessage(parts.core, name);
  const plan = planReaction({ author: row.isOwn ? own : name.account, id: name.id }, emoji);
  return hasReaction(row.marks, own, emoji) ? row : operate(parts, name, plan);
}

/** Forgets a message on this device only; it never comes back. */
export async function deleteForMe({ core }: Parts, name: MessageName): Promise<void> {
  let committed: Promise<void> = Promise.resolve();
  await core.lock.run(name.account, async () => {
    const row = await requireMessage(core, name);
    const draft = new Draft(core);
    draft.add(...core.messages.forget(row));
    spendAfter(core, draft, row);
    const contact = core.people.contact(name.account);
    if (contact !== undefined && !row.isOwn && !row.isRead && contact.unread > 0) {
      draft.add(core.people.setContact({ ...contact, unread: contact.unread - 1 }));
    }
    draft.tell({
      type: "message.removed",
      removed: { chat: accountToText(name.account), isOwn: row.isOwn, id: name.id },
    });
    committed = draft.commit();
  });
  await committed;
}

/** Applies an operation here and queues it for the other side, in one batch. */
async function operate({ core, sender }: Parts, name: MessageName, plan: ChangePlan): Promise<MessageRow> {
  let committed: Promise<void> = Promise.resolve();
  const row = await core.lock.run(name.account, async () => {
    const before = await requireMessage(core, name);
    if (isCarriedOut(plan, before)) return before;
    const contact = requireAccepted(core, name.account);
    const id = plan.id ?? (toHex(core.random(16)) as ContentId);
    const head = await core.messages.nextHead(name.account, id, core.clock.nowMs());
    const content = plan.make(laterHead(head, before.marks, core.account.id));
    const applied = applyOwn(core, before, before.isOwn ? core.account.id : before.chat, content);
    const draft = new Draft(core);
    const deliveries = await queueForAll(core, sender.outbox, draft, contact, content);
    const changed: MessageRow =
      plan.kind === "reaction" ? applied : { ...applied, change: { kind: plan.kind, id, deliveries } };
    if (plan.kind !== "reaction") draft.add(core.messages.indexChange(changed, id));
    draft.add(core.messages.update(changed));
    if (plan.kind === "delete") spendAfter(core, draft, before);
    draft.tell({ type: "message.changed", message: await viewMessage(core, changed) });
    committed = draft.commit();
    return changed;
  });
  await committed;
  return row;
}
