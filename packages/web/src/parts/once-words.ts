/** A message to be seen once in one line of words. */
import type { Message } from "@kith/client/rpc";
import type { Text } from "../i18n/text.ts";

/** What it is and how it stands; never what is in it. */
export function onceWords({ once, state }: Message, text: Text): string {
  if (once?.state === "opened") return text.say("once.opened");
  if (once?.what !== undefined) return text.say(`onceWhat.${once.what}`);
  return text.say(state === "read" ? "once.seen" : "once.sent");
}
