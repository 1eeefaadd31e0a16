/** How one call may look for a way: asked when it is needed first, and again for a new round where no server was known. */
import type { CallWays } from "../call/call-info.ts";

const noop = (): void => undefined;

interface OnceReached {
  readonly isOnceReached: true;
}

/** What the engine said, once. */
export class AskedWays {
  readonly #ask: (more?: OnceReached) => Promise<CallWays>;
  readonly #use: (ways: CallWays) => void;
  #asked: Promise<void> | null = null;
  #hasServers = false;

  constructor(ask: (more?: OnceReached) => Promise<CallWays>, use: (ways: CallWays) => void) {
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

  /** Resolves once a relay between the two answers, after an interruption; until then nobody could be told of a new round. */
  async reached(): Promise<void> {
    await this.#ask({ isOnceReached: true });
  }
}
