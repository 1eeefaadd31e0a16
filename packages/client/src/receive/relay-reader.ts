/**
 * Reads everything of ours on one relay under one identity: opens, subscribes, drains what waits, takes what is pushed,
 * and acknowledges only what is committed here. Comes back by itself when the link is lost.
 */
import {
  type CryptoSuite,
  envelopeIdOf,
  MAX_ENVELOPES_PER_FRAME,
  MAX_IDS_PER_FRAME,
  MAX_QUEUES_PER_FRAME,
  type QueueId,
  type RelayRef,
  type RelayResponse,
  type StoredRef,
} from "@kith/protocol";
import type { Cancel, Clock } from "../ports.ts";
import type { RelayPool } from "../relay/relay-pool.ts";
import type { QueueKey, RelaySession } from "../relay/relay-session.ts";

/** A queue or box to read. */
export interface ReadSource {
  readonly key: QueueKey;
  /**
   * Takes one envelope; resolves once it is committed or known to be worthless, rejects when it must stay.
   * @param ageMs how long it lay on the relay, by the relay's clock.
   */
  readonly take: (envelope: Uint8Array, ageMs: number) => Promise<void>;
  /** The relay does not know the queue: it was lost there. */
  readonly onUnknown: () => void;
  /** The relay holds nothing for it now. */
  readonly onEmpty?: () => void;
}

/** What a reader works on. */
export interface RelayReaderOptions {
  readonly relay: RelayRef;
  readonly identity: "box" | "receive";
  readonly pool: RelayPool;
  readonly suite: CryptoSuite;
  readonly clock: Clock;
  readonly sources: () => readonly ReadSource[];
  /** The relay says that it lost some of what was there for us. */
  readonly onMissing: () => void;
}

/** Wait before a lost relay is tried again: first and longest, in ms. */
const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 60_000;

/** How often the relay is asked what waits, in ms: a push that was lost, or never sent, is made up for. */
const POLL_MS = 10 * 60_000;

/** One relay's reader. */
export class RelayReader {
  readonly #options: RelayReaderOptions;
  readonly #subscribed = new Set<string>();
  readonly #draining = new Map<string, Promise<void>>();
  #session: RelaySession | null = null;
  #isStopped = false;
  #isConnecting = false;
  #retryMs = FIRST_RETRY_MS;
  #cancelRetry: Cancel = () => undefined;
  #cancelPoll: Cancel = () => undefined;

  constructor(options: RelayReaderOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelRetry();
    this.#cancelPoll();
  }

