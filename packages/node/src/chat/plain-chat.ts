/** A chat as plain lines: one line a message, nothing redrawn; standard input is sent line by line. */
import type { Client, Contact, Message } from "@kith/client";
import { describeMessage } from "../cli/describe-message.ts";
import { printError } from "../cli/print-error.ts";
import { printableJson, printableName } from "../cli/printable.ts";
import type { Terminal } from "../cli/terminal.ts";
import { ChatSession } from "./chat-session.ts";

/** What a plain chat works with. */
export interface PlainChatOptions {
  readonly client: Client;
  readonly who: string;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** One message as JSON a line instead of words. */
  readonly isJson: boolean;
}

/**
 * Runs until the signal or the end of standard input, after everything read from it is on this device's disk.
 * @throws MessengerError when the chat cannot be opened or the node goes away; a line that cannot be sent is noted.
 */
export async function runPlainChat({ client, who, terminal, signal, isJson }: PlainChatOptions): Promise<void> {
  const stop = new AbortController();
  const isOver = AbortSignal.any([signal, stop.signal]);
  let name = "";
  const listener = {
    onContact: (contact: Contact) => {
      name = printableName(contact.name);
    },
    // Lines that are printed stay printed.
    onRemoved: () => undefined,
    onMessage: (message: Message) => {
      if (isJson) terminal.line(printableJson(message));
      else for (const line of describeMessage(message, name)) terminal.line(line);
    },
  };
  let sending: Promise<void> = Promise.resolve();
  try {
    await ChatSession.run({ client, who, signal: isOver }, listener, (session) => {
      sending = sendLines(session, { terminal, signal: isOver, isJson }).finally(() => stop.abort());
      sending.catch(() => undefined);
    });
  } finally {
    stop.abort();
  }
  await sending;
}

async function sendLines(
  session: ChatSession,
  { terminal, signal, isJson }: Pick<PlainChatOptions, "terminal" | "signal" | "isJson">,
): Promise<void> {
  for await (const line of terminal.lines(signal)) {
    if (line.trim() === "") continue;
    try {
      await session.send(line);
    } catch (error) {
      printError(terminal, error, isJson);
    }
  }
}
