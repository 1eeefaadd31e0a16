/** What a chat asks of the engine, asked of a group: the same calls by other names. */
import type { MethodName, Methods } from "@kith/client/rpc";
import type { MessengerLink } from "./messenger-link.ts";

/** All that a conversation calls. */
export type ChatLink = Pick<MessengerLink, "call">;

const NAMES: Partial<Record<MethodName, Extract<MethodName, `group.${string}`>>> = {
  "message.list": "group.messages",
  "message.send": "group.send",
  "message.edit": "group.edit",
  "message.react": "group.react",
  "message.delete": "group.delete",
  "message.markRead": "group.markRead",
  "chat.saveDraft": "group.saveDraft",
};

/** The link of a conversation whose `who` is a group. */
export function groupLink(link: ChatLink): ChatLink {
  return {
    async call<M extends MethodName>(method: M, params: Methods[M]["params"]): Promise<Methods[M]["result"]> {
      const name = NAMES[method];
      // Who writes is not told in groups.
      if (name === undefined) return { isTold: false } as Methods[M]["result"];
      const { who, ...rest } = params as { readonly who: string };
      return (await link.call(name, { group: who, ...rest } as never)) as Methods[M]["result"];
    },
  };
}
