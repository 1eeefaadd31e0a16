/** The line of a chat that enters a call. */
import type { Message } from "@kith/client/rpc";
import { plainName } from "../i18n/bidi.ts";
import type { Text } from "../i18n/text.ts";

/** What a line about a call says. */
export function callText({ call, isOwn }: Message, text: Text, name: string): string {
  if (call === undefined) return "";
  const values = { name: plainName(name), time: text.duration(call.durationMs ?? 0) };
  switch (call.outcome) {
    case "answered":
      return text.say(isOwn ? "callLine.answeredYours" : "callLine.answeredTheirs", values);
    case "missed":
      return text.say(isOwn ? "callLine.missedYours" : "callLine.missedTheirs", values);
    case "declined":
      return text.say(isOwn ? "callLine.declinedYours" : "callLine.declinedTheirs", values);
    case "busy":
      return text.say(isOwn ? "callLine.busyYours" : "callLine.busyTheirs", values);
    case "failed":
      return text.say(isOwn ? "callLine.failedYours" : "callLine.failedTheirs", values);
  }
}
