/** Follows one file until it has come to an end, and says how far it is. */
import type { ClientEvent, Message } from "@kith/client";
import type { NodeClient } from "../../daemon/control-client.ts";
import type { CommandContext } from "../command.ts";
import { describeFile, describeFileState } from "../describe-file.ts";
import { isInGroup } from "../name-file.ts";

/** A received file for which this device does nothing more. */
export function isAtRest({ file }: Message): boolean {
  return file === undefined || (file.state !== "waiting" && file.state !== "moving");
}

/**
 * Waits until `isDone`, or until the command is to end. What changes is told on standard error, a line for each change
 * of words. @returns the message as it was last.
 */
export async function followFile(
  { signal, terminal, isJson }: CommandContext,
  client: NodeClient,
  message: Message,
  isDone: (message: Message) => boolean,
): Promise<Message> {
  const { isOwn } = message;
  const end = new AbortController();
  const stop = (): void => end.abort();
  signal.addEventListener("abort", stop, { once: true });
  // Opened before the look at how things are, so that no change falls between the two.
  const events = client.events(-1, end.signal)[Symbol.asyncIterator]();
  let next = events.next();
  let told = "";
  try {
    let current = await readMessage(client, message);
    for (;;) {
      const words = current.file === undefined ? "" : describeFileState(current.file, isOwn);
      if (!isJson && words !== told && current.file !== undefined) terminal.note(describeFile(current.file, isOwn));
      told = words;
      if (isDone(current) || signal.aborted) return current;
      const event: IteratorResult<ClientEvent> = await next;
      if (event.done === true) return current;
      next = events.next();
      current = (await changed(client, event.value, current)) ?? current;
    }
  } finally {
    end.abort();
    next.catch(() => undefined); // the stream was ended here
    signal.removeEventListener("abort", stop);
  }
}

async function changed(client: NodeClient, event: ClientEvent, message: Message): Promise<Message | null> {
  const { id, isOwn } = message;
  if (isInGroup(message)) {
    return event.type === "group.message" && event.id === id ? readMessage(client, message) : null;
  }
  if (event.type !== "message.changed") return null;
  return event.message.id === id && event.message.isOwn === isOwn ? event.message : null;
}

async function readMessage(client: NodeClient, message: Message): Promise<Message> {
  const { chat: who, id, isOwn } = message;
  const found = isInGroup(message)
    ? (await client.call("group.message", { group: message.group, id, author: message.author.account })).message
    : (await client.call("file.list", { who, limit: 500 })).find((each) => each.id === id && each.isOwn === isOwn);
  if (found !== null && found !== undefined) return found;
  const { MessengerError } = await import("@kith/client");
  throw new MessengerError("MESSAGE_UNKNOWN", "there is no such message in this chat");
}
