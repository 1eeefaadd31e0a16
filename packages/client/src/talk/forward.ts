/** Sends what was said elsewhere. */
import { type ContentId, type MarkedContent, viewContent } from "@kith/protocol";
import type { Message } from "../client.ts";
import type { Core } from "../core.ts";
import { type Forwarding, requireGroups, type SendWords } from "../file/group-offers.ts";
import { viewMessage } from "../message/message-view.ts";
import { MessengerError } from "../messenger-error.ts";
import { requireContact } from "../people/who.ts";
import type { Sender } from "../send/carrier.ts";
import { requireMessage } from "../send/operation.ts";
import { requireWords } from "../send/reply.ts";
import { sendText } from "../send/text.ts";

interface Parts {
  readonly core: Core;
  readonly sender: Sender;
}

/**
 * Queues the words of a message for somebody else or for a group.
 * @throws MessengerError as `sendReply`, FORWARD_NOT_TEXT, GROUP_NOT_JOINED, and PARAMS_INVALID for not exactly one target.
 */
export async function forwardMessage(parts: Parts, params: Forwarding): Promise<Message> {
  const { core } = parts;
  const { who, group, id, to, toGroup, newId } = params;
  const send: SendWords = async (whom, text, givenId) => {
    const { account } = requireContact(core.people, whom);
    return viewMessage(core, await sendText(parts, account, text, { id: givenId, isForwarded: true }));
  };
  if (to === undefined || toGroup !== undefined || group !== undefined) {
    return requireGroups(core).forward(params, forwardable, send);
  }
  const name = { account: requireContact(core.people, who).account, id: id as ContentId };
  return send(to, forwardable(await requireMessage(core, name)), newId as ContentId | undefined);
}

function forwardable(message: MarkedContent): string {
  const view = viewContent(requireWords(message).content);
  if (view.ok && (view.value.type === "text" || view.value.type === "reply")) return view.value.text;
  throw new MessengerError("FORWARD_NOT_TEXT", "only a text can be forwarded");
}
