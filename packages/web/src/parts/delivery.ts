/** What an own message's state is called, for the eye and for a screen reader. */
import type { Message } from "@kith/client/rpc";
import { plainName } from "../i18n/bidi.ts";
import type { Text } from "../i18n/text.ts";

/** The words for the state of an own message to `name`; always the whole truth the node knows. */
export function deliveryText(text: Text, message: Message, name: string): string {
  const values = { name: plainName(name) };
  if (message.change !== undefined && isChangePending(message))
    return text.say(`change.${message.change.kind}`, values);
  switch (message.state) {
    case "queued":
      return text.say("state.queued");
    case "waiting":
      return text.say("state.waiting", values);
    case "sent":
      return sentText(text, message, values);
    case "delivered":
      return text.say("state.delivered");
    case "read":
      return text.say("state.read");
    case "failed":
      return text.say("state.failed", { reason: text.say(`reason.${message.reason ?? "unknown"}`) });
    case "received":
      return "";
  }
}

function sentText(text: Text, { heldBy }: Message, values: { readonly name: string }): string {
  if (heldBy?.isDirect === true) return text.say("state.direct");
  const relays = heldBy?.relays ?? 0;
  return relays > 0 ? text.count("state.kept", relays, values) : text.say("state.sent");
}

/** Whether the other side may still see what was there before the last edit or deletion. */
export function isChangePending({ change, state }: Pick<Message, "change" | "state">): boolean {
  const hasLeft = state === "sent" || state === "delivered" || state === "read";
  return hasLeft && change !== undefined && change.state !== "delivered" && change.state !== "read";
}

/** States that deserve a line of words below the message, not only a mark. */
export function needsWords(message: Message): boolean {
  const { state, isOwn } = message;
  if (isChangePending(message)) return true;
  return isOwn && (state === "queued" || state === "waiting" || state === "sent" || state === "failed");
}
