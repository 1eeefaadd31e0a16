/** JSON-RPC lines over a socket: UTF-8, one message a line, bounded in length and in what waits to be sent. */
import type { Socket } from "node:net";
import type { LineCarrier } from "@kith/client";

const LINE_BREAK = 0x0a;

/** Bytes that may wait in a socket whose other side does not read; beyond them it is closed. */
const MAX_UNSENT_BYTES = 64 * 1024 * 1024;

/**
 * Wraps a connected socket. A line over the bound closes the connection, since its rest cannot be told from the next.
 * @param maxLineBytes the longest line that is read.
 */
export function createSocketCarrier(socket: Socket, maxLineBytes: number): LineCarrier {
  const lines: string[] = [];
  let take: ((line: string) => void) | null = null;
  const splitter = new LineSplitter(maxLineBytes);
  socket.setNoDelay?.(true);
  // Every failure of a socket is followed by its close, which is what callers act on.
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    for (const line of splitter.push(chunk)) {
      if (take === null) lines.push(line);
      else take(line);
    }
    if (splitter.isOverlong) socket.destroy();
  });
  return {
    send: (line) => sendLine(socket, line),
    onLine(listener) {
      take = listener;
      for (const line of lines.splice(0)) listener(line);
    },
    onClose(listener) {
      if (socket.closed) listener();
      else socket.once("close", listener);
    },
    close: () => {
      socket.end();
      socket.destroySoon();
    },
  };
}

function sendLine(socket: Socket, line: string): Promise<void> {
  if (socket.destroyed || socket.writableEnded) return Promise.resolve();
  const hasRoom = socket.write(`${line}\n`);
  if (socket.writableLength > MAX_UNSENT_BYTES) socket.destroy();
  if (hasRoom || socket.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off("drain", done);
      socket.off("close", done);
      resolve();
    };
    socket.on("drain", done);
    socket.on("close", done);
  });
}

/** Cuts a byte stream into lines without looking at any byte twice. */
class LineSplitter {
  isOverlong = false;
  readonly #maxLineBytes: number;
  #parts: Buffer[] = [];
  #sizeBytes = 0;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    while (!this.isOverlong) {
      const end = chunk.indexOf(LINE_BREAK, start);
      this.#add(chunk.subarray(start, end === -1 ? chunk.length : end));
      if (end === -1 || this.isOverlong) break;
      lines.push(Buffer.concat(this.#parts).toString("utf8"));
      this.#parts = [];
      this.#sizeBytes = 0;
      start = end + 1;
    }
    return lines;
  }

  #add(part: Buffer): void {
    this.#sizeBytes += part.length;
    this.isOverlong = this.#sizeBytes > this.#maxLineBytes;
    if (!this.isOverlong) this.#parts.push(part);
  }
}
