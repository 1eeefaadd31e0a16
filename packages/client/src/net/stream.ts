/**
 * Length-prefixed frames over one libp2p stream, bounded in both directions.
 * Owns every trap of libp2p streams: listeners are attached synchronously, drains are awaited one at a time, pauses
 * are deferred out of the event that may undo them, and a remote that stalls is cut off. Knows nothing of requests.
 */
import type { Stream } from "@libp2p/interface";
import { Uint8ArrayList } from "uint8arraylist";
import type { HeldBudget } from "./held-budget.ts";

/** Unread bytes at which the remote is told to stop. */
const PAUSE_AT_BYTES = 256 * 1024;

/** Unread bytes at which it may go on. */
const RESUME_AT_BYTES = 64 * 1024;

/** Unread bytes at which a remote that cannot be told (WebRTC has no pause) is cut off. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/** Frames of one tick travel in one write until they reach this size. */
const FLUSH_AT_BYTES = 64 * 1024;

/** How often the limits below are looked at, in ms. */
const CHECK_INTERVAL_MS = 5_000;

/** How long one frame may take to arrive, and one write to be taken, in ms. */
const STALL_TIMEOUT_MS = 30_000;

/** How long the remote may take to close its side after we closed ours, in ms. */
const CLOSE_TIMEOUT_MS = 5_000;

const HEADER_BYTES = 4;

// Browsers have no setImmediate, and their setTimeout waits 4 ms; a microtask still joins the frames of one call.
const afterTick: (task: () => void) => void = typeof setImmediate === "function" ? setImmediate : queueMicrotask;

/** What the owner of a framed stream is told; none of these may throw. */
export interface FrameListener {
  /** One whole frame; its bytes belong to the listener. */
  onFrame(frame: Uint8Array): void;
  /** Earlier frames have left; `unsentBytes` is small again. */
  onDrain(): void;
  /** No frame arrives or leaves any more; called once. */
  onClose(): void;
}

/** Bounds of one framed stream. */
export interface FrameBounds {
  /** Largest frame the remote may send, without its length, in bytes. */
  readonly maxFrameBytes: number;
  /** Ends a stream on which nothing moved for so long, in ms; 0 never does. */
  readonly idleTimeoutMs: number;
  /** What this stream and others may hold together. */
  readonly budget?: HeldBudget;
}

/** Frames over one stream; made in the same tick in which the stream was handed over. */
export class FramedStream {
  readonly #stream: Stream;
  readonly #listener: FrameListener;
  readonly #bounds: FrameBounds;
  readonly #unread = new Uint8ArrayList();
  readonly #unsent = new Uint8ArrayList();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isHeld = false;
  #isParsing = false;
  #isFlushPlanned = false;
  #blockedSinceMs: number | null = null;
  #partialSinceMs: number | null = null;
  #lastMoveMs = performance.now();
  #isOver = false;

