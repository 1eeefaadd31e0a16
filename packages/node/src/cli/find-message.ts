/** Names one message of a chat: by its id, by the beginning of it, or as the last one. */
import type { Client, GroupMessageInfo, Message } from "@kith/client";
import { NodeError } from "../config/node-error.ts";
import { text } from "../i18n/text.ts";

const ID = /^[0-9a-f]{32}$/;

/** The shortest beginning of an id that is taken. */
const ID_BEGINNING = /^[0-9a-f]{4,31}$/;

/** Newest messages of a chat among which a beginning is looked for. */
const SEARCHED_MESSAGES = 500;

/** What says that the newest message is meant. */
const LAST = "last";

/**
 * The id of the message a person means.
 * @param isMeant which messages `last` can be.
 * @throws NodeError USAGE for what is no name of a message, or one that fits several; MessengerError MESSAGE_UNKNOWN.
 */
export function findMessage(
  client: Pick<Client, "call">,
  { who, name }: { readonly who: string; readonly name: string },
  isMeant: (message: Message) => boolean,
): Promise<string> {
  return pickMessage(() => client.call("message.list", { who, limit: SEARCHED_MESSAGES }), name, isMeant);
}

/** The same for a message of a group. */
export function findInGroup(
  client: Pick<Client, "call">,
  { group, name }: { readonly group: string; readonly name: string },
  isMeant: (message: GroupMessageInfo) => boolean,
): Promise<string> {
  const list = async (): Promise<readonly GroupMessageInfo[]> => {
    const lines = await client.call("group.messages", { group, limit: SEARCHED_MESSAGES });
    return lines.filter(({ line }) => line === undefined);
  };
  return pickMessage(list, name, isMeant);
}

async function pickMessage<M extends Message>(
  list: () => Promise<readonly M[]>,
  name: string,
  isMeant: (message: M) => boolean,
): Promise<string> {
  const given = name.toLowerCase();
  if (ID.test(given)) return given;
  if (given !== LAST && !ID_BEGINNING.test(given)) throw new NodeError("USAGE", text("usage.message", { name }));
  const messages = await list();
  const fitting =
    given === LAST ? messages.filter(isMeant).slice(-1) : messages.filter(({ id }) => id.startsWith(given));
  const [found, another] = fitting;
  if (another !== undefined) throw new NodeError("USAGE", text("usage.severalMessages", { name }));
  if (found !== undefined) return found.id;
  const { MessengerError } = await import("@kith/client");
  throw new MessengerError("MESSAGE_UNKNOWN", "no message of this chat has that name");
}
