/** What is being written in a chat: a new text, an answer, or other words for an own message. */
import type { Message } from "@kith/client/rpc";
import { batch, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";

/** What becomes of the text when it is sent. */
export type WritingMode =
  | { readonly kind: "new" }
  | { readonly kind: "answer"; readonly to: Message }
  /** `draft` was being written before and comes back afterwards. */
  | { readonly kind: "edit"; readonly message: Message; readonly draft: string };

/** A text that was not sent, and what it answers. */
export interface KeptDraft {
  readonly text: string;
  readonly to: Message | null;
}

const NEW: WritingMode = { kind: "new" };

/** The text field of one chat. */
export class Writing {
  readonly draft: Signal<string> = signal("");
  #isSilent = false;
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
    this.#silently(() => {
      this.#mode.value = NEW;
      this.draft.value = "";
    });
  }

  /** Takes up what was being written before; what was typed meanwhile stays. */
  restore(text: string, answered: Message | undefined): void {
    if (this.draft.peek() !== "" || this.#mode.peek().kind !== "new") return;
    this.#silently(() => {
      this.draft.value = text;
      if (answered !== undefined) this.#mode.value = { kind: "answer", to: answered };
    });
  }

  /** Tells what is to be kept, at each change of it by the person. @returns ends that. */
  onChange(listener: (kept: KeptDraft) => void): () => void {
    let isFirst = true;
    return effect(() => {
      const mode = this.#mode.value;
      const text = this.draft.value;
      if (!isFirst && !this.#isSilent) {
        listener({ text: mode.kind === "edit" ? mode.draft : text, to: mode.kind === "answer" ? mode.to : null });
      }
      isFirst = false;
    });
  }

  #silently(change: () => void): void {
    this.#isSilent = true;
    batch(change);
    this.#isSilent = false;
  }
}
