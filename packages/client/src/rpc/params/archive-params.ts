/** Schemas for what the methods about archives are called with. */
import {
  array,
  boolean,
  exactOptional,
  type GenericSchema,
  integer,
  literal,
  maxLength,
  maxValue,
  minValue,
  number,
  picklist,
  pipe,
  regex,
  strictObject,
  string,
  variant,
} from "valibot";
import type { ArchiveHead, ArchiveMethods, ArchiveRecord } from "../../archive/archive-info.ts";
import { type MethodTable, paramsSchema } from "../method-table.ts";
import { MAX_LIST, messageId, none, type Params, short } from "./common.ts";

/** Of X archives; the engine applies the exact bounds. */
const MAX_FORMER_HANDLES = 100;
const MAX_THREAD_PEOPLE = 500;
const MAX_ARCHIVE_TEXT = 20_000;
const xid = pipe(string(), regex(/^[1-9]\d{0,19}$/));
const xHandle = pipe(string(), regex(/^\w{1,15}$/));
const time = pipe(number(), integer(), minValue(0));
const thread = pipe(number(), integer(), minValue(0), maxValue(999_999));
const archiveList = picklist(["following", "followers", "blocked", "muted"]);
const archiveRecord: GenericSchema<unknown, ArchiveRecord> = variant("type", [
  strictObject({
    type: literal("person"),
    id: xid,
    handle: exactOptional(xHandle),
    lists: pipe(array(archiveList), maxLength(4)),
  }),
  strictObject({
    type: literal("thread"),
    thread,
    isGroup: boolean(),
    name: exactOptional(short),
    people: pipe(array(xid), maxLength(MAX_THREAD_PEOPLE)),
  }),
  strictObject({
    type: literal("message"),
    thread,
    senderId: xid,
    text: pipe(string(), maxLength(MAX_ARCHIVE_TEXT)),
    atMs: time,
    media: pipe(number(), integer(), minValue(0), maxValue(99)),
  }),
]);

/** The methods of `ArchiveMethods` with their schemas. */
export const archiveParams: MethodTable<ArchiveMethods> = {
  "archive.get": none,
  "archive.begin": paramsSchema<Params<"archive.begin">>({
    owner: paramsSchema<ArchiveHead["owner"]>({
      accountId: xid,
      handle: xHandle,
      name: exactOptional(short),
    }),
    madeAtMs: exactOptional(time),
    formerHandles: pipe(
      array(paramsSchema<ArchiveHead["formerHandles"][number]>({ handle: xHandle, untilMs: exactOptional(time) })),
      maxLength(MAX_FORMER_HANDLES),
    ),
  }),
  "archive.append": paramsSchema<Params<"archive.append">>({
    id: messageId,
    records: pipe(array(archiveRecord), maxLength(MAX_LIST)),
  }),
  "archive.finish": paramsSchema<Params<"archive.finish">>({ id: messageId }),
  "archive.cancel": paramsSchema<Params<"archive.cancel">>({ id: messageId }),
  "archive.people": paramsSchema<Params<"archive.people">>({
    list: archiveList,
    after: exactOptional(pipe(string(), regex(/^[01]\/\d{8}$/))),
  }),
  "archive.threads": paramsSchema<Params<"archive.threads">>({ after: exactOptional(thread) }),
  "archive.messages": paramsSchema<Params<"archive.messages">>({
    thread,
    before: exactOptional(pipe(string(), regex(/^\d{14}\/\d{8}$/))),
  }),
  "archive.remove": none,
};
