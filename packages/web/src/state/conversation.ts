/** One chat in memory: its newest messages, what is on its way to the node, and the draft. */
import { type Chat, type Message, MessengerError, type MessengerErrorCode, type Quote } from "@kith/client/rpc";
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { DraftKeeper } from "./draft-keeper.ts";
import type { ChatLink } from "./group-link.ts";
import { TypingTeller } from "./typing-teller.ts";
import type { Upload } from "./uploads.ts";
import { Writing } from "./writing.ts";

/** A text the node has not taken yet; the id makes it harmless to send it again. */
export interface PendingText {
  readonly id: string;
  readonly text: string;
  readonly atMs: number;
  readonly replyTo?: Quote;
  readonly isOnce?: true;
  /** Why the node refused it; until then it is tried again. */
  readonly refusal?: MessengerErrorCode;
}

/** Messages asked for at once; more when a certain one is looked for. */
const PAGE = 60;
const REACHING_PAGE = 500;

/** How many times more is asked for until a certain message is given up. */
const MAX_REACHING = 40;

/** Characters of an original shown with an answer that has not left yet. */
const QUOTE_CHARACTERS = 200;

/** A chat that is or was open. */
export class Conversation {
  /** The person; of a group its id. */
  readonly account: string;
  readonly isGroup: boolean;
  readonly writing: Writing = new Writing();
  readonly typing: TypingTeller;
  /** The next message is to be seen once. */
  readonly isOnce: Signal<boolean> = signal(false);
  /** Files on their way to the engine, oldest first. */
  readonly uploads: Signal<readonly Upload[]> = signal([]);
  /** The row that is to be brought into sight: a message as `messageKey` names it. */
  readonly wanted: Signal<string | null> = signal(null);
  readonly #link: ChatLink;
  readonly #messages = signal<readonly Message[]>([]);
  readonly #pending = signal<readonly PendingText[]>([]);
  readonly #isLoaded = signal(false);
  readonly #hasOlder = signal(false);
  readonly #drafts: DraftKeeper;
  #keptText = "";
  #isLoadingOlder = false;

  /** @param onDraft told what is kept of what was being written. */
  constructor(
    link: ChatLink,
    account: string,
    onDraft: (draft: Chat["draft"]) => void = () => undefined,
    isGroup: boolean = false,
  ) {
    this.#link = link;
    this.isGroup = isGroup;
    this.account = account;
    this.typing = new TypingTeller(link, account);
    this.#drafts = new DraftKeeper(link, account, this.writing, onDraft);
  }

  get draft(): Signal<string> {
    return this.writing.draft;
  }

  /** Oldest first. */
  get messages(): ReadonlySignal<readonly Message[]> {
    return this.#messages;
  }

  get pending(): ReadonlySignal<readonly PendingText[]> {
    return this.#pending;
  }

  get isLoaded(): ReadonlySignal<boolean> {
    return this.#isLoaded;
  }

  get hasOlder(): ReadonlySignal<boolean> {
    return this.#hasOlder;
  }

  /** True while there is something that no engine has taken yet and none has refused. */
  get hasWaiting(): boolean {
    return this.#pending.peek().some(({ refusal }) => refusal === undefined);
  }

  /** Forgets everything but what still has to be handed over. */
  forget(): void {
    this.#messages.value = [];
    this.#isLoaded.value = false;
    this.#hasOlder.value = false;
    this.#drafts.drop();
    this.writing.clear();
  }

  /** Takes up what was being written before; call it once the newest messages are there. */
  restoreDraft(draft: Chat["draft"]): void {
    if (draft === undefined) return;
    this.#keptText = draft.text;
    this.writing.restore(
      draft.text,
      this.#messages.peek().find(({ id }) => id === draft.replyTo),
    );
  }

