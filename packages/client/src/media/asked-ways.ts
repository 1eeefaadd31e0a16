/** How one call may look for a way: asked when it is needed first, and again for a new round where no server was known. */
import type { CallWays } from "../call/call-info.ts";

const noop = (): void => undefined;

/** What the engine said, once. */
export class AskedWays {
  readonly #ask: () => Promise<CallWays>;
  readonly #use: (ways: CallWays) => void;
  #asked: Promise<void> | null = null;
  #hasServers = false;

  constructor(ask: () => Promise<CallWays>, use: (ways: CallWays) => void) {
    this.#ask = ask;
    this.#use = use;
  }

  /** Resolves once it is known and used. @throws MessengerError as `call.ways` does. */
  find(isNewRound = false): Promise<void> {
    if (isNewRound && !this.#hasServers) this.#asked = null;
    this.#asked ??= this.#ask().then((ways) => {
      this.#hasServers = ways.servers.length > 0;
      this.#use(ways);
    });
    // Whoever needs them sees the failure.
    this.#asked.catch(noop);
    return this.#asked;
  }
}