  /** Subscribes to what is new since the last call; connects first when needed. */
  async refresh(): Promise<void> {
    if (this.#isStopped || this.#isConnecting) return;
    this.#isConnecting = true;
    this.#cancelRetry();
    const session = await this.#options.pool.use(this.#options.relay, this.#options.identity);
    this.#isConnecting = false;
    if (this.#isStopped) return;
    if (!session.ok) return this.#retryLater();
    if (session.value !== this.#session) this.#adopt(session.value);
    if (!(await this.#subscribe(session.value))) this.#retryLater();
    else {
      this.#retryMs = FIRST_RETRY_MS;
      this.#pollLater();
    }
  }

  /** Subscribing again tells for all queues in one frame how much waits. */
  #pollLater(): void {
    this.#cancelPoll();
    if (this.#isStopped) return;
    this.#cancelPoll = this.#options.clock.after(POLL_MS, () => {
      this.#subscribed.clear();
      void this.refresh();
    });
  }

  #adopt(session: RelaySession): void {
    this.#session = session;
    this.#subscribed.clear();
    session.onPush((push) => this.#onPush(session, push));
    session.onClose(() => {
      if (this.#session !== session) return;
      this.#session = null;
      this.#retryLater();
    });
  }

  #retryLater(): void {
    if (this.#isStopped) return;
    this.#cancelRetry();
    this.#cancelRetry = this.#options.clock.after(this.#retryMs, () => void this.refresh());
    this.#retryMs = Math.min(this.#retryMs * 2, MAX_RETRY_MS);
  }

  async #subscribe(session: RelaySession): Promise<boolean> {
    const fresh = this.#options.sources().filter(({ key }) => !this.#subscribed.has(key.queue));
    for (let at = 0; at < fresh.length; at += MAX_QUEUES_PER_FRAME) {
      const sources = fresh.slice(at, at + MAX_QUEUES_PER_FRAME);
      const opened = await session.open(sources.map(({ key }) => key));
      if (!opened.ok) return false;
      const { refusals } = opened.value;
      for (const { key, onUnknown } of sources) if (refusals.has(key.queue)) onUnknown();
      const open = sources.filter(({ key }) => !refusals.has(key.queue));
      if (open.length > 0 && !(await this.#subscribeOpen(session, open))) return false;
    }
    return true;
  }

  async #subscribeOpen(session: RelaySession, sources: readonly ReadSource[]): Promise<boolean> {
    for (const { key } of sources) this.#subscribed.add(key.queue);
    const queues = sources.map(({ key }) => key.queue as QueueId);
    const answer = await session.call({ type: "subscribe", queues }, "queues");
    if (!answer.ok) {
      for (const queue of queues) this.#subscribed.delete(queue);
      return false;
    }
    for (const outcome of answer.value.outcomes) {
      if ((outcome.missing ?? 0) > 0) this.#options.onMissing();
      if (outcome.error !== undefined) this.#subscribed.delete(outcome.queue);
      else if ((outcome.waiting ?? 0) > 0) this.#drainLater(session, outcome.queue);
      else this.#source(outcome.queue)?.onEmpty?.();
    }
    return answer.value.outcomes.every((outcome) => outcome.error === undefined);
  }

  #onPush(session: RelaySession, push: RelayResponse): void {
    if (push.type === "more") this.#drainLater(session, push.queue);
    if (push.type !== "stored") return;
    const source = this.#source(push.queue);
    if (source === undefined) return;
    const item = { seq: push.seq, id: envelopeIdOf(this.#options.suite, push.envelope) };
    void this.#takeAll(session, source, [{ item, envelope: push.envelope, ageMs: 0 }]);
  }

  #source(queue: string): ReadSource | undefined {
    return this.#options.sources().find(({ key }) => key.queue === queue);
  }

  /** One drain of a queue at a time; a call during one runs another after it. */
  #drainLater(session: RelaySession, queue: QueueId): void {
    const previous = this.#draining.get(queue) ?? Promise.resolve();
    const next = previous.then(() => this.#drain(session, queue));
    this.#draining.set(queue, next);
    void next.finally(() => {
      if (this.#draining.get(queue) === next) this.#draining.delete(queue);
    });
  }

  /** Empties a queue; when the relay does not answer, or mail has to stay, it is looked at again later. */
  async #drain(session: RelaySession, queue: QueueId): Promise<void> {
    if (this.#isStopped || (await this.#drainOnce(session, queue)) || this.#session !== session) return;
    this.#subscribed.delete(queue);
    this.#retryLater();
  }

  async #drainOnce(session: RelaySession, queue: QueueId): Promise<boolean> {
    const source = this.#source(queue);
    let afterSeq = 0;
    for (let isMore = source !== undefined; isMore && this.#session === session; ) {
      const listed = await session.call({ type: "list", queue, afterSeq, max: MAX_IDS_PER_FRAME }, "list");
      if (!listed.ok || source === undefined) return false;
      const { items } = listed.value;
      for (let at = 0; at < items.length; ) {
        const taken = await this.#fetch(session, source, items.slice(at, at + MAX_ENVELOPES_PER_FRAME));
        if (taken === 0) return false;
        at += taken;
      }
      afterSeq = items.at(-1)?.seq ?? afterSeq;
      isMore = listed.value.isMore && items.length > 0;
    }
    return true;
  }

  /** Fetches and takes a frame's worth; @returns how many of the listed ones are done with. */
  async #fetch(session: RelaySession, source: ReadSource, listed: readonly StoredRef[]): Promise<number> {
    const queue = source.key.queue as QueueId;
    const answer = await session.call({ type: "get", queue, seqs: listed.map(({ seq }) => seq) }, "get");
    if (!answer.ok) return 0;
    const deliveries = answer.value.items.map(({ seq, envelope, ageMs }) => ({
      item: { seq, id: envelopeIdOf(this.#options.suite, envelope) },
      envelope,
      ageMs,
    }));
    if (deliveries.length === 0) return listed.length; // gone meanwhile: taken by a push
    if (!(await this.#takeAll(session, source, deliveries))) return 0;
    const last = deliveries.at(-1)?.item.seq ?? 0;
    return listed.filter(({ seq }) => seq <= last).length;
  }

  /** Hands envelopes over in order and acknowledges those that were committed. */
  async #takeAll(
    session: RelaySession,
    source: ReadSource,
    deliveries: readonly { readonly item: StoredRef; readonly envelope: Uint8Array; readonly ageMs: number }[],
  ): Promise<boolean> {
    const outcomes = await Promise.allSettled(deliveries.map(({ envelope, ageMs }) => source.take(envelope, ageMs)));
    const items = deliveries.filter((_, index) => outcomes[index]?.status === "fulfilled").map(({ item }) => item);
    if (items.length === 0) return false;
    const answer = await session.call({ type: "ack", queue: source.key.queue as QueueId, items }, "done");
    return answer.ok && items.length === deliveries.length;
  }
}
