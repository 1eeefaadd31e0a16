/** A channel to this process's own relay: the same contract without a network. */
import type { RelayId } from "@kith/protocol";
import type { Acceptor, Cancel, Channel, InboundChannel } from "../ports.ts";
import { CloseListeners } from "./close-listeners.ts";
import { checkFrame } from "./payload.ts";
import { PushBuffer } from "./push-buffer.ts";
import { RequestTable } from "./request-table.ts";

/** Both ends of a channel inside one process. */
export interface OwnChannelOptions {
  readonly peer: RelayId;
  readonly acceptor: Acceptor;
  after(delayMs: number, task: () => void): Cancel;
  onHandlerError(error: unknown): void;
}

/** Opens a channel to an acceptor of this process. */
export function openOwnChannel(options: OwnChannelOptions): Channel {
  const pushes = new PushBuffer();
  const closeListeners = new CloseListeners();
  let isClosed = false;

  function close(): void {
    if (isClosed) return;
    isClosed = true;
    requests.close();
    closeListeners.fire();
  }

  async function transmit(id: number, frame: Uint8Array): Promise<void> {
    await null; // as on a network, the handler never runs inside the call that asks
    if (isClosed) return;
    try {
      requests.answer(id, await handler(frame));
    } catch (error) {
      close();
      options.onHandlerError(error);
    }
  }

  const inbound: InboundChannel = {
    remoteAddress: null,
    isOwn: true,
    push: (frame) => {
      checkFrame(frame);
      queueMicrotask(() => {
        if (!isClosed && !pushes.add(frame)) close();
      });
    },
    onClose: (listener) => closeListeners.add(listener),
  };
  const requests = new RequestTable({ transmit: (id, frame) => void transmit(id, frame), after: options.after });
  const handler = options.acceptor(inbound);
  return {
    peer: options.peer,
    isOwn: true,
    request: (frame, timeoutMs) => requests.request(frame, timeoutMs),
    onPush: (listener) => pushes.listen(listener),
    onClose: (listener) => closeListeners.add(listener),
    close,
  };
}
