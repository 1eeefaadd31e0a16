/** One open chat over any client: history, live changes, sending, marking as read. Knows nothing of screens. */
import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type Client, type ClientEvent, type Contact, type Message, MessengerError } from "@kith/client";

/** What an open chat tells its screen. */
export interface ChatListener {
  /** A message is new to this chat, or its state has changed. */
  onMessage(message: Message, kind: "new" | "changed"): void;
  /** A message was forgotten on this device. */
  onRemoved(id: string): void;
  onContact(contact: Contact): void;
}

/** Messages that are shown when a chat opens. */
const HISTORY = 50;

const MESSAGE_ID_BYTES = 16;

/** An open chat. */
export class ChatSession {
  readonly #client: Client;
  readonly #listener: ChatListener;
  readonly #messageById = new Map<string, Message>();
  #contact: Contact;

  private constructor(client: Client, contact: Contact, listener: ChatListener) {
    this.#client = client;
    this.#contact = contact;
    this.#listener = listener;
  }

  /**
   * Runs a chat until the signal: hands out the history, calls `onOpen`, then follows what happens.
   * @throws MessengerError WHO_UNKNOWN and the like; STOPPED when the node goes away.
   */
  static async run(
    options: { readonly client: Client; readonly who: string; readonly signal: AbortSignal },
    listener: ChatListener,
    onOpen: (session: ChatSession) => void,
  ): Promise<void> {
    const { client, who, signal } = options;
    // The stream is opened before the history is read, so that nothing falls between the two.
    const events = client.events(-1, signal)[Symbol.asyncIterator]();
    let next = events.next();
    next.catch(() => undefined);
    const session = new ChatSession(client, await client.call("contact.get", { who }), listener);
    await session.#open(who);
    onOpen(session);
    for (let event = await next; event.done !== true; event = await next) {
      next = events.next();
      next.catch(() => undefined);
      await session.#take(event.value);
    }
  }

  get contact(): Contact {
    return this.#contact;
  }

  /** Sends a text; it is on this device's disk when the promise resolves. @throws MessengerError. */
  async send(text: string): Promise<void> {
    const id = randomBytes(MESSAGE_ID_BYTES).toString("hex");
    this.#show(await this.#client.call("message.send", { who: this.#contact.account, text, id }), false);
  }

  async #open(who: string): Promise<void> {
    this.#listener.onContact(this.#contact);
    for (const message of await this.#client.call("message.list", { who, limit: HISTORY })) this.#show(message, false);
    await this.#markRead();
  }

  async #take(event: ClientEvent): Promise<void> {
    if (event.type === "contact.changed" && event.contact.account === this.#contact.account) {
      this.#contact = event.contact;
      this.#listener.onContact(event.contact);
    }
    if (event.type === "message.removed" && event.removed.chat === this.#contact.account) {
      if (this.#messageById.delete(event.removed.id)) this.#listener.onRemoved(event.removed.id);
    }
    const isMessage = event.type === "message.received" || event.type === "message.changed";
    if (!isMessage || event.message.chat !== this.#contact.account) return;
    this.#show(event.message, true);
    if (event.type === "message.received") await this.#markRead();
  }

  /** An event is newer than an answer that was under way: an answer never replaces what an event has shown. */
  #show(message: Message, isEvent: boolean): void {
    const known = this.#messageById.get(message.id);
    if (known !== undefined && (!isEvent || isDeepStrictEqual(known, message))) return;
    this.#messageById.set(message.id, message);
    this.#listener.onMessage(message, known === undefined ? "new" : "changed");
  }

  async #markRead(): Promise<void> {
    try {
      await this.#client.call("message.markRead", { who: this.#contact.account });
    } catch (error) {
      // A request that is not accepted yet, or a person who was blocked meanwhile, has nothing to mark.
      const isRefused = error instanceof MessengerError && ["NOT_ACCEPTED", "CONTACT_BLOCKED"].includes(error.code);
      if (!isRefused) throw error;
    }
  }
}
