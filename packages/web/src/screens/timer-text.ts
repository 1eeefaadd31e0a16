/** The lines of a chat that say how long messages live from then on, and that the other side has a device more or less. */
import type { Message } from "@kith/client/rpc";
import { plainName } from "../i18n/bidi.ts";
import type { Text } from "../i18n/text.ts";

/** What a line about the timer of the chat says. */
export function timerText({ timer, isOwn }: Message, text: Text, name: string): string {
  const values = { name: plainName(name), after: text.duration(timer?.afterMs ?? 0) };
  if (timer?.afterMs === undefined) return text.say(isOwn ? "timer.endedByYou" : "timer.endedBy", values);
  return text.say(isOwn ? "timer.setByYou" : "timer.setBy", values);
}

/** What a line about a device of the other side says. */
export function deviceText({ device }: Message, text: Text, name: string): string {
  return text.say(device === "removed" ? "chat.deviceRemoved" : "chat.deviceAdded", { name: plainName(name) });
}
