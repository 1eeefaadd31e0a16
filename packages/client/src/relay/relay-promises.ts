/**
 * Promises that relays broke: mail they had given a receipt for, or a queue they had made, is gone there. Kept, so that
 * a relay that forgets is used last from then on, and the person sees why.
 */
import { field, type RelayId, record, type Shape, uint } from "@kith/protocol";
import type { Clock, Store, StoreChange } from "../ports.ts";
import { createTable, type Table } from "../store/table.ts";

/** What is known of one relay. */
interface BrokenPromises {
  readonly count: number;
  readonly lastAtMs: number;
}

const shape: Shape<BrokenPromises> = record<BrokenPromises>({ count: field(1, uint()), lastAtMs: field(2, uint()) });

/** How long a relay is used last after it broke a promise, in ms. */
const DISTRUST_MS = 30 * 24 * 3600 * 1000;

/** One loss shows in many queues and at each opening: what is seen within this time counts once, in ms. */
const SAME_LOSS_MS = 3600 * 1000;

/** Relays that are remembered; the one whose last broken promise is oldest makes room. */
const MAX_REMEMBERED = 256;

/** The record of all relays. */
export class RelayPromises {
  readonly #table: Table<BrokenPromises>;
  readonly #clock: Clock;
  readonly #broken = new Map<RelayId, BrokenPromises>();

  constructor(store: Store, clock: Clock) {
    this.#table = createTable(store, "relay-promises", shape);
    this.#clock = clock;
  }

  async load(): Promise<void> {
    for (const { key, value } of await this.#table.list()) this.#broken.set(key as RelayId, value);
  }

  /** How often the relay broke a promise. */
  count(relay: RelayId): number {
    return this.#broken.get(relay)?.count ?? 0;
  }

  /** Whether it broke one lately. */
  isDistrusted(relay: RelayId): boolean {
    const lastAtMs = this.#broken.get(relay)?.lastAtMs;
    return lastAtMs !== undefined && this.#clock.nowMs() - lastAtMs < DISTRUST_MS;
  }

  /** Notes a broken promise. @returns what to write; nothing when it is the loss that was noted just before. */
  note(relay: RelayId): readonly StoreChange[] {
    const before = this.#broken.get(relay);
    const nowMs = this.#clock.nowMs();
    if (before !== undefined && Math.abs(nowMs - before.lastAtMs) < SAME_LOSS_MS) return [];
    const noted = { count: (before?.count ?? 0) + 1, lastAtMs: nowMs };
    this.#broken.set(relay, noted);
    return [...this.#makeRoom(), this.#table.put(relay, noted)];
  }

  #makeRoom(): readonly StoreChange[] {
    if (this.#broken.size <= MAX_REMEMBERED) return [];
    const [oldest] = [...this.#broken].sort(([, a], [, b]) => a.lastAtMs - b.lastAtMs);
    if (oldest === undefined) return [];
    this.#broken.delete(oldest[0]);
    return [this.#table.remove(oldest[0])];
  }
}
