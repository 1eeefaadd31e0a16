/** What is being written in a chat: a new text, an answer, or other words for an own message. */
import type { Message } from "@kith/client/rpc";
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";

/** What becomes of the text when it is sent. */
export type WritingMode =
  | { readonly kind: "new" }
  | { readonly kind: "answer"; readonly to: Message }
  /** `draft` was being written before and comes back afterwards. */
  | { readonly kind: "edit"; readonly message: Message; readonly draft: string };

const NEW: WritingMode = { kind: "new" };

/** The text field of one chat. */
export class Writing {
  readonly draft: Signal<string> = signal("");
  readonly #mode = signal<WritingMode>(NEW);

  get mode(): ReadonlySignal<WritingMode> {
    return this.#mode;
  }

  /** The text becomes an answer; what was written so far stays. */
  answer(to: Message): void {
    this.leave();
    this.#mode.value = { kind: "answer", to };
  }

  /** Puts the words of an own message into the field. */
  edit(message: Message): void {
    this.leave();
    this.#mode.value = { kind: "edit", message, draft: this.draft.peek() };
    this.draft.value = message.text;
  }

  /** Back to a new text; the draft from before an edit comes back. */
  leave(): void {
    const mode = this.#mode.peek();
    if (mode.kind === "edit") this.draft.value = mode.draft;
    this.#mode.value = NEW;
  }

  /** Takes the answer or edit away that a message was about: it is gone. */
  forget(isAbout: (message: Message) => boolean): void {
    const mode = this.#mode.peek();
    const message = mode.kind === "answer" ? mode.to : mode.kind === "edit" ? mode.message : null;
    if (message !== null && isAbout(message)) this.leave();
  }

  clear(): void {
    this.#mode.value = NEW;
    this.draft.value = "";
  }
}
