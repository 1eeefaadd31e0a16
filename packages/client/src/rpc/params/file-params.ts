/** Schemas for what the methods about files are called with. */
import { MAX_VOICE_MS, MAX_WAVEFORM_BARS } from "@kith/protocol";
import { array, boolean, exactOptional, integer, maxLength, maxValue, minValue, number, pipe, string } from "valibot";
import type { FileMethods } from "../../file/file-info.ts";
import { type MethodTable, paramsSchema } from "../method-table.ts";
import {
  MAX_LIST,
  MAX_PIECE_CHARACTERS,
  MAX_PREVIEW_CHARACTERS,
  messageId,
  oneFile,
  type Params,
  short,
} from "./common.ts";

/** The last unit of the largest file. */
const MAX_UNIT = 4096;
const voice = paramsSchema<NonNullable<Params<"file.begin">["voice"]>>({
  durationMs: pipe(number(), integer(), minValue(0), maxValue(MAX_VOICE_MS)),
  waveform: pipe(array(pipe(number(), integer(), minValue(0), maxValue(255))), maxLength(MAX_WAVEFORM_BARS)),
});

/** The methods of `FileMethods` with their schemas. */
export const fileParams: MethodTable<FileMethods> = {
  "file.list": paramsSchema<Params<"file.list">>({
    who: exactOptional(short),
    group: exactOptional(short),
    limit: exactOptional(pipe(number(), integer(), minValue(1), maxValue(MAX_LIST))),
  }),
  "file.accept": oneFile,
  "file.pause": oneFile,
  "file.cancel": oneFile,
  "file.preview": oneFile,
  "file.begin": paramsSchema<Params<"file.begin">>({
    who: exactOptional(short),
    group: exactOptional(short),
    name: short,
    sizeBytes: pipe(number(), integer(), minValue(0)),
    mediaType: exactOptional(short),
    preview: exactOptional(pipe(string(), maxLength(MAX_PREVIEW_CHARACTERS))),
    voice: exactOptional(voice),
    isOnce: exactOptional(boolean()),
    id: exactOptional(messageId),
  }),
  "file.append": paramsSchema<Params<"file.append">>({
    id: messageId,
    offset: pipe(number(), integer(), minValue(0)),
    data: pipe(string(), maxLength(MAX_PIECE_CHARACTERS)),
  }),
  "file.finish": paramsSchema<Params<"file.finish">>({ id: messageId }),
  "file.discard": paramsSchema<Params<"file.discard">>({ id: messageId }),
  "file.read": paramsSchema<Params<"file.read">>({
    who: short,
    group: exactOptional(short),
    id: messageId,
    unit: pipe(number(), integer(), minValue(0), maxValue(MAX_UNIT)),
  }),
};
