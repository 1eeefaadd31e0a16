/** Short notes at the edge of the page, and what is only spoken. */
import { type ReadonlySignal, signal } from "@preact/signals";

/** A note; `undo` takes back what it tells, where that is harmless. */
export interface Toast {
  readonly key: number;
  readonly text: string;
  readonly isError: boolean;
  readonly undo?: () => void;
}

/** Long enough to read two lines and reach the button. */
const SHOWN_MS = 6000;
const SHOWN_WITH_UNDO_MS = 10_000;
const MAX_SHOWN = 3;

/** The notes on show. */
export class Toasts {
  readonly #toasts = signal<readonly Toast[]>([]);
  readonly #spoken = signal("");
  #lastKey = 0;

  get toasts(): ReadonlySignal<readonly Toast[]> {
    return this.#toasts;
  }

  get spoken(): ReadonlySignal<string> {
    return this.#spoken;
  }

  tell(text: string, undo?: () => void): void {
    this.#add({ text, isError: false, ...(undo === undefined ? {} : { undo }) });
  }

  warn(text: string): void {
    this.#add({ text, isError: true });
  }

  /** Says something to a screen reader without showing it. */
  speak(text: string): void {
    this.#spoken.value = text;
  }

  close(key: number): void {
    this.#toasts.value = this.#toasts.value.filter((each) => each.key !== key);
  }

  /** Takes everything away; nobody may read about chats on a locked screen. */
  clear(): void {
    this.#toasts.value = [];
    this.#spoken.value = "";
  }

  #add(toast: Omit<Toast, "key">): void {
    this.#lastKey += 1;
    const key = this.#lastKey;
    this.#toasts.value = [...this.#toasts.value, { ...toast, key }].slice(-MAX_SHOWN);
    setTimeout(() => this.close(key), toast.undo === undefined ? SHOWN_MS : SHOWN_WITH_UNDO_MS);
  }
}
