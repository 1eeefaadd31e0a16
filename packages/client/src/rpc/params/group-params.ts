/** Schemas for what the methods about groups are called with. */
import { MAX_GROUP_MEMBERS } from "@kith/protocol";
import {
  array,
  boolean,
  exactOptional,
  integer,
  maxLength,
  maxValue,
  minValue,
  number,
  picklist,
  pipe,
  regex,
  string,
} from "valibot";
import type { GroupMethods } from "../../group/group-info.ts";
import { type MethodTable, paramsSchema } from "../method-table.ts";
import {
  anyText,
  MAX_INVITE_INPUT_CHARACTERS,
  MAX_LIST,
  MAX_PREVIEW_CHARACTERS,
  MAX_SHORT_CHARACTERS,
  messageId,
  none,
  type Params,
  short,
} from "./common.ts";

const groupName = pipe(string(), maxLength(MAX_SHORT_CHARACTERS));
const oneGroup = paramsSchema<Params<"group.get">>({ group: short });
const groupRole = picklist(["admin", "member"]);

/** The methods of `GroupMethods` with their schemas. */
export const groupParams: MethodTable<GroupMethods> = {
  "group.create": paramsSchema<Params<"group.create">>({
    name: groupName,
    who: pipe(array(short), maxLength(MAX_GROUP_MEMBERS)),
  }),
  "group.list": none,
  "group.get": oneGroup,
  "group.join": oneGroup,
  "group.leave": oneGroup,
  "group.add": paramsSchema<Params<"group.add">>({
    group: short,
    who: short,
    role: exactOptional(groupRole),
    hasHistory: exactOptional(boolean()),
  }),
  "group.remove": paramsSchema<Params<"group.remove">>({
    group: short,
    who: short,
    isBanned: exactOptional(boolean()),
  }),
  "group.link": oneGroup,
  "group.setLink": paramsSchema<Params<"group.setLink">>({
    group: short,
    isOn: boolean(),
    needsApproval: exactOptional(boolean()),
  }),
  "group.letIn": paramsSchema<Params<"group.letIn">>({ group: short, who: short }),
  "group.knock": paramsSchema<Params<"group.knock">>({
    link: pipe(string(), maxLength(MAX_INVITE_INPUT_CHARACTERS)),
  }),
  "group.knocks": none,
  "group.giveUp": oneGroup,
  "group.setRole": paramsSchema<Params<"group.setRole">>({ group: short, who: short, role: groupRole }),
  "group.rename": paramsSchema<Params<"group.rename">>({ group: short, name: groupName }),
  "group.send": paramsSchema<Params<"group.send">>({
    group: short,
    text: anyText,
    id: exactOptional(messageId),
    replyTo: exactOptional(messageId),
  }),
  "group.setTimer": paramsSchema<Params<"group.setTimer">>({
    group: short,
    afterMs: exactOptional(pipe(number(), integer())),
  }),
  "group.setPicture": paramsSchema<Params<"group.setPicture">>({
    group: short,
    picture: exactOptional(pipe(string(), maxLength(MAX_PREVIEW_CHARACTERS))),
  }),
  "group.picture": oneGroup,
  "group.message": paramsSchema<Params<"group.message">>({
    group: short,
    id: messageId,
    author: exactOptional(short),
  }),
  "group.saveDraft": paramsSchema<Params<"group.saveDraft">>({
    group: short,
    text: anyText,
    replyTo: exactOptional(messageId),
  }),
  "group.edit": paramsSchema<Params<"group.edit">>({
    group: short,
    id: messageId,
    text: anyText,
    editId: exactOptional(messageId),
  }),
  "group.delete": paramsSchema<Params<"group.delete">>({
    group: short,
    id: messageId,
    author: exactOptional(short),
    isForEveryone: boolean(),
  }),
  "group.react": paramsSchema<Params<"group.react">>({
    group: short,
    id: messageId,
    author: exactOptional(short),
    emoji: exactOptional(short),
  }),
  "group.messages": paramsSchema<Params<"group.messages">>({
    group: short,
    before: exactOptional(pipe(string(), regex(/^(?:[0-9a-f]{32}|[0-9a-f]{64})$/))),
    limit: exactOptional(pipe(number(), integer(), minValue(1), maxValue(MAX_LIST))),
  }),
  "group.markRead": oneGroup,
};
