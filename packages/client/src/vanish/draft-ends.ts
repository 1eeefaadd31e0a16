/** The end of what was being written in a chat with a timer: it vanishes the chat's life after it was left. */
import { accountToText } from "@kith/protocol";
import type { DraftRow } from "../chat/chat-row.ts";
import { type Core, Draft } from "../core.ts";

/** Forgets the drafts whose time has come. @returns whether there was one: the state keys of its chat are to be erased then. */
export async function endDrafts(core: Core, nowMs: number): Promise<boolean> {
  const ended = core.chats.drafts().filter((row) => endMs(core, row) <= nowMs);
  for (const { account } of ended) {
    const draft = new Draft(core, true);
    draft.add(core.chats.setDraft({ account, text: "" }));
    draft.tell({ type: "chat.changed", account: accountToText(account) });
    await draft.commit();
  }
  return ended.length > 0;
}

/** When the next one ends, Unix ms; infinity when none does. */
export function nextDraftEndMs(core: Core): number {
  return Math.min(Number.POSITIVE_INFINITY, ...core.chats.drafts().map((row) => endMs(core, row)));
}

function endMs({ people }: Core, { account, savedAtMs }: DraftRow): number {
  const lifeMs = people.contact(account)?.timer?.afterMs;
  return lifeMs === undefined || savedAtMs === undefined ? Number.POSITIVE_INFINITY : savedAtMs + lifeMs;
}
