/** JSON-RPC over a WebSocket: one text message a line. What is received is bounded by the server of the socket. */
import type { LineCarrier } from "@kith/client";
import type { WebSocket } from "ws";

/** Why a connection of the local page was closed; docs/errors.md explains them. */
export const CLOSE_CODE: {
  readonly done: 1000;
  readonly goingAway: 1001;
  readonly textOnly: 1003;
  readonly wrongToken: 4401;
  readonly tooMany: 4429;
} = Object.freeze({ done: 1000, goingAway: 1001, textOnly: 1003, wrongToken: 4401, tooMany: 4429 });

/** How long the other side may take to say that it has closed. */
const CLOSE_TIMEOUT_MS = 1000;

/** Bytes that may wait in a socket whose other side does not read; beyond them it is ended. */
const MAX_UNSENT_BYTES = 32 * 1024 * 1024;

/** Bytes that may wait before the sender is made to wait too. */
const ENOUGH_UNSENT_BYTES = 256 * 1024;

/** Closes with a code, and for good when the other side does not answer. */
export function closeWebSocket(socket: WebSocket, code: number): void {
  if (socket.readyState === socket.CLOSED) return;
  socket.close(code);
  const timer = setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS);
  socket.once("close", () => clearTimeout(timer));
}

/** Wraps an open socket. A binary message closes it. */
export function createWebSocketCarrier(socket: WebSocket): LineCarrier {
  const lines: string[] = [];
  let take: ((line: string) => void) | null = null;
  socket.on("message", (data, isBinary) => {
    // What arrives after our close is not wanted any more.
    if (socket.readyState !== socket.OPEN) return;
    if (isBinary) return closeWebSocket(socket, CLOSE_CODE.textOnly);
    const line = data.toString();
    if (take === null) lines.push(line);
    else take(line);
  });
  return {
    send: (line) => sendLine(socket, line),
    onLine(listener) {
      take = listener;
      for (const line of lines.splice(0)) listener(line);
    },
    onClose(listener) {
      if (socket.readyState === socket.CLOSED) listener();
      else socket.once("close", () => listener());
    },
    close: () => closeWebSocket(socket, CLOSE_CODE.done),
  };
}

function sendLine(socket: WebSocket, line: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  return new Promise((resolve) => {
    // Called with an error when the socket closes meanwhile, which callers hear of by its close.
    socket.send(line, () => resolve());
    if (socket.bufferedAmount > MAX_UNSENT_BYTES) socket.terminate();
    else if (socket.bufferedAmount <= ENOUGH_UNSENT_BYTES) resolve();
  });
}
