/** The people and conversations of the list, and the requests of strangers. */
import type { Chat, Contact, Message, Methods } from "@kith/client/rpc";
import { type ReadonlySignal, signal } from "@preact/signals";
import { AnswerOrder } from "./answer-order.ts";
import type { MessengerLink } from "./messenger-link.ts";

/** A stranger's request with the messages it brought. */
export type Request = Methods["request.list"]["result"][number];

/** Events come in bursts; the list is asked for again once they pause, in ms. */
const SETTLE_MS = 250;

/** The list in memory; the node's is the truth. */
export class Chats {
  readonly #link: MessengerLink;
  readonly #chats = signal<readonly Chat[]>([]);
  readonly #requests = signal<readonly Request[]>([]);
  readonly #isLoaded = signal(false);
  readonly #order = new AnswerOrder();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(link: MessengerLink) {
    this.#link = link;
  }

  get chats(): ReadonlySignal<readonly Chat[]> {
    return this.#chats;
  }

  get requests(): ReadonlySignal<readonly Request[]> {
    return this.#requests;
  }

  get isLoaded(): ReadonlySignal<boolean> {
    return this.#isLoaded;
  }

  chatOf(account: string): Chat | undefined {
    return this.#chats.value.find(({ contact }) => contact.account === account);
  }

  requestOf(account: string): Request | undefined {
    return this.#requests.value.find(({ contact }) => contact.account === account);
  }

  async load(): Promise<void> {
    clearTimeout(this.#timer);
    const isNewest = this.#order.ask();
    const [chats, requests] = await Promise.all([
      this.#link.call("chat.list", {}),
      this.#link.call("request.list", {}),
    ]);
    if (!isNewest()) return;
    this.#chats.value = chats;
    this.#requests.value = requests;
    this.#isLoaded.value = true;
  }

  /** Asks again soon. @param onError what to do when the node does not answer. */
  loadSoon(onError: (error: unknown) => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load().catch(onError), SETTLE_MS);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#order.forget();
    this.#chats.value = [];
    this.#requests.value = [];
    this.#isLoaded.value = false;
  }

  /** Shows a message as the last one at once, and its chat at the top. */
  noteMessage(message: Message, isNew: boolean): void {
    const chat = this.chatOf(message.chat);
    if (chat === undefined) return;
    if (!isNew && chat.last?.id !== message.id) return;
    const changed = { ...chat, last: message, unread: chat.unread + (isNew && !message.isOwn ? 1 : 0) };
    const others = this.#chats.value.filter((each) => each !== chat);
    const pinned = others.filter((each) => each.isPinned === true);
    this.#chats.value =
      isNew && chat.isPinned !== true
        ? [...pinned, changed, ...others.filter((each) => each.isPinned !== true)]
        : this.#chats.value.map((each) => (each === chat ? changed : each));
  }

  noteContact(contact: Contact): void {
    this.#chats.value = this.#chats.value.map((each) =>
      each.contact.account === contact.account ? { ...each, contact } : each,
    );
  }

  noteRead(account: string): void {
    this.#change(account, ({ isMarkedUnread: _, ...chat }) => ({ ...chat, unread: 0 }));
  }

  noteTyping(account: string, isTyping: boolean): void {
    this.#change(account, ({ isTyping: _, ...chat }) => (isTyping ? { ...chat, isTyping } : chat));
  }

  noteDraft(account: string, draft: Chat["draft"]): void {
    this.#change(account, ({ draft: _, ...chat }) => (draft === undefined ? chat : { ...chat, draft }));
  }

  /** Sets something for a chat, and shows it at once. @throws MessengerError. */
  async set(account: string, changes: Omit<Methods["chat.set"]["params"], "who">): Promise<void> {
    const chat = await this.#link.call("chat.set", { who: account, ...changes });
    this.#change(account, () => chat);
    await this.load();
  }

  #change(account: string, change: (chat: Chat) => Chat): void {
    this.#chats.value = this.#chats.value.map((each) => (each.contact.account === account ? change(each) : each));
  }

  noteDeleted(account: string): void {
    this.#chats.value = this.#chats.value.filter((each) => each.contact.account !== account);
    this.#requests.value = this.#requests.value.filter((each) => each.contact.account !== account);
  }
}
