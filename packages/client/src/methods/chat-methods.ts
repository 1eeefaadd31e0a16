/** Methods about chats as wholes: the list, their timers, what was read. */
import { type AccountId, isUnseenOnce } from "@kith/protocol";
import { changeSettings, sortChats, viewSettings } from "../chat/chat-settings.ts";
import type { Chat } from "../client.ts";
import { type Core, Draft } from "../core.ts";
import type { Engine } from "../engine.ts";
import type { MessageRow } from "../message/message-row.ts";
import { viewMessage } from "../message/message-view.ts";
import type { ContactRow } from "../people/contact-row.ts";
import { contactView } from "../people/contact-view.ts";
import { requireContact } from "../people/who.ts";
import type { StoreChange } from "../ports.ts";
import { setTimer } from "../send/timer.ts";
import type { Handlers } from "./handlers.ts";

/** Unread rows looked at when a chat is marked read, and the rows beyond those counted. */
const MAX_UNREAD = 1000;
const MARGIN = 50;

type ChatHandlers = Pick<Handlers, "chat.list" | "chat.setTimer" | "chat.setTyping" | "message.markRead">;

/** The methods over one engine. */
export function chatMethods(engine: Engine): ChatHandlers {
  const { core } = engine;
  return {
    async "chat.list"() {
      const people = core.people
        .contacts()
        .filter((each) => each.relation !== "requesting" && each.relation !== "member");
      return sortChats(
        core,
        await Promise.all(people.map(async (row) => ({ account: row.account, chat: await chatOf(core, row) }))),
      );
    },
    async "chat.setTimer"({ who, afterMs }) {
      const row = await setTimer(engine, requireContact(core.people, who).account, afterMs);
      return row === null ? { isChanged: false } : { isChanged: true, message: await viewMessage(core, row) };
    },
    async "chat.setTyping"({ who, isTyping }) {
      const { account } = requireContact(core.people, who);
      return { isTold: await engine.typing.tell(account, isTyping) };
    },
    async "message.markRead"({ who }) {
      const { account } = requireContact(core.people, who);
      await changeSettings(core, account, (row) => ({ ...row, isMarkedUnread: undefined }));
      return { unread: await markRead(engine, account) };
    },
  };
}

/** A conversation as the list shows it. */
export async function chatOf(core: Core, row: ContactRow): Promise<Chat> {
  const [last] = await core.messages.list(row.account, 1);
  const shown = last === undefined ? {} : { last: await viewMessage(core, last) };
  // As the person is now: something may have come while the message was read.
  const contact = core.people.contact(row.account) ?? row;
  return {
    contact: contactView(contact),
    ...shown,
    unread: contact.unread,
    ...(core.typists.has(row.account) ? { isTyping: true } : {}),
    ...viewSettings(core, row.account, last),
  };
}

/** A message that was read; the time of one that vanishes runs from now. */
export function readChanges({ messages, vanish }: Core, row: MessageRow): readonly StoreChange[] {
  const { vanishAfterMs } = row.content;
  const read = { ...row, isRead: true };
  const isTimed = row.vanish !== undefined && vanishAfterMs !== undefined;
  if (!isTimed || isUnseenOnce(row.content)) return [messages.update(read)];
  return messages.vanishBy(read, { untilMs: vanish.clock.nowMs() + vanishAfterMs, isRunning: true });
}

/** Marks what was received as read and owes the read receipts; people not accepted learn nothing. */
async function markRead({ core, receipts }: Engine, account: AccountId): Promise<number> {
  let committed: Promise<void> = Promise.resolve();
  await core.lock.run(account, async () => {
    const contact = core.people.contact(account);
    if (contact === undefined || contact.unread === 0) return;
    const rows = await core.messages.unread(account, Math.min(MAX_UNREAD, contact.unread * 2 + MARGIN));
    const draft = new Draft(core);
    for (const row of rows) draft.add(...readChanges(core, row));
    // One to be seen once is read when it is opened.
    const told = rows.flatMap(({ content }) => (isUnseenOnce(content) ? [] : [content.id]));
    core.own?.read(draft, account, told);
    core.vanish.messageKeys.dropUnread(core.people.chatKey(account));
    for (const row of rows.filter(({ vanish }) => vanish !== undefined)) {
      const read = await core.messages.find(account, "their", row.content.id);
      if (read !== undefined) draft.tell({ type: "message.changed", message: await viewMessage(core, read) });
    }
    const changed = { ...contact, unread: 0 };
    draft.add(core.people.setContact(changed));
    draft.tell({ type: "contact.changed", contact: contactView(changed) });
    if (contact.relation === "accepted" && core.settings.hasReadReceipts) {
      for (const peer of core.people.peersOf(account)) {
        for (const id of told) draft.add(receipts.owe(peer.row.device, "read", id));
        draft.afterwards(() => receipts.schedule(peer.row.device));
      }
    }
    committed = draft.commit();
  });
  await committed;
  return 0;
}
