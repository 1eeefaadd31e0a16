/** Everything the screens read, kept true by the node's events. One for the life of the page. */
import { type ClientEvent, type GroupMessageInfo, type Message, MessengerError } from "@kith/client/rpc";
import { computed, effect, type Signal, signal, untracked } from "@preact/signals";
import { type Route, Router } from "../app/route.ts";
import { plainName } from "../i18n/bidi.ts";
import type { TextKey } from "../i18n/catalogue.ts";
import { callText } from "../screens/call-text.ts";
import { Account } from "./account.ts";
import { CallDoor } from "./call-door.ts";
import { CallNotice } from "./call-notice.ts";
import { Chats } from "./chats.ts";
import { Conversation, messageKey } from "./conversation.ts";
import { Groups } from "./groups.ts";
import type { LinkListener, MessengerLink } from "./messenger-link.ts";
import { Notices } from "./notices.ts";
import type { Origin } from "./origin.ts";
import { Pictures } from "./pictures.ts";
import type { Preferences } from "./preferences.ts";
import { Relays } from "./relays.ts";
import { StorageKeeper } from "./storage-keeper.ts";
import { rememberInTab } from "./tab-memory.ts";
import { Toasts } from "./toasts.ts";

/** How often a visible page asks for what has no event: the relays, and at the door whether it was opened, in ms. */
const LOOK_MS = 4000;

/** How long it is not said again that somebody writes, in ms. */
const SPOKEN_MS = 60_000;

/** The state of the app. */
export class MessengerState {
  readonly preferences: Preferences;
  readonly router: Router = new Router();
  readonly toasts: Toasts = new Toasts();
  /** What this origin offers, which decides what the app is here. */
  readonly origin: Origin;
  readonly link: MessengerLink;
  readonly pictures: Pictures;
  /** The invite this page was opened with, until it is used. */
  readonly invite: Signal<string | null> = signal(null);
  /** A handle that the look-up begins with. */
  readonly sought: Signal<string> = signal("");
  readonly account: Account;
  readonly chats: Chats;
  readonly relays: Relays;
  readonly calls: CallDoor;
  readonly groups: Groups;
  /** What the browser says of the device's connection. */
  readonly isOnline: Signal<boolean> = signal(navigator.onLine);
  /** What the browser promises about the data of a peer. */
  readonly storage: StorageKeeper = new StorageKeeper();
  /** True once everything was erased from this device, on purpose. */
  readonly isErased: Signal<boolean> = signal(false);
  readonly notices: Notices = new Notices(localStorage);
  readonly #conversationByAccount = new Map<string, Conversation>();
  readonly #typingSpokenAtMs = new Map<string, number>();
  #lastSeq = -1;
  #events: AbortController | null = null;
  #lockWatch: Promise<void> | null = null;

  constructor(preferences: Preferences, origin: Origin, makeLink: (listener: LinkListener) => MessengerLink) {
    this.preferences = preferences;
    this.origin = origin;
    this.link = makeLink({
      onOpen: (status) => this.account.set(status),
      onShut: () => this.run(() => this.account.refresh()),
    });
    this.account = new Account(this.link);
    this.chats = new Chats(this.link);
    this.relays = new Relays(this.link);
    this.pictures = new Pictures(this.link);
    this.calls = new CallDoor(this.link, (error) => this.report(error), new CallNotice(this));
    this.groups = new Groups(this.link);
    rememberInTab("invite", this.invite);
  }

