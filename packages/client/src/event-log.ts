/** Events with growing numbers: written in the batch of what they tell, shown after its commit, resumable. */
import { utf8 } from "@kith/protocol";
import type { ClientEvent } from "./client.ts";
import type { Store, StoreChange } from "./ports.ts";
import { KEY_END } from "./store/table.ts";

/** An event before it has its number. */
export type NewEvent = ClientEvent extends infer E ? (E extends ClientEvent ? Omit<E, "seq" | "atMs"> : never) : never;

/** Events kept for readers that were away. */
export const MAX_KEPT_EVENTS = 10_000;

const PREFIX = "event/";
const SEQ_DIGITS = 14;
const READ_CHUNK = 256;

/** The event stream of one account. */
export class EventLog {
  readonly #store: Store;
  readonly #now: () => number;
  #lastSeq = 0;
  readonly #listeners = new Set<(event: ClientEvent) => void>();

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  async load(): Promise<void> {
    const [last] = await this.#store.entries({ gte: PREFIX, lt: PREFIX + KEY_END, reverse: true, limit: 1 });
    if (last !== undefined) this.#lastSeq = Number(last[0].slice(PREFIX.length));
  }

  /** Numbers an event and gives the changes that keep it; `publish` it once they are committed. */
  add(event: NewEvent): { readonly event: ClientEvent; readonly changes: readonly StoreChange[] } {
    this.#lastSeq += 1;
    const numbered = { ...event, seq: this.#lastSeq, atMs: this.#now() } as ClientEvent;
    const changes: StoreChange[] = [{ key: eventKey(numbered.seq), value: utf8(JSON.stringify(numbered)) }];
    if (numbered.seq > MAX_KEPT_EVENTS) changes.push({ key: eventKey(numbered.seq - MAX_KEPT_EVENTS) });
    return { event: numbered, changes };
  }

  /** Shows committed events to live readers. */
  publish(events: readonly ClientEvent[]): void {
    for (const event of events) for (const listener of this.#listeners) listener(event);
  }

  /** Events after `after` (-1: only new ones), then live ones until aborted; in order, none twice. */
  async *read(after: number, signal: AbortSignal): AsyncIterable<ClientEvent> {
    const live: ClientEvent[] = [];
    let wake: () => void = () => undefined;
    const listener = (event: ClientEvent): void => {
      live.push(event);
      wake();
    };
    this.#listeners.add(listener);
    const onAbort = (): void => wake();
    signal.addEventListener("abort", onAbort);
    try {
      let last = after < 0 ? this.#lastSeq : after;
      for (let chunk = await this.#kept(last); after >= 0 && chunk.length > 0; chunk = await this.#kept(last)) {
        for (const event of chunk) {
          if (signal.aborted) return;
          last = event.seq;
          yield event;
        }
      }
      while (!signal.aborted) {
        const event = live.shift();
        if (event === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (signal.aborted || live.length > 0) resolve();
          });
        } else if (event.seq > last) {
          last = event.seq;
          yield event;
        }
      }
    } finally {
      this.#listeners.delete(listener);
      signal.removeEventListener("abort", onAbort);
    }
  }

  async #kept(after: number): Promise<readonly ClientEvent[]> {
    const rows = await this.#store.entries({ gte: eventKey(after + 1), lt: PREFIX + KEY_END, limit: READ_CHUNK });
    return rows.map(([, bytes]) => JSON.parse(fromUtf8(bytes)) as ClientEvent);
  }
}

function eventKey(seq: number): string {
  return PREFIX + String(seq).padStart(SEQ_DIGITS, "0");
}

function fromUtf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}
