/** Tells the engine that something is being written; that it is told to nobody, or to nobody now, is its business. */
import type { ChatLink } from "./group-link.ts";

/** How often it is repeated while it goes on, in ms: before the other side takes it for over. */
const REPEAT_MS = 3000;

/** What was told of one chat. */
export class TypingTeller {
  readonly #link: ChatLink;
  readonly #account: string;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(link: ChatLink, account: string) {
    this.#link = link;
    this.#account = account;
  }

  /** The person changed what stands in the field. */
  noteInput(written: string): void {
    const nowMs = performance.now();
    if (written.trim() === "") this.noteStop();
    else if (nowMs - this.#toldAtMs >= REPEAT_MS) {
      this.#toldAtMs = nowMs;
      this.#tell(true);
    }
  }

  /** What was written is under way, which says by itself that the writing is over. */
  noteSent(): void {
    this.#toldAtMs = Number.NEGATIVE_INFINITY;
  }

  /** The person took everything back, or left. */
  noteStop(): void {
    const wasTold = performance.now() - this.#toldAtMs < 2 * REPEAT_MS;
    this.noteSent();
    if (wasTold) this.#tell(false);
  }

  #tell(isTyping: boolean): void {
    // Nothing depends on it: without a connection nobody is told.
    this.#link.call("chat.setTyping", { who: this.#account, isTyping }).catch(() => undefined);
  }
}
