/**
 * Payload of a frame on a channel: uint32 id ‖ body.
 * The dialler's requests have ids that rise from 1, an answer repeats the id of its request, id 0 is a push of the
 * serving side. Anything else is malformed and resets the stream.
 */
import { bytesToUint32, MAX_FRAME_BYTES } from "@kith/protocol";

/** Bytes of the id. */
export const ID_BYTES = 4;

/** The id of frames that answer nothing. */
export const PUSH_ID = 0;

/** Largest payload on the stream: the frame and its id. */
export const MAX_PAYLOAD_BYTES: number = MAX_FRAME_BYTES + ID_BYTES;

/** The id of a payload; -1, which no request has, when the payload is too short for one. */
export function readId(payload: Uint8Array): number {
  return payload.byteLength < ID_BYTES ? -1 : bytesToUint32(payload);
}

/**
 * Checks a frame of our own serving side.
 * @throws RangeError when it is over the limit.
 */
export function checkFrame(frame: Uint8Array): void {
  if (frame.byteLength > MAX_FRAME_BYTES) {
    throw new RangeError(`a frame has at most ${MAX_FRAME_BYTES} bytes, got ${frame.byteLength}`);
  }
}
