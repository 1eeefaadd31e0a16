/** What the chat screen shows, as an immutable snapshot that changes with the session. */
import type { Contact, Message } from "@kith/client";
import type { ChatListener } from "./chat-session.ts";

/** The screen at one moment. */
export interface ChatView {
  readonly contact: Contact | null;
  /** Messages that will not be drawn again: they stay in the terminal's own history. */
  readonly settled: readonly Message[];
  /** The newest messages, whose states are still drawn. */
  readonly live: readonly Message[];
  /** What went wrong last, in words; null when nothing did since the last send. */
  readonly problem: string | null;
}

/** Newest messages that are kept redrawable: states rarely change further back. */
const LIVE_MESSAGES = 10;

/** Collects what a session tells and notifies a screen. */
export class ChatModel implements ChatListener {
  #view: ChatView = { contact: null, settled: [], live: [], problem: null };
  readonly #listeners = new Set<() => void>();

  /** The current snapshot; the same object until something changes. */
  readonly read = (): ChatView => this.#view;

  /** @returns ends the subscription. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  onContact(contact: Contact): void {
    this.#set({ contact });
  }

  onMessage(message: Message, kind: "new" | "changed"): void {
    const { settled, live } = this.#view;
    if (kind === "changed") {
      this.#set({ live: live.map((each) => (each.id === message.id ? message : each)) });
      return;
    }
    const all = [...live, message];
    const surplus = Math.max(0, all.length - LIVE_MESSAGES);
    this.#set({ settled: [...settled, ...all.slice(0, surplus)], live: all.slice(surplus) });
  }

  onRemoved(id: string): void {
    this.#set({ live: this.#view.live.filter((each) => each.id !== id) });
  }

  setProblem(problem: string | null): void {
    this.#set({ problem });
  }

  #set(change: Partial<ChatView>): void {
    this.#view = { ...this.#view, ...change };
    for (const listener of this.#listeners) listener();
  }
}
