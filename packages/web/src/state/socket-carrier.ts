/** Lines over a WebSocket: each text message is one line. */
import type { LineCarrier } from "@kith/client/rpc";

/** How long a handshake may take, in ms. */
const HANDSHAKE_MS = 10_000;

/** How the node says that the token is missing or wrong. */
export const CLOSED_UNAUTHORISED = 4401;

/** A dialled connection, or the close code that ended it before it was open. */
export type Dialled =
  | { readonly ok: true; readonly carrier: LineCarrier; closeCode(): number }
  | { readonly ok: false; readonly closeCode: number };

/** Dials the node that served this page. Never rejects. */
export function dialNode(url: string, token: string): Promise<Dialled> {
  const socket = new WebSocket(url, ["kith.rpc.1", `kith.token.${token}`]);
  const carrier = new SocketCarrier(socket);
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.close(), HANDSHAKE_MS);
    socket.addEventListener("open", () => {
      clearTimeout(timer);
      resolve({ ok: true, carrier, closeCode: () => carrier.closeCode });
    });
    socket.addEventListener("close", ({ code }) => {
      clearTimeout(timer);
      resolve({ ok: false, closeCode: code });
    });
  });
}

class SocketCarrier implements LineCarrier {
  readonly #socket: WebSocket;
  #early: string[] = [];
  #onLine: ((line: string) => void) | null = null;
  closeCode = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      if (typeof data !== "string") socket.close();
      else if (this.#onLine === null) this.#early.push(data);
      else this.#onLine(data);
    });
    socket.addEventListener("close", ({ code }) => {
      this.closeCode = code;
    });
  }

  send(line: string): Promise<void> {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(line);
    return Promise.resolve();
  }

  onLine(listener: (line: string) => void): void {
    this.#onLine = listener;
    for (const line of this.#early.splice(0)) listener(line);
  }

  onClose(listener: () => void): void {
    if (this.#socket.readyState === WebSocket.CLOSED) listener();
    else this.#socket.addEventListener("close", () => listener(), { once: true });
  }

  close(): void {
    this.#socket.close();
  }
}
