/** The link of a page whose origin offers nothing that this page knows: it leads nowhere and says why. */
import { type ClientEvent, MessengerError } from "@kith/client/rpc";
import { type ReadonlySignal, signal } from "@preact/signals";
import { beginAgain } from "./begin-again.ts";
import type { ClosedReason, LinkState, MessengerLink } from "./messenger-link.ts";

/** Every call is refused. The page begins again by itself when an origin that did not answer does. */
export class NowhereLink implements MessengerLink {
  readonly #state: ReadonlySignal<LinkState>;
  readonly #reason: Extract<ClosedReason, "version" | "unreachable">;
  #hasBegun = false;

  constructor(reason: Extract<ClosedReason, "version" | "unreachable">) {
    this.#reason = reason;
    this.#state = signal<LinkState>({ kind: "closed", reason });
  }

  get state(): ReadonlySignal<LinkState> {
    return this.#state;
  }

  /** What the origin offers is asked when a page begins: every time but the first, this begins it again. */
  dial(): void {
    if (this.#hasBegun) location.reload();
    else if (this.#reason === "unreachable") void beginAgain();
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
