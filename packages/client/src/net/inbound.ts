/** The serving side of a channel over one framed stream; payloads are described in `payload.ts`. */
import { uint32ToBytes } from "@kith/protocol";
import type { Stream } from "@libp2p/interface";
import type { Acceptor, InboundChannel } from "../ports.ts";
import { CloseListeners } from "./close-listeners.ts";
import type { HeldBudget } from "./held-budget.ts";
import { checkFrame, ID_BYTES, MAX_PAYLOAD_BYTES, PUSH_ID, readId } from "./payload.ts";
import { MAX_OPEN_REQUESTS } from "./request-table.ts";
import { FramedStream } from "./stream.ts";

/** Answers and pushes a peer has not taken; above it pushes cut it off and its requests wait. */
const MAX_UNSENT_BYTES = 1024 * 1024;

/** A client's stream without any traffic for so long is closed, in ms. */
const IDLE_TIMEOUT_MS = 60 * 60 * 1000;

/** Who asks, who answers, and where bugs of our own handlers are told. */
export interface InboundOptions {
  readonly remoteAddress: string | null;
  readonly acceptor: Acceptor;
  /** What the streams of the host may hold together. */
  readonly budget?: HeldBudget;
  onHandlerError(error: unknown): void;
}

/** Serves the requests of one stream; made in the tick in which the stream was handed over. */
export class InboundStream implements InboundChannel {
  readonly remoteAddress: string | null;
  readonly isOwn = false;
  readonly #framed: FramedStream;
  readonly #options: InboundOptions;
  readonly #handler: (request: Uint8Array) => Promise<Uint8Array>;
  readonly #closeListeners = new CloseListeners();
  #running = 0;
  #lastId = 0;

  constructor(stream: Stream, options: InboundOptions) {
    this.remoteAddress = options.remoteAddress;
    this.#options = options;
    this.#framed = new FramedStream(
      stream,
      {
        onFrame: (payload) => this.#onFrame(payload),
        onDrain: () => this.#admit(),
        onClose: () => this.#closeListeners.fire(),
      },
      {
        maxFrameBytes: MAX_PAYLOAD_BYTES,
        idleTimeoutMs: IDLE_TIMEOUT_MS,
        ...(options.budget === undefined ? {} : { budget: options.budget }),
      },
    );
    this.#handler = options.acceptor(this);
  }

  push(frame: Uint8Array): void {
    checkFrame(frame);
    this.#framed.send(uint32ToBytes(PUSH_ID), frame);
    if (this.#framed.unsentBytes > MAX_UNSENT_BYTES) this.#framed.abort("the remote does not read its pushes");
  }

  onClose(listener: () => void): void {
    this.#closeListeners.add(listener);
  }

  #onFrame(payload: Uint8Array): void {
    const id = readId(payload);
    if (id <= this.#lastId) {
      this.#framed.abort("request ids must rise");
      return;
    }
    this.#lastId = id;
    this.#running += 1;
    void this.#handle(id, payload.subarray(ID_BYTES));
    this.#admit();
  }

  async #handle(id: number, request: Uint8Array): Promise<void> {
    try {
      const answer = await this.#handler(request);
      checkFrame(answer);
      this.#framed.send(uint32ToBytes(id), answer);
    } catch (error) {
      // Handlers never throw: this is a bug of ours, told and not hidden, and no peer can end the process with it.
      this.#framed.abort("the handler failed");
      this.#options.onHandlerError(error);
    }
    this.#running -= 1;
    this.#admit();
  }

  #admit(): void {
    const isFull = this.#running >= MAX_OPEN_REQUESTS || this.#framed.unsentBytes > MAX_UNSENT_BYTES;
    if (isFull) this.#framed.hold();
    else this.#framed.release();
  }
}