  /** Connects, and follows the account from then on. */
  start(): void {
    const isShut = computed(() => this.account.status.value?.state !== "ready");
    effect(() => {
      if (isShut.value) untracked(() => this.#close());
    });
    const isReady = computed(
      () => this.account.status.value?.state === "ready" && this.link.state.value.kind === "open",
    );
    effect(() => {
      if (isReady.value) untracked(() => this.#follow());
    });
    for (const kind of ["online", "offline"]) {
      addEventListener(kind, () => {
        this.isOnline.value = navigator.onLine;
      });
    }
    effect(() => {
      const hasContact = this.chats.chats.value.length > 0;
      if (this.isPeer && hasContact) untracked(() => void this.storage.askOnce());
    });
    effect(() => {
      const isIdle = isReady.value && !this.account.isNew.value;
      if (isIdle && this.invite.value !== null) untracked(() => this.router.replace({ name: "new", way: "invite" }));
    });
    effect(() => {
      const route = this.router.route.value;
      this.#clearNotices(route);
    });
    addEventListener("focus", () => this.#clearNotices(this.router.route.peek()));
    addEventListener("visibilitychange", () => {
      for (const each of this.#conversationByAccount.values()) void each.keepDraft();
      this.groups.keepDrafts();
    });
    const locksItself = computed(() => isReady.value && this.account.status.value?.lock !== undefined);
    effect(() => {
      if (locksItself.value) untracked(() => void this.#keepLock());
    });
    setInterval(() => this.#look(isReady.peek()), LOOK_MS);
    this.link.dial();
  }

  /** What is looked at needs no notice any more. */
  #clearNotices(route: Route): void {
    if (route.name === "chat") this.notices.clear(route.account);
    if (route.name === "group") this.notices.clear(route.group);
  }

  /** True where this page is a peer of its own and not the face of a node. */
  get isPeer(): boolean {
    return this.origin.mode === "peer";
  }

  /** The chat with a person; made when first asked for. */
  conversation(account: string): Conversation {
    let conversation = this.#conversationByAccount.get(account);
    if (conversation === undefined) {
      conversation = new Conversation(this.link, account, (draft) => this.chats.noteDraft(account, draft));
      this.#conversationByAccount.set(account, conversation);
    }
    return conversation;
  }

  /** Erases everything on this device; the engine ends with it. */
  async erase(): Promise<void> {
    try {
      await this.link.call("account.erase", { confirm: "erase" });
    } catch (error) {
      // The end of the engine may be here before its answer.
      if (!(error instanceof MessengerError) || !["STOPPED", "ERASED", "STORE_WIPED"].includes(error.code)) throw error;
    }
    this.isErased.value = true;
  }

  /** Watches the use of the page for as long as it is open; a page without a PIN never loads that. */
  async #keepLock(): Promise<void> {
    this.#lockWatch ??= import("./lock-watch.ts").then(({ watchUse }) => watchUse(this));
    await this.#lockWatch.catch(() => {
      this.#lockWatch = null;
    });
  }

  /** Runs something whose failure the person should read as a note. @returns true when it succeeded. */
  async run(action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      this.report(error);
      return false;
    }
  }

  /** Tells an error in the person's words. A closed connection has its own banner. */
  report(error: unknown): void {
    if (!(error instanceof MessengerError)) throw error;
    if (error.code === "STOPPED" || error.code === "ACCOUNT_LOCKED" || error.code === "ACCOUNT_NONE") return;
    this.toasts.warn(this.errorText(error));
  }

  /** What went wrong and what to do, in the person's words. */
  errorText(error: MessengerError): string {
    const { retryAfterMs = 0, limit = 0 } = error.details;
    const text = this.preferences.text.value;
    const key: TextKey = `error.${error.code}`;
    return text.say(key, { limit, wait: text.duration(retryAfterMs) });
  }

  #look(isReady: boolean): void {
    if (this.link.state.peek().kind !== "open" || document.visibilityState !== "visible") return;
    void this.run(() => (isReady ? this.relays.load() : this.account.refresh()));
  }

