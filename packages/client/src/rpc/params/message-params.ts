/** Schemas for what the methods about messages are called with. */
import { boolean, exactOptional, integer, maxLength, maxValue, minValue, number, pipe, string } from "valibot";
import type { MessageMethods } from "../../message/message-info.ts";
import { type MethodTable, paramsSchema } from "../method-table.ts";
import { anyText, MAX_LIST, messageId, oneFile, type Params, short, who } from "./common.ts";

/** Messages of one search, and characters of what is searched for. */
const MAX_FOUND = 200;
const MAX_SEARCH_CHARACTERS = 512;

/** The methods of `MessageMethods` with their schemas. */
export const messageParams: MethodTable<MessageMethods> = {
  "message.list": paramsSchema<Params<"message.list">>({
    who: short,
    before: exactOptional(messageId),
    limit: exactOptional(pipe(number(), integer(), minValue(1), maxValue(MAX_LIST))),
  }),
  "message.send": paramsSchema<Params<"message.send">>({
    who: short,
    text: anyText,
    id: exactOptional(messageId),
    replyTo: exactOptional(messageId),
    isOnce: exactOptional(boolean()),
  }),
  "message.open": oneFile,
  "message.close": oneFile,
  "message.forward": paramsSchema<Params<"message.forward">>({
    who: short,
    group: exactOptional(short),
    id: messageId,
    to: exactOptional(short),
    toGroup: exactOptional(short),
    newId: exactOptional(messageId),
  }),
  "message.edit": paramsSchema<Params<"message.edit">>({
    who: short,
    id: messageId,
    text: anyText,
    editId: exactOptional(messageId),
  }),
  "message.delete": paramsSchema<Params<"message.delete">>({ who: short, id: messageId, isForEveryone: boolean() }),
  "message.react": paramsSchema<Params<"message.react">>({ who: short, id: messageId, emoji: exactOptional(short) }),
  "message.markRead": who,
  "message.markPlayed": oneFile,
  "message.search": paramsSchema<Params<"message.search">>({
    text: pipe(string(), maxLength(MAX_SEARCH_CHARACTERS)),
    who: exactOptional(short),
    group: exactOptional(short),
    beforeMs: exactOptional(pipe(number(), integer(), minValue(0))),
    limit: exactOptional(pipe(number(), integer(), minValue(1), maxValue(MAX_FOUND))),
  }),
};