  constructor(stream: Stream, listener: FrameListener, bounds: FrameBounds) {
    this.#stream = stream;
    this.#listener = listener;
    this.#bounds = bounds;
    stream.maxReadBufferLength = MAX_UNREAD_BYTES;
    stream.addEventListener("message", (event) => this.#onBytes(event.data));
    stream.addEventListener("end", () => this.close());
    stream.addEventListener("close", () => this.#finish());
    // A remote that closed before the listeners were there sends no further event.
    if (stream.status !== "open" || stream.readableEnded) queueMicrotask(() => this.close());
    this.#watch();
  }

  /** Bytes taken by `send` and not yet by the network. */
  get unsentBytes(): number {
    return this.#unsent.byteLength + this.#stream.writeBufferLength;
  }

  /** Bytes kept for the remote, in both directions. */
  get heldBytes(): number {
    return this.unsentBytes + this.#unread.byteLength;
  }

  /** Queues one frame given in parts; the frames of one tick leave together. Does nothing once closed. */
  send(...parts: readonly Uint8Array[]): void {
    if (this.#isOver) return;
    const header = new Uint8Array(HEADER_BYTES);
    let sizeBytes = 0;
    for (const part of parts) sizeBytes += part.byteLength;
    new DataView(header.buffer).setUint32(0, sizeBytes);
    this.#unsent.append(header);
    for (const part of parts) this.#unsent.append(part);
    this.#bounds.budget?.note(this);
    if (this.#unsent.byteLength >= FLUSH_AT_BYTES) this.#flush();
    else this.#planFlush();
  }

  /** Delivers no more frames until `release`; the remote is slowed down by the bytes that pile up. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Delivers frames again. */
  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#deliver();
  }

  /** Sends what is queued, then ends the stream. */
  close(): void {
    if (this.#isOver) return;
    this.#flush();
    if (this.#isOver) return;
    this.#stream.close({ signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) }).catch((error: unknown) => this.#reset(error));
    const timer = setTimeout(() => this.#reset(new Error("the remote did not close its side")), CLOSE_TIMEOUT_MS);
    unref(timer);
    this.#stream.addEventListener("close", () => clearTimeout(timer));
    this.#finish();
  }

  /** Resets the stream: for a remote that broke the rules. */
  abort(reason: string): void {
    if (this.#isOver) return;
    this.#reset(new Error(reason));
    this.#finish();
  }

  /** Resets the stream: all streams of the host hold too much together. */
  letGo(): void {
    this.abort("the host holds too much for its remotes");
  }

  #reset(error: unknown): void {
    this.#stream.abort(error instanceof Error ? error : new Error("stream failed"));
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#bounds.budget?.forget(this);
    this.#unread.consume(this.#unread.byteLength);
    this.#unsent.consume(this.#unsent.byteLength);
    this.#listener.onClose();
  }

  #onBytes(bytes: Uint8Array | Uint8ArrayList): void {
    if (this.#isOver) return;
    this.#lastMoveMs = performance.now();
    this.#unread.append(bytes);
    this.#deliver();
    if (this.#isOver) return;
    if (this.#unread.byteLength > MAX_UNREAD_BYTES + this.#bounds.maxFrameBytes)
      this.abort("unread bytes over the limit");
    else if (this.#unread.byteLength > PAUSE_AT_BYTES) queueMicrotask(() => this.#pause());
    this.#bounds.budget?.note(this);
  }

  // Not inside the event: when resume() fired it, resume() would undo the pause right after.
  #pause(): void {
    if (this.#isOver || this.#unread.byteLength <= PAUSE_AT_BYTES) return;
    if (this.#stream.readStatus === "readable") this.#stream.pause();
  }

  #deliver(): void {
    if (this.#isParsing) return;
    this.#isParsing = true;
    while (!this.#isHeld && !this.#isOver) {
      const frame = this.#takeFrame();
      if (frame === null) break;
      this.#listener.onFrame(frame);
    }
    this.#isParsing = false;
    if (this.#isOver || this.#unread.byteLength > RESUME_AT_BYTES) return;
    if (this.#stream.readStatus === "paused") this.#stream.resume();
  }

  #takeFrame(): Uint8Array | null {
    const unread = this.#unread;
    if (unread.byteLength < HEADER_BYTES) return this.#partial();
    const sizeBytes = unread.getUint32(0);
    if (sizeBytes > this.#bounds.maxFrameBytes) {
      this.abort("frame over the limit");
      return null;
    }
    if (unread.byteLength < HEADER_BYTES + sizeBytes) return this.#partial();
    this.#partialSinceMs = null;
    const frame = unread.slice(HEADER_BYTES, HEADER_BYTES + sizeBytes);
    unread.consume(HEADER_BYTES + sizeBytes);
    return frame;
  }

  #partial(): null {
    if (this.#unread.byteLength > 0) this.#partialSinceMs ??= performance.now();
    return null;
  }

  #planFlush(): void {
    if (this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    afterTick(() => {
      this.#isFlushPlanned = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#isOver || this.#blockedSinceMs !== null || this.#unsent.byteLength === 0) return;
    // One contiguous buffer: libp2p handles a list of hundreds of small ones far slower than this copy.
    const bytes = this.#unsent.slice();
    this.#unsent.consume(bytes.byteLength);
    this.#lastMoveMs = performance.now();
    try {
      if (this.#stream.send(bytes)) return;
    } catch {
      this.abort("write to a closed stream"); // send throws for one reason: its side is closed
      return;
    }
    this.#blockedSinceMs = performance.now();
    this.#stream.addEventListener("drain", () => this.#onDrain(), { once: true });
  }

  #onDrain(): void {
    this.#blockedSinceMs = null;
    this.#flush();
    if (!this.#isOver && this.#blockedSinceMs === null) this.#listener.onDrain();
  }

  #watch(): void {
    this.#timer = setTimeout(() => {
      const nowMs = performance.now();
      const isStalled = (sinceMs: number | null) => sinceMs !== null && nowMs - sinceMs > STALL_TIMEOUT_MS;
      const { idleTimeoutMs } = this.#bounds;
      if (isStalled(this.#blockedSinceMs)) this.abort("the remote takes no bytes");
      else if (!this.#isHeld && isStalled(this.#partialSinceMs)) this.abort("the remote does not finish a frame");
      else if (idleTimeoutMs > 0 && nowMs - this.#lastMoveMs > idleTimeoutMs) this.close();
      if (!this.#isOver) this.#watch();
    }, CHECK_INTERVAL_MS);
    unref(this.#timer);
  }
}

/** Lets Node exit although the timer is set; browsers number their timers. */
function unref(timer: ReturnType<typeof setTimeout>): void {
  if (typeof timer === "object") timer.unref();
}
