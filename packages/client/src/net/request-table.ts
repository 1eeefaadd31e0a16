/**
 * The asking half of a channel: numbers requests, matches answers, waits and gives up.
 * Bounds what is under way, so that an honest asker never makes the other side buffer without limit; knows no stream
 * and no clock of its own, so that memory links and real ones share it.
 */
import { err, MAX_FRAME_BYTES, ok, type Result } from "@kith/protocol";
import type { Cancel, LinkError } from "../ports.ts";

/** Requests one channel has under way; further ones wait their turn. */
export const MAX_OPEN_REQUESTS = 64;

/** Bytes of requests without an answer; below what the other side buffers before it cuts a channel off. */
const MAX_OPEN_BYTES = 512 * 1024;

/** How long a request waits when its caller does not say, in ms. */
export const REQUEST_TIMEOUT_MS = 10_000;

/** What a request table needs from its link. */
export interface RequestLink {
  /** Sends a request; `id` counts up from 1 and fits 32 bits. */
  transmit(id: number, frame: Uint8Array): void;
  after(delayMs: number, task: () => void): Cancel;
}

interface Pending {
  readonly frame: Uint8Array;
  readonly settle: (result: Result<Uint8Array, LinkError>) => void;
  cancelTimeout: Cancel;
  id: number | null;
}

/** Requests of one channel. */
export class RequestTable {
  readonly #link: RequestLink;
  readonly #open = new Map<number, Pending>();
  readonly #waiting = new Set<Pending>();
  #openBytes = 0;
  #lastId = 0;
  #isClosed = false;

  constructor(link: RequestLink) {
    this.#link = link;
  }

  /** Sends a frame and resolves with its answer, or says why none will come. */
  request(frame: Uint8Array, timeoutMs: number = REQUEST_TIMEOUT_MS): Promise<Result<Uint8Array, LinkError>> {
    if (frame.byteLength > MAX_FRAME_BYTES) {
      return Promise.resolve(err({ code: "frame-too-large", limit: MAX_FRAME_BYTES }));
    }
    if (this.#isClosed) return Promise.resolve(err({ code: "closed" }));
    return new Promise((settle) => {
      const pending: Pending = { frame, settle, cancelTimeout: () => undefined, id: null };
      pending.cancelTimeout = this.#link.after(timeoutMs, () => this.#end(pending, err({ code: "timeout" })));
      this.#waiting.add(pending);
      this.#admit();
    });
  }

  /** Takes an answer; false when no such request was ever sent. An answer after its timeout is dropped. */
  answer(id: number, body: Uint8Array): boolean {
    if (id < 1 || id > this.#lastId) return false;
    const pending = this.#open.get(id);
    if (pending !== undefined) this.#end(pending, ok(body));
    return true;
  }

  /** Ends every request as closed. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const pending of [...this.#open.values(), ...this.#waiting]) this.#end(pending, err({ code: "closed" }));
  }

  #end(pending: Pending, result: Result<Uint8Array, LinkError>): void {
    pending.cancelTimeout();
    this.#waiting.delete(pending);
    if (pending.id !== null && this.#open.delete(pending.id)) this.#openBytes -= pending.frame.byteLength;
    pending.settle(result);
    this.#admit();
  }

  #admit(): void {
    for (const pending of this.#waiting) {
      if (this.#isClosed || this.#open.size >= MAX_OPEN_REQUESTS) return;
      if (this.#open.size > 0 && this.#openBytes + pending.frame.byteLength > MAX_OPEN_BYTES) return;
      this.#waiting.delete(pending);
      this.#lastId += 1;
      pending.id = this.#lastId;
      this.#open.set(pending.id, pending);
      this.#openBytes += pending.frame.byteLength;
      this.#link.transmit(pending.id, pending.frame);
    }
  }
}
