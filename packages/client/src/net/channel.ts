/** The asking side of a channel over one framed stream; payloads are described in `payload.ts`. */
import { type RelayId, type Result, uint32ToBytes } from "@kith/protocol";
import type { Stream } from "@libp2p/interface";
import type { Channel, LinkError } from "../ports.ts";
import { CloseListeners } from "./close-listeners.ts";
import { ID_BYTES, MAX_PAYLOAD_BYTES, PUSH_ID, readId } from "./payload.ts";
import { PushBuffer } from "./push-buffer.ts";
import { RequestTable } from "./request-table.ts";
import { FramedStream } from "./stream.ts";
import { afterReal } from "./timers.ts";

/** Opens the asking side; call it in the tick in which the stream was handed over. */
export function openChannel(stream: Stream, peer: RelayId): Channel {
  const pushes = new PushBuffer();
  const closeListeners = new CloseListeners();
  const framed = new FramedStream(
    stream,
    { onFrame, onDrain: () => undefined, onClose },
    { maxFrameBytes: MAX_PAYLOAD_BYTES, idleTimeoutMs: 0 },
  );
  const requests = new RequestTable({
    transmit: (id, frame) => framed.send(uint32ToBytes(id), frame),
    after: afterReal,
  });

  function onFrame(payload: Uint8Array): void {
    const id = readId(payload);
    const body = payload.subarray(ID_BYTES);
    const isTaken = id === PUSH_ID ? pushes.add(body) : requests.answer(id, body);
    if (!isTaken) framed.abort("an answer to no request, or pushes that nobody reads");
  }

  function onClose(): void {
    requests.close();
    closeListeners.fire();
  }

  return {
    peer,
    isOwn: false,
    request: (frame: Uint8Array, timeoutMs?: number): Promise<Result<Uint8Array, LinkError>> =>
      requests.request(frame, timeoutMs),
    onPush: (listener) => pushes.listen(listener),
    onClose: (listener) => closeListeners.add(listener),
    close: () => framed.close(),
  };
}
