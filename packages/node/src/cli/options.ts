/** Options that several commands share, in citty's form. */
import type { ArgDef } from "citty";
import { text } from "../i18n/text.ts";

/** Options of every command. */
export const COMMON_OPTIONS: {
  readonly data: ArgDef;
  readonly json: ArgDef;
  readonly help: ArgDef;
} = {
  data: { type: "string", description: text("option.data"), valueHint: "DIR" },
  json: { type: "boolean", description: text("option.json") },
  help: { type: "boolean", description: text("option.help") },
};

/** The person a command is about. */
export const WHO: ArgDef = { type: "positional", description: text("option.who") };

/** A file that holds the PIN. */
export const PIN_FILE: ArgDef = { type: "string", description: text("option.pinFile"), valueHint: "FILE" };
