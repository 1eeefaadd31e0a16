/**
 * Ends an open account when nobody has used it for a while. What interfaces do by themselves, such as looking at relays
 * or reading a chat that has just grown, does not count as use.
 */
import type { MethodName } from "./client.ts";
import type { Cancel, Clock } from "./ports.ts";

/** Shortest and longest time without use after which an account can lock, in ms: half a minute, and a day. */
export const IDLE_LOCK_MS: { readonly min: number; readonly max: number } = Object.freeze({
  min: 30_000,
  max: 24 * 3600 * 1000,
});

/** A machine that slept did not count the time: it is looked at again this often at least, in ms. */
const MAX_STEP_MS = 15_000;

const PASSIVE: ReadonlySet<MethodName> = new Set<MethodName>([
  "account.status",
  "relay.list",
  "chat.list",
  "contact.list",
  "request.list",
  "message.list",
  "message.markRead",
  "file.list",
  "file.append",
  "file.preview",
  "file.read",
]);

/** Watches the use of one messenger. */
export class IdleLock {
  readonly #clock: Clock;
  readonly #onIdle: () => void;
  #afterMs: number | undefined;
  #usedAt = { wallMs: 0, monotonicMs: 0 };
  #cancel: Cancel = () => undefined;

  constructor(clock: Clock, onIdle: () => void) {
    this.#clock = clock;
    this.#onIdle = onIdle;
  }

  /** Begins to watch; undefined ends it. */
  set(afterMs: number | undefined): void {
    this.#cancel();
    this.#afterMs = afterMs;
    this.#use();
    this.#wait();
  }

  /** A method was called. */
  note(method: MethodName): void {
    if (this.#afterMs !== undefined && !PASSIVE.has(method)) this.#use();
  }

  #use(): void {
    this.#usedAt = { wallMs: this.#clock.nowMs(), monotonicMs: this.#clock.monotonicMs() };
  }

  #wait(): void {
    const afterMs = this.#afterMs;
    if (afterMs === undefined) return;
    // The later of both clocks: one stands still while the machine sleeps, the other may be set back.
    const idleMs = Math.max(
      this.#clock.nowMs() - this.#usedAt.wallMs,
      this.#clock.monotonicMs() - this.#usedAt.monotonicMs,
    );
    if (idleMs >= afterMs) {
      this.#afterMs = undefined;
      this.#onIdle();
      return;
    }
    this.#cancel = this.#clock.after(Math.min(afterMs - idleMs, MAX_STEP_MS), () => this.#wait());
  }
}
