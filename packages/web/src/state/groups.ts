/** The groups of this account, and that something happened in one. */
import type { Chat, ClientEvent, GroupInfo, GroupKnockInfo, GroupMessageInfo } from "@kith/client/rpc";
import { type ReadonlySignal, signal } from "@preact/signals";
import { AnswerOrder } from "./answer-order.ts";
import { Conversation, messageKey } from "./conversation.ts";
import { groupLink } from "./group-link.ts";
import type { MessengerLink } from "./messenger-link.ts";

/** Events come in bursts; the list is asked for again once they pause, in ms. */
const SETTLE_MS = 250;

/** The list in memory; the node's is the truth. */
export class Groups {
  readonly #link: MessengerLink;
  readonly #list = signal<readonly GroupInfo[]>([]);
  readonly #isLoaded = signal(false);
  readonly #knocks = signal<readonly GroupKnockInfo[]>([]);
  readonly #knockOrder = new AnswerOrder();
  readonly #order = new AnswerOrder();
  readonly #conversations = new Map<string, Conversation>();
  /** Lines that are being read; true when they have to be read once more. */
  readonly #reading = new Map<string, boolean>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(link: MessengerLink) {
    this.#link = link;
  }

  /** Those that this account belongs to or is asked to join. */
  get list(): ReadonlySignal<readonly GroupInfo[]> {
    return this.#list;
  }

  /** Those that were asked by a link and have not been joined. */
  get knocks(): ReadonlySignal<readonly GroupKnockInfo[]> {
    return this.#knocks;
  }

  get isLoaded(): ReadonlySignal<boolean> {
    return this.#isLoaded;
  }

  /** What is said in a group; made when first asked for. */
  conversation(group: string): Conversation {
    let conversation = this.#conversations.get(group);
    if (conversation === undefined) {
      conversation = new Conversation(groupLink(this.#link), group, (draft) => this.#noteDraft(group, draft), true);
      this.#conversations.set(group, conversation);
    }
    return conversation;
  }

  /** Reads what was on show again, and hands over what waited. */
  async follow(): Promise<void> {
    await Promise.all([this.load(), this.loadKnocks()]);
    for (const conversation of this.#conversations.values()) {
      await conversation.load();
      await conversation.sendWaiting();
    }
  }

  /** Keeps what is being written in all of them. */
  keepDrafts(): void {
    for (const conversation of this.#conversations.values()) void conversation.keepDraft();
  }

  /** Takes a line that is new, changed or gone. @returns it, when somebody else has just said it. */
  async take(event: Extract<ClientEvent, { type: "group.message" }>): Promise<GroupMessageInfo | null> {
    const { group, id, author, isNew } = event;
    const key = `${group}/${author}/${id}`;
    if (this.#reading.has(key)) {
      this.#reading.set(key, true);
      return null;
    }
    let message: GroupMessageInfo | null;
    do {
      this.#reading.set(key, false);
      message = (await this.#link.call("group.message", { group, id, author })).message;
    } while (this.#reading.get(key) === true);
    this.#reading.delete(key);
    const conversation = this.#conversations.get(group);
    if (message !== null) conversation?.note(message);
    else {
      conversation?.noteRemoved(messageKey({ id, isOwn: true }));
      conversation?.noteRemoved(messageKey({ id, isOwn: false }));
    }
    return isNew === true ? message : null;
  }

  /** Something happened to a group: its lines are read again. */
  async reload(group: string): Promise<void> {
    const conversation = this.#conversations.get(group);
    if (conversation?.isLoaded.peek() === true) await conversation.load();
  }

  #noteDraft(group: string, draft: Chat["draft"]): void {
    this.#list.value = this.#list.value.map((each) => {
      if (each.group !== group) return each;
      const { draft: _, ...rest } = each;
      return draft === undefined ? rest : { ...rest, draft };
    });
  }

  groupOf(group: string): GroupInfo | undefined {
    return this.#list.value.find((each) => each.group === group);
  }

  async load(): Promise<void> {
    clearTimeout(this.#timer);
    const isNewest = this.#order.ask();
    const groups = await this.#link.call("group.list", {});
    if (!isNewest()) return;
    this.#list.value = groups;
    this.#isLoaded.value = true;
  }

  async loadKnocks(): Promise<void> {
    const isNewest = this.#knockOrder.ask();
    const knocks = await this.#link.call("group.knocks", {});
    if (isNewest()) this.#knocks.value = knocks;
  }

  /** Asks again soon. @param onError what to do when the node does not answer. */
  loadSoon(onError: (error: unknown) => void): void {
    clearTimeout(this.#timer);
    const ask = (): Promise<unknown> => Promise.all([this.load(), this.loadKnocks()]);
    this.#timer = setTimeout(() => void ask().catch(onError), SETTLE_MS);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#order.forget();
    this.#knockOrder.forget();
    this.#knocks.value = [];
    this.#list.value = [];
    this.#conversations.clear();
    this.#isLoaded.value = false;
  }
}
