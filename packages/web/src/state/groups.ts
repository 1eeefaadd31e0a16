/** The groups of this account, and that something happened in one. */
import type { GroupInfo } from "@kith/client/rpc";
import { type ReadonlySignal, signal } from "@preact/signals";
import { AnswerOrder } from "./answer-order.ts";
import type { MessengerLink } from "./messenger-link.ts";

/** Events come in bursts; the list is asked for again once they pause, in ms. */
const SETTLE_MS = 250;

/** The list in memory; the node's is the truth. */
export class Groups {
  readonly #link: MessengerLink;
  readonly #list = signal<readonly GroupInfo[]>([]);
  readonly #isLoaded = signal(false);
  readonly #changes = signal(0);
  readonly #order = new AnswerOrder();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(link: MessengerLink) {
    this.#link = link;
  }

  /** Those that this account belongs to or is asked to join. */
  get list(): ReadonlySignal<readonly GroupInfo[]> {
    return this.#list;
  }

  get isLoaded(): ReadonlySignal<boolean> {
    return this.#isLoaded;
  }

  /** Grows whenever something happened in a group: what is on show is read again. */
  get changes(): ReadonlySignal<number> {
    return this.#changes;
  }

  groupOf(group: string): GroupInfo | undefined {
    return this.#list.value.find((each) => each.group === group);
  }

  async load(): Promise<void> {
    clearTimeout(this.#timer);
    const isNewest = this.#order.ask();
    const groups = await this.#link.call("group.list", {});
    if (!isNewest()) return;
    this.#list.value = groups;
    this.#isLoaded.value = true;
    this.#changes.value += 1;
  }

  /** Asks again soon. @param onError what to do when the node does not answer. */
  loadSoon(onError: (error: unknown) => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load().catch(onError), SETTLE_MS);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#order.forget();
    this.#list.value = [];
    this.#isLoaded.value = false;
  }
}
