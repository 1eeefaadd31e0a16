/** One channel between two nodes of a memory network, with the faults of its hub. */
import type { RelayId } from "@kith/protocol";
import { CloseListeners } from "../net/close-listeners.ts";
import { checkFrame } from "../net/payload.ts";
import { PushBuffer } from "../net/push-buffer.ts";
import { RequestTable } from "../net/request-table.ts";
import type { Acceptor, Cancel, Channel, InboundChannel } from "../ports.ts";

/** The wire of one channel, as its hub sees it now. */
export interface MemoryWire {
  /** How long the next frame takes, in ms. */
  delayMs(): number;
  /** How often the next request arrives: 0 (lost), 1, or 2. */
  requestCopies(): number;
  /** Whether the next answer arrives. */
  deliversAnswer(): boolean;
  /** Whether frames pass at all now. */
  isConnected(): boolean;
  monotonicMs(): number;
  after(delayMs: number, task: () => void): Cancel;
}

/** Both ends of a memory channel. */
export class MemoryChannel implements Channel {
  readonly peer: RelayId;
  readonly isOwn = false;
  readonly #wire: MemoryWire;
  readonly #requests: RequestTable;
  readonly #handler: (request: Uint8Array) => Promise<Uint8Array>;
  readonly #pushes = new PushBuffer();
  readonly #nearListeners = new CloseListeners();
  readonly #farListeners = new CloseListeners();
  readonly #outward = { lastMs: 0 };
  readonly #inward = { lastMs: 0 };
  #isNearClosed = false;
  #isFarClosed = false;

  constructor(peer: RelayId, wire: MemoryWire, acceptor: Acceptor, remoteAddress: string) {
    this.peer = peer;
    this.#wire = wire;
    this.#requests = new RequestTable({
      transmit: (_id, frame) => this.#transmit(_id, frame.slice()),
      after: (delayMs, task) => wire.after(delayMs, task),
    });
    this.#handler = acceptor(this.#inbound(remoteAddress));
  }

  request(frame: Uint8Array, timeoutMs?: number): ReturnType<Channel["request"]> {
    return this.#requests.request(frame, timeoutMs);
  }

  onPush(listener: (frame: Uint8Array) => void): void {
    this.#pushes.listen(listener);
  }

  onClose(listener: () => void): void {
    this.#nearListeners.add(listener);
  }

  close(): void {
    this.#closeNear();
    this.#travel(this.#outward, () => this.#closeFar());
  }

  /** Breaks the channel at both ends at once, as when one of the processes dies. */
  break(): void {
    this.#closeNear();
    this.#closeFar();
  }

  #inbound(remoteAddress: string): InboundChannel {
    return {
      remoteAddress,
      isOwn: false,
      push: (frame) => {
        checkFrame(frame);
        const copy = frame.slice();
        this.#travel(this.#inward, () => {
          if (!this.#isNearClosed && !this.#pushes.add(copy)) this.close();
        });
      },
      onClose: (listener) => this.#farListeners.add(listener),
    };
  }

  #transmit(id: number, frame: Uint8Array): void {
    const copies = this.#wire.requestCopies();
    for (let copy = 0; copy < copies; copy++) this.#travel(this.#outward, () => void this.#handle(id, frame));
  }

  async #handle(id: number, frame: Uint8Array): Promise<void> {
    if (this.#isFarClosed) return;
    const answer = await this.#handler(frame);
    checkFrame(answer);
    if (this.#isFarClosed || !this.#wire.deliversAnswer()) return;
    const copy = answer.slice();
    this.#travel(this.#inward, () => this.#requests.answer(id, copy));
  }

  // Frames of one direction stay in order, whatever their delays: a stream never reorders.
  #travel(direction: { lastMs: number }, arrive: () => void): void {
    if (!this.#wire.isConnected()) return;
    const nowMs = this.#wire.monotonicMs();
    direction.lastMs = Math.max(direction.lastMs, nowMs + this.#wire.delayMs());
    this.#wire.after(direction.lastMs - nowMs, () => {
      if (this.#wire.isConnected()) arrive();
    });
  }

  #closeNear(): void {
    if (this.#isNearClosed) return;
    this.#isNearClosed = true;
    this.#requests.close();
    this.#nearListeners.fire();
  }

  #closeFar(): void {
    if (this.#isFarClosed) return;
    this.#isFarClosed = true;
    this.#farListeners.fire();
  }
}
