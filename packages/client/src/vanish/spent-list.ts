/** Messages whose words are to go now: they were seen once. Who ends vanishing messages takes them, one after the other. */
import type { DueMessage } from "./due-list.ts";

/** One that waits; null asks only that old states of chats go. */
export interface Spent {
  readonly name: DueMessage | null;
  readonly onGone: () => void;
  readonly onFailed: (cause: unknown) => void;
}

/** The list of one account. */
export class SpentList {
  readonly #waiting: Spent[] = [];
  #onNew: () => void = () => undefined;

  /** At most one listener, told of everything put on the list. */
  onNew(listener: () => void): void {
    this.#onNew = listener;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Resolves once nothing on this device opens the words any more. @throws MessengerError STOPPED. */
  add(name: DueMessage | null): Promise<void> {
    return new Promise((onGone, onFailed) => {
      this.#waiting.push({ name, onGone, onFailed });
      this.#onNew();
    });
  }

  take(): readonly Spent[] {
    return this.#waiting.splice(0);
  }
}
