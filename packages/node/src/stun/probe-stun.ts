/** Asks a STUN server whether it is there. */
import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import { encodeBindingRequest, isBindingAnswer, TRANSACTION_BYTES } from "./stun-message.ts";

const REPEAT_MS = 100;

/** Whether a server answers a Binding request within the time. */
export function probeStun(host: string, port: number, timeoutMs: number): Promise<boolean> {
  const transaction = randomBytes(TRANSACTION_BYTES);
  const request = encodeBindingRequest(transaction);
  const socket = createSocket(isIPv6(host) ? "udp6" : "udp4");
  return new Promise((resolve) => {
    const end = (isThere: boolean): void => {
      clearInterval(repeat);
      clearTimeout(limit);
      socket.close();
      resolve(isThere);
    };
    // What cannot be sent is answered by the limit.
    const ask = (): void => socket.send(request, port, host, () => undefined);
    const repeat = setInterval(ask, REPEAT_MS);
    const limit = setTimeout(() => end(false), timeoutMs);
    socket.on("error", () => undefined);
    socket.on("message", (packet) => {
      if (isBindingAnswer(packet, transaction)) end(true);
    });
    ask();
  });
}
