/** Methods about conversations. */
import type { AccountId, ContentId } from "@kith/protocol";
import type { Chat } from "../client.ts";
import { type Core, Draft } from "../core.ts";
import type { Engine } from "../engine.ts";
import type { MessageRow } from "../message/message-row.ts";
import { viewMessage, viewMessages } from "../message/message-view.ts";
import { MessengerError } from "../messenger-error.ts";
import type { ContactRow } from "../people/contact-row.ts";
import { contactView } from "../people/contact-view.ts";
import { requireContact } from "../people/who.ts";
import type { StoreChange } from "../ports.ts";
import { deleteForEveryone, deleteForMe, editMessage, type MessageName, reactTo } from "../send/operation.ts";
import { forwardMessage, sendReply } from "../send/reply.ts";
import { sendText } from "../send/text.ts";
import { setTimer } from "../send/timer.ts";
import type { Handlers } from "./handlers.ts";

const DEFAULT_LIST = 50;

/** Unread rows looked at when a chat is marked read. */
const MAX_UNREAD = 1000;

type MessageHandlers = Pick<
  Handlers,
  Exclude<Extract<keyof Handlers, `chat.${string}` | `message.${string}`>, "message.search">
>;

/** The methods over one engine. */
export function messageMethods(engine: Engine): MessageHandlers {
  const { core } = engine;
  const named = (who: string, id: string): MessageName => ({
    account: requireContact(core.people, who).account,
    id: id as ContentId,
  });
  return {
    async "chat.list"() {
      const people = core.people.contacts().filter((each) => each.relation !== "requesting");
      const chats = await Promise.all(people.map((row) => chatOf(core, row)));
      return chats.sort((a, b) => (b.last?.sentAtMs ?? 0) - (a.last?.sentAtMs ?? 0));
    },
    async "message.list"({ who, before, limit = DEFAULT_LIST }) {
      const { account } = requireContact(core.people, who);
      const id = before as ContentId | undefined;
      const edge =
        id && ((await core.messages.find(account, "own", id)) ?? (await core.messages.find(account, "their", id)));
      if (id !== undefined && edge === undefined) {
        throw new MessengerError("PARAMS_INVALID", "there is no such message in this chat");
      }
      return viewMessages(core, await core.messages.list(account, limit, edge));
    },
    async "message.send"({ who, text, id: given, replyTo }) {
      const { account } = requireContact(core.people, who);
      const id = given as ContentId | undefined;
      const row =
        replyTo === undefined
          ? await sendText(engine, account, text, { id })
          : await sendReply(engine, { account, id: replyTo as ContentId }, text, id);
      return viewMessage(core, row);
    },
    async "message.forward"({ who, id, to, newId }) {
      const target = requireContact(core.people, to).account;
      return viewMessage(core, await forwardMessage(engine, named(who, id), target, newId as ContentId | undefined));
    },
    async "message.edit"({ who, id, text, editId }) {
      return viewMessage(core, await editMessage(engine, named(who, id), text, editId as ContentId | undefined));
    },
    async "message.delete"({ who, id, isForEveryone }) {
      if (isForEveryone) await deleteForEveryone(engine, named(who, id));
      else await deleteForMe(engine, named(who, id));
      return { deleted: true };
    },
    async "message.react"({ who, id, emoji }) {
      return viewMessage(core, await reactTo(engine, named(who, id), emoji));
    },
    async "chat.setTimer"({ who, afterMs }) {
      const row = await setTimer(engine, requireContact(core.people, who).account, afterMs);
      return row === null ? { isChanged: false } : { isChanged: true, message: await viewMessage(core, row) };
    },
    async "message.markRead"({ who }) {
      return { unread: await markRead(engine, requireContact(core.people, who).account) };
    },
  };
}

async function chatOf(core: Core, row: ContactRow): Promise<Chat> {
  const [last] = await core.messages.list(row.account, 1);
  return {
    contact: contactView(row),
    ...(last === undefined ? {} : { last: await viewMessage(core, last) }),
    unread: row.unread,
  };
}

/** A message that was read; the time of one that vanishes runs from now. */
function readChanges({ messages, vanish }: Core, row: MessageRow): readonly StoreChange[] {
  const { vanishAfterMs } = row.content;
  const read = { ...row, isRead: true };
  if (row.vanish === undefined || vanishAfterMs === undefined) return [messages.update(read)];
  return messages.vanishBy(read, { untilMs: vanish.clock.nowMs() + vanishAfterMs, isRunning: true });
}

/** Marks what was received as read and owes the read receipts; people not accepted learn nothing. */
async function markRead({ core, receipts }: Engine, account: AccountId): Promise<number> {
  let committed: Promise<void> = Promise.resolve();
  await core.lock.run(account, async () => {
    const contact = core.people.contact(account);
    if (contact === undefined || contact.unread === 0) return;
    const rows = await core.messages.unread(account, Math.min(MAX_UNREAD, contact.unread * 2 + DEFAULT_LIST));
    const draft = new Draft(core);
    for (const row of rows) draft.add(...readChanges(core, row));
    core.vanish.messageKeys.dropUnread(core.people.chatKey(account));
    for (const row of rows.filter(({ vanish }) => vanish !== undefined)) {
      const read = await core.messages.find(account, "their", row.content.id);
      if (read !== undefined) draft.tell({ type: "message.changed", message: await viewMessage(core, read) });
    }
    const changed = { ...contact, unread: 0 };
    draft.add(core.people.setContact(changed));
    draft.tell({ type: "contact.changed", contact: contactView(changed) });
    if (contact.relation === "accepted") {
      for (const peer of core.people.peersOf(account)) {
        for (const row of rows) draft.add(receipts.owe(peer.row.device, "read", row.content.id));
        draft.afterwards(() => receipts.schedule(peer.row.device));
      }
    }
    committed = draft.commit();
  });
  await committed;
  return 0;
}
