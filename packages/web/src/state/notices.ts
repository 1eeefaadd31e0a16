/** Notices of the system for messages that nobody is looking at. What they show is the person's choice; nothing at first. */
import type { Message } from "@kith/client/rpc";
import { type ReadonlySignal, signal } from "@preact/signals";

/** What a notice shows. */
export type NoticeContent = "nothing" | "name" | "text";

/** Why there are none although they are wanted; null when nothing stands in the way. */
export type NoticeObstacle = "unsupported" | "denied" | null;

/** What to show of a message. */
export interface NoticeWords {
  readonly title: string;
  /** In the place of the text where that is not shown. */
  readonly hidden: string;
}

const KEY = "kith.notices";

/** Notices of one page. Those of several pages have the same tag, so that the system shows one of them. */
export class Notices {
  readonly #storage: Storage;
  readonly #content = signal<NoticeContent>("nothing");
  readonly #obstacle = signal<NoticeObstacle>(null);
  readonly #shown = new Map<string, { readonly chat: string | null; readonly notice: Notification }>();

  constructor(storage: Storage) {
    this.#storage = storage;
    const kept = storage.getItem(KEY);
    if (kept === "name" || kept === "text") this.#content.value = kept;
    this.#look();
  }

  get content(): ReadonlySignal<NoticeContent> {
    return this.#content;
  }

  get obstacle(): ReadonlySignal<NoticeObstacle> {
    return this.#obstacle;
  }

  /** Takes the person's choice, and asks the browser for what it needs; called by a click only. */
  async choose(content: NoticeContent): Promise<void> {
    if (content !== "nothing" && "Notification" in globalThis && Notification.permission === "default") {
      await Notification.requestPermission();
    }
    this.#content.value = content;
    if (content === "nothing") this.#storage.removeItem(KEY);
    else this.#storage.setItem(KEY, content);
    this.#look();
  }

  /** Shows a message that has come. @param onOpen called when the notice is clicked. */
  show(message: Message, { title, hidden }: NoticeWords, onOpen: () => void): void {
    if (this.#content.peek() === "nothing" || this.#obstacle.peek() !== null) return;
    // A notice outlives its page: words that are to vanish must not stand in one.
    const isShown = this.#content.peek() === "text" && message.vanish === undefined && message.text !== "";
    const tag = `${message.chat}/${message.id}`;
    this.#open(tag, message.chat, { title, body: isShown ? message.text : hidden }, onOpen);
  }

  /** Shows that a call rings, until somebody does something about it or `endCall`. */
  showCall(id: string, words: { readonly title: string; readonly body: string }, onOpen: () => void): void {
    if (this.#content.peek() === "nothing" || this.#obstacle.peek() !== null) return;
    this.#open(callTag(id), null, words, onOpen);
  }

  /** The call rings no more. */
  endCall(id: string): void {
    this.#close(callTag(id));
  }

  #open(
    tag: string,
    chat: string | null,
    { title, body }: { readonly title: string; readonly body: string },
    onOpen: () => void,
  ): void {
    try {
      const notice = new Notification(title, { body, tag, dir: "auto", requireInteraction: chat === null });
      notice.onclick = () => {
        globalThis.focus();
        onOpen();
        notice.close();
      };
      this.#shown.set(tag, { chat, notice });
    } catch {
      // Browsers of phones have the constructor and refuse it.
      this.#obstacle.value = "unsupported";
    }
  }

  /** The chat is looked at: what the notices told is known. */
  clear(chat: string): void {
    for (const [tag, shown] of this.#shown) if (shown.chat === chat) this.#close(tag);
  }

  /** A message is gone. */
  forget(chat: string, id: string): void {
    this.#close(`${chat}/${id}`);
  }

  #close(tag: string): void {
    this.#shown.get(tag)?.notice.close();
    this.#shown.delete(tag);
  }

  #look(): void {
    if (this.#content.value === "nothing") this.#obstacle.value = null;
    else if (!("Notification" in globalThis)) this.#obstacle.value = "unsupported";
    else this.#obstacle.value = Notification.permission === "granted" ? null : "denied";
  }
}

/** Of all pages of a call alike, so that the system shows one. */
function callTag(id: string): string {
  return `call/${id}`;
}
