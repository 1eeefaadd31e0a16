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
  waiting: Spent[] = [];
  /** Told of everything put on the list. */
  onNew: () => void = () => undefined;

  /** Resolves once nothing on this device opens the words any more. @throws MessengerError STOPPED. */
  add(name: DueMessage | null): Promise<void> {
    return new Promise((onGone, onFailed) => {
      this.waiting.push({ name, onGone, onFailed });
      this.onNew();
    });
  }

  /** As `add`, for what goes at the next start if it cannot go now. */
  ask(name: DueMessage | null): void {
    this.add(name).catch(() => undefined);
  }
}
