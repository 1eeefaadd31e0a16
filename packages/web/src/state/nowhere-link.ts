/** The link of a page whose origin offers nothing that this page knows: it leads nowhere and says why. */
import { type ClientEvent, MessengerError } from "@kith/client/rpc";
import { type ReadonlySignal, signal } from "@preact/signals";
import type { ClosedReason, LinkState, MessengerLink } from "./messenger-link.ts";

/** Every call is refused. */
export class NowhereLink implements MessengerLink {
  readonly #state: ReadonlySignal<LinkState>;
  #hasBegun = false;

  constructor(reason: Extract<ClosedReason, "version" | "unreachable">) {
    this.#state = signal<LinkState>({ kind: "closed", reason });
  }

  get state(): ReadonlySignal<LinkState> {
    return this.#state;
  }

  /** What the origin offers is asked when a page begins: every time but the first, this begins it again. */
  dial(): void {
    if (this.#hasBegun) location.reload();
    this.#hasBegun = true;
  }

  redial(): void {
    this.dial();
  }

  call(): Promise<never> {
    return Promise.reject(new MessengerError("STOPPED", "this page leads nowhere"));
  }

  // biome-ignore lint/correctness/useYield: there is nothing to tell.
  async *events(): AsyncGenerator<ClientEvent> {
    throw new MessengerError("STOPPED", "this page leads nowhere");
  }
}
