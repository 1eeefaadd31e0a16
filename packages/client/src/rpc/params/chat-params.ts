/** Schemas for what the methods about chats are called with. */
import { boolean, exactOptional, integer, maxValue, minValue, number, pipe } from "valibot";
import { type ChatMethods, MUTED_FOREVER_MS } from "../../chat/chat-info.ts";
import { type MethodTable, paramsSchema } from "../method-table.ts";
import { anyText, messageId, none, type Params, short } from "./common.ts";

/** The methods of `ChatMethods` with their schemas. */
export const chatParams: MethodTable<ChatMethods> = {
  "chat.list": none,
  "chat.set": paramsSchema<Params<"chat.set">>({
    who: short,
    isPinned: exactOptional(boolean()),
    isArchived: exactOptional(boolean()),
    mutedUntilMs: exactOptional(pipe(number(), integer(), minValue(0), maxValue(MUTED_FOREVER_MS))),
    isMarkedUnread: exactOptional(boolean()),
    isAddressHidden: exactOptional(boolean()),
  }),
  "chat.setTyping": paramsSchema<Params<"chat.setTyping">>({ who: short, isTyping: boolean() }),
  "chat.saveDraft": paramsSchema<Params<"chat.saveDraft">>({
    who: short,
    text: anyText,
    replyTo: exactOptional(messageId),
  }),
  "chat.setTimer": paramsSchema<Params<"chat.setTimer">>({
    who: short,
    afterMs: exactOptional(pipe(number(), integer())),
  }),
};
