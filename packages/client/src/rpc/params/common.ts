/** Parts that the schemas of several nouns share. */
import { exactOptional, type GenericSchema, maxLength, pipe, regex, string } from "valibot";
import type { Methods } from "../../client.ts";
import { MAX_REQUEST_LINE_BYTES } from "../line-carrier.ts";
import { paramsSchema } from "../method-table.ts";

/** The parameters of one method. */
export type Params<M extends keyof Methods> = Methods[M]["params"];

/** Characters of a name, a handle in any input form, an account text, a PIN; the engine applies the exact rules. */
export const MAX_SHORT_CHARACTERS = 512;

/** Room for an invite in any of its forms; the engine applies the exact bound. */
export const MAX_INVITE_INPUT_CHARACTERS = 4096;

/** Messages of one list. */
export const MAX_LIST = 500;

/** A preview or a picture of 40 KiB, and a piece of a file of 128 KiB, in base64. */
export const MAX_PREVIEW_CHARACTERS = 54_616;
export const MAX_PIECE_CHARACTERS = 174_764;

/** A line of text. */
export const short: GenericSchema<string> = pipe(string(), maxLength(MAX_SHORT_CHARACTERS));

/** 32 hex digits. */
export const messageId: GenericSchema<string> = pipe(string(), regex(/^[0-9a-f]{32}$/));

/** As long as a line allows, so that a text that is too long gets the engine's own error. */
export const anyText: GenericSchema<string> = pipe(string(), maxLength(MAX_REQUEST_LINE_BYTES));

/** No parameters. */
export const none: GenericSchema<unknown, Params<"account.status">> = paramsSchema<Params<"account.status">>({});

/** One person. */
export const who: GenericSchema<unknown, Params<"contact.get">> = paramsSchema<Params<"contact.get">>({ who: short });

/** One message that has a file. */
export const oneFile: GenericSchema<unknown, Params<"file.accept">> = paramsSchema<Params<"file.accept">>({
  who: short,
  group: exactOptional(short),
  id: messageId,
});
