/** One chat in memory: its newest messages, what is on its way to the node, and the draft. */
import { type Message, MessengerError, type MessengerErrorCode } from "@kith/client/rpc";
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { MessengerLink } from "./messenger-link.ts";

/** A text the node has not taken yet; the id makes it harmless to send it again. */
export interface PendingText {
  readonly id: string;
  readonly text: string;
  readonly atMs: number;
  /** Why the node refused it; until then it is tried again. */
  readonly refusal?: MessengerErrorCode;
}

/** Messages asked for at once. */
const PAGE = 60;

/** A chat that is or was open. */
export class Conversation {
  readonly account: string;
  readonly draft: Signal<string> = signal("");
  readonly #link: MessengerLink;
  readonly #messages = signal<readonly Message[]>([]);
  readonly #pending = signal<readonly PendingText[]>([]);
  readonly #isLoaded = signal(false);
  readonly #hasOlder = signal(false);
  #isLoadingOlder = false;

  constructor(link: MessengerLink, account: string) {
    this.#link = link;
    this.account = account;
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
    this.draft.value = "";
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

  async loadOlder(): Promise<void> {
    const before = this.#messages.value[0]?.id;
    if (before === undefined || this.#isLoadingOlder || !this.#hasOlder.value) return;
    this.#isLoadingOlder = true;
    try {
      const older = await this.#link.call("message.list", { who: this.account, before, limit: PAGE });
      this.#hasOlder.value = older.length === PAGE;
      this.#messages.value = [...older, ...this.#messages.value];
    } finally {
      this.#isLoadingOlder = false;
    }
  }

  /** @returns true when the message was not known. */
  note(message: Message): boolean {
    if (!this.#isLoaded.value) return false;
    const known = this.#messages.value;
    const at = known.findLastIndex(({ id, isOwn }) => id === message.id && isOwn === message.isOwn);
    this.#messages.value = at < 0 ? [...known, message] : known.with(at, message);
    this.#settlePending();
    return at < 0;
  }

  /** Shows the text at once and hands it to the node, now or when it is back. */
  async send(text: string): Promise<void> {
    const pending = { id: randomId(), text, atMs: Date.now() };
    this.#pending.value = [...this.#pending.value, pending];
    await this.#handOver(pending);
  }

  /** Tries everything that waits for the node, in order. */
  async sendWaiting(): Promise<void> {
    for (const pending of this.#pending.value) {
      if (pending.refusal === undefined) await this.#handOver(pending);
    }
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

  async #handOver({ id, text }: PendingText): Promise<void> {
    try {
      this.note(await this.#link.call("message.send", { who: this.account, text, id }));
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

/** 32 hex digits. */
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
