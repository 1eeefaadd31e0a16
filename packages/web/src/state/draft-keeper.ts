/** Keeps what is being written in a chat: sealed by the engine, a moment after the person pauses. */
import { type Chat, MessengerError } from "@kith/client/rpc";
import type { ChatLink } from "./group-link.ts";
import type { KeptDraft, Writing } from "./writing.ts";

/** A pause in typing that is long enough, in ms. */
const PAUSE_MS = 600;

/** The keeper of one chat. */
export class DraftKeeper {
  readonly #link: ChatLink;
  readonly #account: string;
  readonly #onKept: (draft: Chat["draft"]) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: KeptDraft | null = null;

  /** @param onKept told what the engine keeps now. */
  constructor(link: ChatLink, account: string, writing: Writing, onKept: (draft: Chat["draft"]) => void) {
    this.#link = link;
    this.#account = account;
    this.#onKept = onKept;
    writing.onChange((kept) => {
      this.#waiting = kept;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.flush(), PAUSE_MS);
    });
  }

  /** Hands over what waits for a pause. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    const kept = this.#waiting;
    this.#waiting = null;
    if (kept === null) return;
    const answered = kept.to === null ? {} : { replyTo: kept.to.id };
    try {
      await this.#link.call("chat.saveDraft", { who: this.#account, text: kept.text, ...answered });
    } catch (error) {
      // It is still in the field: a draft that cannot be kept now is no reason to disturb who writes it.
      if (!(error instanceof MessengerError)) throw error;
      return;
    }
    this.#onKept(kept.text === "" && kept.to === null ? undefined : { text: kept.text, ...answered });
  }

  /** Forgets what waits. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#waiting = null;
  }
}
