/** Functions that are called with the events of a messenger, over its locks and its unlocking. */
import type { Client, ClientEvent } from "../client.ts";

/** The type of an event. */
export type ClientEventType = ClientEvent["type"];

/** The event of a type. */
export type ClientEventOf<T extends ClientEventType> = Extract<ClientEvent, { readonly type: T }>;

type AnyListener = (event: ClientEvent) => void;

/** The listeners of one messenger. They share one reading of its events, which goes on where it was after a lock. */
export class Listeners {
  readonly #events: Client["events"];
  readonly #onError: (error: unknown) => void;
  readonly #byType = new Map<ClientEventType, Set<AnyListener>>();
  readonly #stopped = new AbortController();
  #lastSeq = -1;
  #isReading = false;
  #isAskedAgain = false;

  /** @param onError what a listener threw. */
  constructor(events: Client["events"], onError: (error: unknown) => void) {
    this.#events = events;
    this.#onError = onError;
  }

  /** @returns takes the listener away again. */
  add<T extends ClientEventType>(type: T, listener: (event: ClientEventOf<T>) => void): () => void {
    const some = this.#byType.get(type) ?? new Set();
    this.#byType.set(type, some);
    const call: AnyListener = (event) => listener(event as ClientEventOf<T>);
    some.add(call);
    this.start();
    return () => void some.delete(call);
  }

  /** Begins to read, or goes on, if there is somebody to tell; does nothing while no account is open. */
  start(): void {
    if (this.#byType.size === 0 || this.#stopped.signal.aborted) return;
    this.#isAskedAgain = this.#isReading;
    if (this.#isReading) return;
    this.#isReading = true;
    void this.#read();
  }

  /** Nobody is called any more. */
  stop(): void {
    this.#stopped.abort();
  }

  // Runs up to the first wait before it returns, so that nothing is missed that happens after `start`.
  async #read(): Promise<void> {
    do {
      this.#isAskedAgain = false;
      try {
        for await (const event of this.#events(this.#lastSeq, this.#stopped.signal)) {
          this.#lastSeq = event.seq;
          this.#tell(event);
        }
      } catch {
        // no account is open: `start` comes again when one is
      }
    } while (this.#isAskedAgain);
    this.#isReading = false;
  }

  #tell(event: ClientEvent): void {
    for (const listener of [...(this.#byType.get(event.type) ?? [])]) {
      try {
        listener(event);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
