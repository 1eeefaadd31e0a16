/** Methods about what is set for a chat on this device, and what was about to be written in it. */
import { type ContentId, sayableText, utf8Length } from "@kith/protocol";
import { type ChatRow, type DraftRow, MAX_DRAFT_BYTES } from "../chat/chat-row.ts";
import { changeSettings } from "../chat/chat-settings.ts";
import type { Methods } from "../client.ts";
import { type Core, Draft } from "../core.ts";
import type { Engine } from "../engine.ts";
import { MessengerError } from "../messenger-error.ts";
import { requireContact } from "../people/who.ts";
import { chatOf } from "./chat-methods.ts";
import type { Handlers } from "./handlers.ts";

/** The methods over one engine. */
export function settingsMethods({ core, mailboxes }: Engine): Pick<Handlers, "chat.set" | "chat.saveDraft"> {
  return {
    async "chat.set"({ who, ...changes }) {
      const { account } = requireContact(core.people, who);
      await changeSettings(core, account, (row) => withChanges(row, changes, core.clock.nowMs()));
      if (changes.isAddressHidden !== undefined) {
        for (const { row } of core.people.peersOf(account)) void mailboxes.tell(row.device);
      }
      return chatOf(core, requireContact(core.people, who));
    },
    async "chat.saveDraft"({ who, text, replyTo }) {
      const { account } = requireContact(core.people, who);
      const actual = utf8Length(text);
      if (actual > MAX_DRAFT_BYTES) {
        throw new MessengerError("TEXT_TOO_LONG", `the draft has ${actual} bytes, the limit is ${MAX_DRAFT_BYTES}`, {
          details: { actual, limit: MAX_DRAFT_BYTES },
        });
      }
      const answered = replyTo === undefined ? {} : { replyTo: replyTo as ContentId };
      await saveDraft(core, { account, text: sayableText(text), ...answered });
      return { saved: true };
    },
  };
}

async function saveDraft(core: Core, { account, text, replyTo }: DraftRow): Promise<void> {
  const before = core.chats.draft(account);
  if ((before?.text ?? "") === text && before?.replyTo === replyTo) return;
  const savedAtMs = core.vanish.clock.nowMs();
  const draft = new Draft(core);
  draft.add(core.chats.setDraft({ account, text, replyTo, savedAtMs }));
  core.own?.drafted(draft, account);
  await draft.commit();
  const lifeMs = core.people.contact(account)?.timer?.afterMs;
  if (lifeMs !== undefined) core.vanish.due.wake(savedAtMs + lifeMs);
}

function withChanges(row: ChatRow, changes: Omit<Methods["chat.set"]["params"], "who">, nowMs: number): ChatRow {
  const { isPinned, isArchived, mutedUntilMs, isMarkedUnread, isAddressHidden } = changes;
  return {
    ...row,
    ...(isPinned === undefined ? {} : { pinnedAtMs: isPinned ? (row.pinnedAtMs ?? nowMs) : undefined }),
    // Again and again: what came since the last time is put away as well.
    ...(isArchived === undefined ? {} : { archivedAtMs: isArchived ? nowMs : undefined }),
    ...(mutedUntilMs === undefined ? {} : { mutedUntilMs: mutedUntilMs > nowMs ? mutedUntilMs : undefined }),
    ...(isMarkedUnread === undefined ? {} : { isMarkedUnread: isMarkedUnread ? true : undefined }),
    ...(isAddressHidden === undefined ? {} : { hidesAddress: isAddressHidden ? true : undefined }),
  };
}
