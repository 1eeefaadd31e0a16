/** Methods about messages. */
import type { ContentId } from "@kith/protocol";
import type { Engine } from "../engine.ts";
import { viewMessage, viewMessages } from "../message/message-view.ts";
import { MessengerError } from "../messenger-error.ts";
import { requireContact } from "../people/who.ts";
import { deleteForEveryone, deleteForMe, editMessage, type MessageName, reactTo } from "../send/operation.ts";
import { sendReply } from "../send/reply.ts";
import { sendText } from "../send/text.ts";
import type { Handlers } from "./handlers.ts";

const DEFAULT_LIST = 50;

type MessageHandlers = Pick<
  Handlers,
  Exclude<
    Extract<keyof Handlers, `message.${string}`>,
    "message.search" | "message.forward" | "message.markRead" | "message.open" | "message.close" | "message.markPlayed"
  >
>;

/** The methods over one engine. */
export function messageMethods(engine: Engine): MessageHandlers {
  const { core } = engine;
  const named = (who: string, id: string): MessageName => ({
    account: requireContact(core.people, who).account,
    id: id as ContentId,
  });
  return {
    async "message.list"({ who, before, limit = DEFAULT_LIST }) {
      const { account } = requireContact(core.people, who);
      const id = before as ContentId | undefined;
      const edge =
        id && ((await core.messages.find(account, "own", id)) ?? (await core.messages.find(account, "their", id)));
      if (id !== undefined && edge === undefined) {
        throw new MessengerError("PARAMS_INVALID", "there is no such message in this chat");
      }
      return viewMessages(core, await core.messages.list(account, limit, edge));
    },
    async "message.send"({ who, text, id: given, replyTo, isOnce }) {
      const { account } = requireContact(core.people, who);
      const id = given as ContentId | undefined;
      const row =
        replyTo === undefined
          ? await sendText(engine, account, text, { id, isOnce })
          : await sendReply(engine, { account, id: replyTo as ContentId }, text, id);
      return viewMessage(core, row);
    },
    async "message.edit"({ who, id, text, editId }) {
      return viewMessage(core, await editMessage(engine, named(who, id), text, editId as ContentId | undefined));
    },
    async "message.delete"({ who, id, isForEveryone }) {
      if (isForEveryone) await deleteForEveryone(engine, named(who, id));
      else await deleteForMe(engine, named(who, id));
      return { deleted: true };
    },
    async "message.react"({ who, id, emoji }) {
      return viewMessage(core, await reactTo(engine, named(who, id), emoji));
    },
  };
}
