/** A file in one line of words, for lists, search results and screen readers. */
import type { FileInfo } from "@kith/client/rpc";
import { plainName } from "../i18n/bidi.ts";
import type { Text } from "../i18n/text.ts";

/** What stands for a file where only text can stand. */
export function fileWords({ name, state }: FileInfo, text: Text): string {
  return state === "unusable" ? text.say("file.unusable") : text.say("file.named", { name: plainName(name) });
}
