/** A clock that moves only when told: time in simulations and tests. */
import type { Cancel, Clock } from "../ports.ts";

/** Where a fake clock starts; the default wall time is a fixed day, so that seeds repeat. */
export interface FakeClockOptions {
  readonly nowMs?: number;
  readonly monotonicMs?: number;
}

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly task: () => void;
}

/** 2026-01-01T00:00:00Z in ms. */
const DEFAULT_NOW_MS = 1_767_225_600_000;

/** Wall and monotonic time move together, except for `setWall`. */
export class FakeClock implements Clock {
  #wallMs: number;
  #monotonicMs: number;
  readonly #timers: Set<Timer> = new Set();
  #nextOrder = 0;

  constructor(options: FakeClockOptions = {}) {
    this.#wallMs = options.nowMs ?? DEFAULT_NOW_MS;
    this.#monotonicMs = options.monotonicMs ?? 0;
  }

  /** Whole ms, as every wall clock gives them; the monotonic time has fractions. */
  nowMs(): number {
    return Math.floor(this.#wallMs);
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  after(delayMs: number, task: () => void): Cancel {
    const timer = { dueMs: this.#monotonicMs + Math.max(0, delayMs), order: this.#nextOrder++, task };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Tasks that wait. */
  get pendingCount(): number {
    return this.#timers.size;
  }

  /** When the next task is due, on the monotonic scale; null when none waits. */
  nextDueMs(): number | null {
    return this.#next()?.dueMs ?? null;
  }

  /** Sets the wall time as a person would; waiting tasks are not moved. */
  setWall(nowMs: number): void {
    this.#wallMs = nowMs;
  }

  /**
   * Moves time by `durationMs` and runs what falls due, in order of time and then of the calls to `after`, each task at
   * its own time. Promise continuations run before each task and at the end.
   */
  async advance(durationMs: number): Promise<void> {
    if (!(durationMs >= 0)) throw new RangeError("time only moves forward");
    const endMs = this.#monotonicMs + durationMs;
    await flushMicrotasks();
    for (let timer = this.#next(); timer !== null && timer.dueMs <= endMs; timer = this.#next()) {
      this.#run(timer);
      await flushMicrotasks();
    }
    this.#moveTo(endMs);
  }

  /** Runs the next waiting task at its time, whenever that is; false when none waits. */
  async runNext(): Promise<boolean> {
    await flushMicrotasks();
    const timer = this.#next();
    if (timer === null) return false;
    this.#run(timer);
    await flushMicrotasks();
    return true;
  }

  #next(): Timer | null {
    let next: Timer | null = null;
    for (const timer of this.#timers) {
      if (next === null || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order)) {
        next = timer;
      }
    }
    return next;
  }

  #run(timer: Timer): void {
    this.#timers.delete(timer);
    this.#moveTo(timer.dueMs);
    timer.task();
  }

  #moveTo(monotonicMs: number): void {
    const stepMs = Math.max(0, monotonicMs - this.#monotonicMs);
    this.#monotonicMs += stepMs;
    this.#wallMs += stepMs;
  }
}

/**
 * Lets every continuation of settled promises run, however long their chain: the platform empties its queue of them
 * before the next turn of the event loop. Work that waits for real I/O is not finished by this.
 */
export function flushMicrotasks(): Promise<void> {
  // Browsers have no `setImmediate`; a timer of 0 ms is the same turn, only later.
  return new Promise((resolve) =>
    typeof setImmediate === "function" ? setImmediate(resolve) : setTimeout(resolve, 0),
  );
}