  /** Shows what another device left in the field, unless something else is being written here. */
  followDraft(draft: Chat["draft"]): void {
    if (!this.isLoaded.peek()) return;
    const before = this.#keptText;
    this.#keptText = draft?.text ?? "";
    if (before === this.#keptText || this.draft.peek() !== before || this.writing.mode.peek().kind === "edit") return;
    this.writing.clear();
    this.restoreDraft(draft);
  }

  /** Keeps what is being written now, without waiting for a pause. */
  keepDraft(): Promise<void> {
    return this.#drafts.flush();
  }

  /** Reads the newest messages; older ones that were read before stay when the two meet. */
  async load(): Promise<void> {
    const newest = await this.#link.call("message.list", { who: this.account, limit: PAGE });
    const known = this.#messages.value;
    const meeting = known.findIndex(({ id }) => id === newest[0]?.id);
    this.#messages.value = meeting > 0 ? [...known.slice(0, meeting), ...newest] : newest;
    if (meeting <= 0) this.#hasOlder.value = newest.length === PAGE;
    this.#isLoaded.value = true;
    this.#settlePending();
  }

  async loadOlder(limit: number = PAGE): Promise<void> {
    const before = this.#messages.value[0]?.id;
    if (before === undefined || this.#isLoadingOlder || !this.#hasOlder.value) return;
    this.#isLoadingOlder = true;
    try {
      const older = await this.#link.call("message.list", { who: this.account, before, limit });
      this.#hasOlder.value = older.length === limit;
      this.#messages.value = [...older, ...this.#messages.value];
    } finally {
      this.#isLoadingOlder = false;
    }
  }

  /** Brings a message into sight, reading older ones until it is there. @returns false when it is not to be found. */
  async reach(key: string): Promise<boolean> {
    const isHere = (): boolean => this.#messages.value.some((each) => messageKey(each) === key);
    for (let turn = 0; !isHere() && this.#hasOlder.value && turn < MAX_REACHING; turn += 1) {
      await this.loadOlder(REACHING_PAGE);
    }
    if (!isHere()) return false;
    this.wanted.value = key;
    return true;
  }

  /** @returns true when the message was not known. */
  note(message: Message): boolean {
    if (!this.#isLoaded.value) return false;
    const known = this.#messages.value;
    const at = known.findLastIndex(({ id, isOwn }) => id === message.id && isOwn === message.isOwn);
    // What happened to one that is further up than was read here is read with it.
    if (at < 0 && this.#hasOlder.value && message.sentAtMs < (known[0]?.sentAtMs ?? 0)) return false;
    if (message.isDeleted === true) this.writing.forget((each) => messageKey(each) === messageKey(message));
    this.#messages.value = at < 0 ? [...known, message] : known.with(at, message);
    this.#settlePending();
    return at < 0;
  }

  /** A message was forgotten on this device. */
  noteRemoved(key: string): void {
    this.#messages.value = this.#messages.value.filter((each) => messageKey(each) !== key);
    this.writing.forget((each) => messageKey(each) === key);
  }

  /** Shows the text at once and hands it to the node, now or when it is back. @param answered what it answers. */
  async send(text: string, answered?: Message): Promise<void> {
    const replyTo = answered === undefined ? {} : { replyTo: quoteOf(answered) };
    const once = answered === undefined ? this.takeOnce() : {};
    const pending = { id: randomId(), text, atMs: Date.now(), ...replyTo, ...once };
    this.#pending.value = [...this.#pending.value, pending];
    this.typing.noteSent();
    void this.keepDraft();
    await this.#handOver(pending);
  }

  /** Whether what leaves now is to be seen once; the next one is not, unless it is asked for again. */
  takeOnce(): { readonly isOnce?: true } {
    const isOnce = this.isOnce.peek();
    this.isOnce.value = false;
    return isOnce ? { isOnce } : {};
  }

  /** Tries everything that waits for the node, in order. */
  async sendWaiting(): Promise<void> {
    for (const pending of this.#pending.value) {
      if (pending.refusal === undefined) await this.#handOver(pending);
    }
  }

  /** Gives an own message other words. @throws MessengerError. */
  async edit({ id }: Message, text: string): Promise<void> {
    this.note(await this.#link.call("message.edit", { who: this.account, id, text, editId: randomId() }));
  }

  /** Reacts, or takes that reaction back. @throws MessengerError. */
  async react({ id, reactions }: Message, emoji: string): Promise<void> {
    const isTakenBack = reactions?.some((each) => each.isOwn && each.emoji === emoji) === true;
    const given = isTakenBack ? {} : { emoji };
    this.note(await this.#link.call("message.react", { who: this.account, id, ...given }));
  }

  /** Forgets a message here, or asks everybody to. @throws MessengerError. */
  async remove({ id }: Message, isForEveryone: boolean): Promise<void> {
    await this.#link.call("message.delete", { who: this.account, id, isForEveryone });
  }

  /** Everything here was seen. @throws MessengerError. */
  async markRead(): Promise<void> {
    await this.#link.call("message.markRead", { who: this.account });
  }

  async retry(id: string): Promise<void> {
    const pending = this.#pending.value.find((each) => each.id === id);
    if (pending === undefined) return;
    const { refusal: _, ...again } = pending;
    this.#replace(id, again);
    await this.#handOver(again);
  }

  /** Takes a refused text back. */
  drop(id: string): void {
    this.#pending.value = this.#pending.value.filter((each) => each.id !== id);
  }

  async #handOver({ id, text, replyTo, isOnce }: PendingText): Promise<void> {
    const answered = {
      ...(replyTo === undefined ? {} : { replyTo: replyTo.id }),
      ...(isOnce === undefined ? {} : { isOnce }),
    };
    try {
      this.note(await this.#link.call("message.send", { who: this.account, text, id, ...answered }));
      this.drop(id);
    } catch (error) {
      if (!(error instanceof MessengerError)) throw error;
      if (error.code === "STOPPED" || error.code === "ACCOUNT_LOCKED") return;
      const pending = this.#pending.value.find((each) => each.id === id);
      if (pending !== undefined) this.#replace(id, { ...pending, refusal: error.code });
    }
  }

  #replace(id: string, pending: PendingText): void {
    this.#pending.value = this.#pending.value.map((each) => (each.id === id ? pending : each));
  }

  #settlePending(): void {
    const taken = new Set(this.#messages.value.filter(({ isOwn }) => isOwn).map(({ id }) => id));
    if (this.#pending.value.some(({ id }) => taken.has(id))) {
      this.#pending.value = this.#pending.value.filter(({ id }) => !taken.has(id));
    }
  }
}

/** The engine's bound for one text of a chat, in UTF-8 bytes. */
export function maxTextBytes({ isGroup }: Pick<Conversation, "isGroup">): number {
  return (isGroup ? 46 : 48) * 1024;
}

/** Names a message within its chat: both sides may have made the same id. */
export function messageKey({ id, isOwn }: Pick<Message, "id" | "isOwn">): string {
  return `${isOwn ? "o" : "t"}${id}`;
}

function quoteOf({ id, isOwn, text, file }: Message): Quote {
  const words = file === undefined ? text.slice(0, QUOTE_CHARACTERS) : file.name;
  return { id, isOwn, state: "checked", text: words, ...(file?.voice && { voiceMs: file.voice.durationMs }) };
}

/** 32 hex digits. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
