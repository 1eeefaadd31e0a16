/** Events with growing numbers: written in the batch of what they tell, shown after its commit, resumable. */
import type { ClientEvent } from "./client.ts";
import { decodeEvent, type EventViews, encodeEvent, isEventAbout } from "./event-row.ts";
import type { Store, StoreChange } from "./ports.ts";
import { KEY_END } from "./store/table.ts";

type Unnumbered = ClientEvent extends infer E ? (E extends ClientEvent ? Omit<E, "seq" | "atMs"> : never) : never;

/** An event that is kept, before it has its number. */
export type NewEvent = Exclude<Unnumbered, { readonly type: "chat.typing" }>;

/** An event that only readers of this moment see. */
export type PassingEvent = Extract<Unnumbered, { readonly type: "chat.typing" }>;

/** Events kept for readers that were away. */
export const MAX_KEPT_EVENTS = 10_000;

const PREFIX = "event/";
const SEQ_DIGITS = 14;
const READ_CHUNK = 256;

/** The event stream of one account. */
export class EventLog {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #views: EventViews;
  #lastSeq = 0;
  /** The number of the last event that is known to be on disk. */
  #shownSeq = 0;
  /** The newest shown events without a gap, so that readers who keep up need not ask the store. */
  #recent: ClientEvent[] = [];
  #isEnded = false;
  readonly #wakers = new Set<() => void>();
  /** For each reader the newest passing event of each chat. */
  readonly #passing = new Set<Map<string, PassingEvent>>();

  constructor(store: Store, now: () => number, views: EventViews) {
    this.#store = store;
    this.#now = now;
    this.#views = views;
  }

  async load(): Promise<void> {
    const [last] = await this.#store.entries({ gte: PREFIX, lt: PREFIX + KEY_END, reverse: true, limit: 1 });
    if (last !== undefined) this.#lastSeq = Number(last[0].slice(PREFIX.length));
    this.#shownSeq = this.#lastSeq;
  }

  /** Numbers an event and gives the changes that keep it; `publish` it once they are committed. */
  add(event: NewEvent): { readonly event: ClientEvent; readonly changes: readonly StoreChange[] } {
    this.#lastSeq += 1;
    const numbered = { ...event, seq: this.#lastSeq, atMs: this.#now() } as ClientEvent;
    const changes: StoreChange[] = [{ key: eventKey(numbered.seq), value: () => encodeEvent(numbered) }];
    if (numbered.seq > MAX_KEPT_EVENTS) changes.push({ key: eventKey(numbered.seq - MAX_KEPT_EVENTS) });
    return { event: numbered, changes };
  }

  /** Shows committed events to live readers. */
  publish(events: readonly ClientEvent[]): void {
    for (const event of events) {
      this.#shownSeq = Math.max(this.#shownSeq, event.seq);
      if (this.#recent.at(-1)?.seq !== event.seq - 1) this.#recent = [];
      this.#recent.push(event);
    }
    if (this.#recent.length > 2 * READ_CHUNK) this.#recent = this.#recent.slice(-READ_CHUNK);
    if (events.length > 0) for (const wake of this.#wakers) wake();
  }

  /** Shows something to live readers that is kept nowhere; of one chat only the newest to a reader who is slow. */
  show(event: PassingEvent): void {
    for (const passing of this.#passing) passing.set(event.account, event);
    for (const wake of this.#wakers) wake();
  }

  /** The number of the newest event that readers may see. */
  get shownSeq(): number {
    return this.#shownSeq;
  }

  /** Ends every reader. */
  end(): void {
    this.#isEnded = true;
    for (const wake of this.#wakers) wake();
  }

  /**
   * Events after `after` (-1: only new ones), then live ones until aborted; in order, none twice. A slow reader costs
   * nothing: what is not among the newest is read from the store.
   */
  async *read(after: number, signal: AbortSignal): AsyncIterable<ClientEvent> {
    let wake: () => void = () => undefined;
    const onWake = (): void => wake();
    const passing = new Map<string, PassingEvent>();
    this.#passing.add(passing);
    this.#wakers.add(onWake);
    signal.addEventListener("abort", onWake);
    try {
      let last = after < 0 ? this.#shownSeq : Math.min(after, this.#shownSeq);
      while (!signal.aborted && !this.#isEnded) {
        const upTo = this.#shownSeq;
        const { events, coveredSeq } = await this.#shownAfter(last, upTo);
        for (const event of events) {
          if (signal.aborted) return;
          yield event;
        }
        last = coveredSeq;
        if (last < upTo) continue;
        for (const [account, event] of passing) {
          passing.delete(account);
          yield { ...event, seq: last, atMs: this.#now() };
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (signal.aborted || this.#isEnded || this.#shownSeq > last || passing.size > 0) resolve();
        });
      }
    } finally {
      this.#wakers.delete(onWake);
      this.#passing.delete(passing);
      signal.removeEventListener("abort", onWake);
    }
  }

  /** The changes that forget every event about a person, so that a deleted chat is gone. */
  async removeAbout(account: string): Promise<readonly StoreChange[]> {
    const rows = await this.#store.entries({ gte: PREFIX, lt: PREFIX + KEY_END });
    this.#recent = [];
    return rows.filter(([, bytes]) => isEventAbout(bytes, account)).map(([key]) => ({ key }));
  }

  /** The next events that tell of something that still exists, and the number up to which nothing else is to come. */
  async #shownAfter(after: number, upTo: number): Promise<{ events: readonly ClientEvent[]; coveredSeq: number }> {
    if (after >= upTo) return { events: [], coveredSeq: upTo };
    const oldest = this.#recent[0]?.seq;
    if (oldest !== undefined && oldest <= after + 1) {
      return { events: this.#recent.slice(after + 1 - oldest, upTo + 1 - oldest), coveredSeq: upTo };
    }
    const range = { gte: eventKey(after + 1), lt: eventKey(upTo + 1), limit: READ_CHUNK };
    const rows = await this.#store.entries(range);
    const events = await Promise.all(rows.map(([, bytes]) => decodeEvent(bytes, this.#views)));
    const lastKey = rows.length < READ_CHUNK ? undefined : rows.at(-1)?.[0];
    return {
      events: events.filter((event) => event !== null),
      coveredSeq: lastKey === undefined ? upTo : Number(lastKey.slice(PREFIX.length)),
    };
  }
}

function eventKey(seq: number): string {
  return PREFIX + String(seq).padStart(SEQ_DIGITS, "0");
}
