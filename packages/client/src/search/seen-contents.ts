/** Contents that the index has taken in lately, so that a message that only changed its state costs nothing. */
import type { Content, MarkedContent } from "@kith/protocol";

const MAX_REMEMBERED = 2048;

/** By any name of the message. */
export class SeenContents {
  readonly #contents = new Map<string, Content>();

  /** Notes a content. @returns whether its words are those that were noted before; never of a deleted message. */
  note(name: string, { content, marks }: MarkedContent): boolean {
    if (this.#contents.get(name) === content && marks?.isDeleted !== true) return true;
    this.#contents.delete(name);
    this.#contents.set(name, content);
    const oldest = this.#contents.size > MAX_REMEMBERED ? this.#contents.keys().next().value : undefined;
    if (oldest !== undefined) this.#contents.delete(oldest);
    return false;
  }
}
