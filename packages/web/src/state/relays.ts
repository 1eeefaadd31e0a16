/** The relays of this node and how they do. */
import type { RelayStatus } from "@kith/client/rpc";
import { type ReadonlySignal, signal } from "@preact/signals";
import type { MessengerLink } from "./messenger-link.ts";

/** The list in memory; null until it was read. */
export class Relays {
  readonly #link: MessengerLink;
  readonly #relays = signal<readonly RelayStatus[] | null>(null);

  constructor(link: MessengerLink) {
    this.#link = link;
  }

  get list(): ReadonlySignal<readonly RelayStatus[] | null> {
    return this.#relays;
  }

  async load(): Promise<void> {
    const relays = await this.#link.call("relay.list", {});
    // The same list again must not draw anything again.
    if (JSON.stringify(relays) !== JSON.stringify(this.#relays.peek())) this.#relays.value = relays;
  }

  async add(address: string): Promise<RelayStatus> {
    const relay = await this.#link.call("relay.add", { address });
    await this.load();
    return relay;
  }

  async remove(relay: string): Promise<void> {
    await this.#link.call("relay.remove", { relay });
    await this.load();
  }
}
