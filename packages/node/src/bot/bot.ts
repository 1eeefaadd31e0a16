/**
 * Bots: functions that answer messages, over any `Client`.
 * An event counts as handled once its handlers are done, so each one is handled at least once; the replies of a
 * message carry ids made from it, so handling it again sends nothing twice.
 */
import { createHash } from "node:crypto";
import { type Client, type ClientEvent, type Contact, type Message, MessengerError } from "@kith/client";
import { BotCalls, type CallContext } from "./bot-calls.ts";
import { type BotPosition, createMemoryPosition } from "./bot-position.ts";

/** One message to a bot. */
export interface TextContext {
  readonly text: string;
  readonly message: Message;
  /** Sends an answer to the chat of the message. @throws MessengerError. */
  reply(text: string): Promise<Message>;
}

/** What a bot can listen to. */
export interface BotHandlers {
  /** A message of somebody else that this version can show. */
  text: (context: TextContext) => unknown;
  /** Somebody asks for contact; with `acceptsRequests` they are accepted already. */
  request: (contact: Contact) => unknown;
  /** Somebody calls. Without a handler it rings until they give up, or another device of the account answers. */
  call: (context: CallContext) => unknown;
  /** A handler failed; the bot goes on with the next event. */
  error: (error: unknown) => unknown;
}

/** How a bot behaves. */
export interface BotOptions {
  /** Accepts everybody who asks; true by default. */
  readonly acceptsRequests?: boolean;
  /** Where the bot keeps its place; in memory by default. */
  readonly position?: BotPosition;
}

/** A bot; `run` works until the signal or the end of the connection. */
export interface Bot {
  on<K extends keyof BotHandlers>(kind: K, handler: BotHandlers[K]): Bot;
  /** Handles events in order, from the kept place on. @throws MessengerError STOPPED when the node goes away. */
  run(signal: AbortSignal): Promise<void>;
}

/** Messages remembered so that one that comes with a request and as an event is handled once. */
const MAX_REMEMBERED = 1000;

/** Makes a bot over a client. */
export function createBot(client: Client, options: BotOptions = {}): Bot {
  return new EventBot(client, options);
}

class EventBot implements Bot {
  readonly #client: Client;
  readonly #acceptsRequests: boolean;
  readonly #position: BotPosition;
  readonly #handlers: { [K in keyof BotHandlers]: BotHandlers[K][] } = { text: [], request: [], call: [], error: [] };
  readonly #calls: BotCalls;
  readonly #handledIds = new Set<string>();

  constructor(client: Client, { acceptsRequests = true, position = createMemoryPosition() }: BotOptions) {
    this.#client = client;
    this.#acceptsRequests = acceptsRequests;
    this.#position = position;
    this.#calls = new BotCalls(client);
  }

  on<K extends keyof BotHandlers>(kind: K, handler: BotHandlers[K]): Bot {
    this.#handlers[kind].push(handler);
    return this;
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#guard(() => this.#handleWaitingRequests());
    try {
      for await (const event of this.#client.events(await this.#position.load(), signal)) {
        await this.#guard(() => this.#handle(event));
        await this.#position.save(event.seq);
      }
    } finally {
      await this.#calls.stop();
    }
  }

  async #guard(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      if (error instanceof MessengerError && error.code === "STOPPED") throw error;
      for (const handler of this.#handlers.error) await handler(error);
    }
  }

  async #handle(event: ClientEvent): Promise<void> {
    if (event.type === "message.received") await this.#handleMessage(event.message);
    if (event.type === "request.received") await this.#handleRequest(event.contact);
    if (event.type === "call.changed") await this.#handleCall();
  }

  async #handleCall(): Promise<void> {
    const ringing = await this.#calls.follow();
    if (ringing === null) return;
    for (const handler of this.#handlers.call) await handler(ringing);
  }

  /** Requests that came before the oldest event that is still kept. */
  async #handleWaitingRequests(): Promise<void> {
    if (!this.#acceptsRequests) return;
    for (const { contact } of await this.#client.call("request.list", {})) await this.#handleRequest(contact);
  }

  async #handleRequest(contact: Contact): Promise<void> {
    const requests = await this.#client.call("request.list", {});
    const request = requests.find((each) => each.contact.account === contact.account);
    if (request === undefined) return;
    if (this.#acceptsRequests) await this.#client.call("request.accept", { who: contact.account });
    for (const handler of this.#handlers.request) await handler(contact);
    if (!this.#acceptsRequests) return;
    for (const message of request.messages) await this.#handleMessage(message);
  }

  async #handleMessage(message: Message): Promise<void> {
    if (message.isOwn || message.isUnsupported === true || this.#handledIds.has(message.id)) return;
    let count = 0;
    const reply = (text: string): Promise<Message> => {
      count += 1;
      return this.#client.call("message.send", { who: message.chat, text, id: replyId(message, count) });
    };
    for (const handler of this.#handlers.text) await handler({ text: message.text, message, reply });
    await this.#client.call("message.markRead", { who: message.chat });
    this.#remember(message.id);
  }

  #remember(id: string): void {
    this.#handledIds.add(id);
    if (this.#handledIds.size <= MAX_REMEMBERED) return;
    const [oldest] = this.#handledIds;
    if (oldest !== undefined) this.#handledIds.delete(oldest);
  }
}

/** The id of the n-th reply to a message: 32 hex digits that are the same at each try. */
function replyId({ id, chat }: Message, count: number): string {
  return createHash("sha256").update(`kith/bot-reply ${chat} ${id} ${count}`).digest("hex").slice(0, 32);
}