  #close(): void {
    this.#events?.abort();
    this.#events = null;
    this.#lastSeq = -1;
    const isLocked = this.account.status.peek()?.state === "locked";
    for (const [account, conversation] of this.#conversationByAccount) {
      // What was written and not taken yet is sent once the account is open again, and shown no sooner.
      if (isLocked && conversation.hasWaiting) conversation.forget();
      else this.#conversationByAccount.delete(account);
    }
    this.chats.clear();
    this.calls.clear();
    this.groups.clear();
    this.toasts.clear();
    this.pictures.clear();
  }

  /** Follows the events from the last one handled, and reads again what is on show. */
  #follow(): void {
    this.#events?.abort();
    const abort = new AbortController();
    this.#events = abort;
    void this.run(() => this.#read(abort.signal));
    void this.run(() => this.chats.load());
    void this.run(() => this.relays.load());
    void this.run(() => this.calls.look());
    void this.run(() => this.groups.follow());
    for (const conversation of this.#conversationByAccount.values()) {
      void this.run(async () => {
        await conversation.load();
        await conversation.sendWaiting();
      });
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    for await (const event of this.link.events(this.#lastSeq, signal)) {
      this.#lastSeq = event.seq;
      this.#take(event);
    }
  }

  #take(event: ClientEvent): void {
    switch (event.type) {
      case "message.received":
        this.#takeMessage(event.message, true);
        break;
      case "message.changed":
        this.#takeMessage(event.message, false);
        break;
      case "message.removed":
        this.#conversationByAccount.get(event.removed.chat)?.noteRemoved(messageKey(event.removed));
        this.notices.forget(event.removed.chat, event.removed.id);
        break;
      case "chat.typing":
        this.#takeTyping(event.account, event.isTyping);
        return;
      case "contact.changed":
        this.chats.noteContact(event.contact);
        break;
      case "contact.deleted":
        this.chats.noteDeleted(event.account);
        this.#conversationByAccount.delete(event.account);
        break;
      case "chat.cleared":
        this.#reload(event.account);
        break;
      case "call.changed":
        void this.run(() => this.calls.look());
        return;
      case "group.changed":
      case "group.cleared":
      case "group.message":
        this.#takeGroup(event);
        return;
      case "account.changed":
        this.account.set(event.status);
        return;
      case "request.received":
        this.toasts.speak(this.preferences.text.value.say("requests.arrived", { name: event.contact.name }));
        break;
    }
    this.chats.loadSoon((error) => this.report(error));
  }

  #reload(account: string): void {
    const conversation = this.#conversationByAccount.get(account);
    if (conversation?.isLoaded.peek() === true) void this.run(() => conversation.load());
  }

  /** Somebody writes: said once in an open chat, and not again for a while however often they stop and go on. */
  #takeTyping(account: string, isTyping: boolean): void {
    this.chats.noteTyping(account, isTyping);
    const route = this.router.route.peek();
    const isOpen = route.name === "chat" && route.account === account && document.visibilityState === "visible";
    const atMs = performance.now();
    if (!isTyping || !isOpen || atMs - (this.#typingSpokenAtMs.get(account) ?? Number.NEGATIVE_INFINITY) < SPOKEN_MS) {
      return;
    }
    this.#typingSpokenAtMs.set(account, atMs);
    const name = plainName(this.chats.chatOf(account)?.contact.name ?? "");
    this.toasts.speak(this.preferences.text.value.say("chat.typingSpoken", { name }));
  }

  #takeMessage(message: Message, isReceived: boolean): void {
    const conversation = this.#conversationByAccount.get(message.chat);
    const isNew = conversation?.isLoaded.peek() ? conversation.note(message) : isReceived;
    const known = this.chats.chatOf(message.chat)?.last?.id;
    this.chats.noteMessage(message, isNew && known !== message.id);
    const route = this.router.route.peek();
    const isOpen = route.name === "chat" && route.account === message.chat;
    if (!isNew || !isReceived) return;
    if (isOpen && document.visibilityState === "visible") this.#announce(message);
    if (!isOpen || !document.hasFocus()) this.#notify(message);
  }

  /** Tells the person's system, unless they muted the chat. */
  #notify(message: Message): void {
    const chat = this.chats.chatOf(message.chat);
    const isMuted = (chat?.mutedUntilMs ?? 0) > Date.now();
    if (chat === undefined || chat.contact.relation !== "accepted" || isMuted || message.timer !== undefined) return;
    const text = this.preferences.text.value;
    const isCall = message.call !== undefined;
    if (isCall && message.call?.outcome !== "missed" && message.call?.outcome !== "busy") return;
    const words = {
      title: plainName(chat.contact.name),
      hidden: isCall ? callText(message, text, chat.contact.name) : text.say("notices.arrived"),
    };
    this.notices.show(message, words, () => this.router.go({ name: "chat", account: message.chat }));
  }

  #takeGroup(event: Extract<ClientEvent, { type: `group.${string}` }>): void {
    if (event.type === "group.message") void this.run(async () => this.#heard(await this.groups.take(event)));
    else void this.run(() => this.groups.reload(event.group));
    this.groups.loadSoon((error) => this.report(error));
  }

  /** Somebody said something in a group: read out where it is open, a notice where nobody looks. */
  #heard(message: GroupMessageInfo | null): void {
    if (message === null) return;
    const text = this.preferences.text.value;
    const route = this.router.route.peek();
    const isOpen = route.name === "group" && route.group === message.group;
    const name = plainName(message.author.name);
    if (isOpen && document.visibilityState === "visible") {
      this.toasts.speak(text.say("chat.arrived", { name, text: message.text }));
    }
    if (isOpen && document.hasFocus()) return;
    const group = plainName(this.groups.groupOf(message.group)?.name ?? "");
    const words = { title: text.say("notices.inGroup", { name, group }), hidden: text.say("notices.arrived") };
    this.notices.show(message, words, () => this.router.go({ name: "group", group: message.group }));
  }

  #announce(message: Message): void {
    const name = this.chats.chatOf(message.chat)?.contact.name ?? "";
    this.toasts.speak(this.preferences.text.value.say("chat.arrived", { name, text: message.text }));
  }
}
