/** Asks a local page for files and connections, with any headers a test wants to try. */
import { type IncomingHttpHeaders, request } from "node:http";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";

/** What came back. */
export interface PageAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends one request to loopback; the path is sent as it is given. */
export function askPage(
  port: number,
  options: { readonly path?: string; readonly method?: string; readonly host?: string } = {},
): Promise<PageAnswer> {
  const { path = "/", method = "GET", host = `127.0.0.1:${port}` } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port, path, method, headers: { host } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    outgoing.once("error", reject);
    outgoing.end();
  });
}

/** How a connection begins. */
export interface DialOptions {
  readonly token?: string;
  readonly protocols?: readonly string[];
  /** Null for none. */
  readonly origin?: string | null;
  readonly host?: string;
  readonly path?: string;
  /** False for a page that leaves pings unanswered. */
  readonly autoPong?: boolean;
}

/** A connection as a page makes it, closed after the test; what is not given is as the page does it. */
export function dialPage(port: number, options: DialOptions = {}): WebSocket {
  const { token = "", origin = `http://127.0.0.1:${port}`, host = `127.0.0.1:${port}`, path = "/rpc" } = options;
  const { autoPong = true, protocols = ["kith.rpc.1", `kith.token.${token}`] } = options;
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, [...protocols], {
    autoPong,
    headers: { host, ...(origin === null ? {} : { origin }) },
  });
  socket.on("error", () => undefined);
  onTestFinished(() => socket.terminate());
  return socket;
}

/** Resolves once the connection is open. */
export function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve());
    socket.once("error", reject);
  });
}

/** The code of the close, whoever closes. */
export function closeCode(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => {
    socket.once("close", (code) => resolve(code));
  });
}

/** The HTTP status of a refused upgrade. */
export function refusalStatus(socket: WebSocket): Promise<number> {
  return new Promise((resolve, reject) => {
    socket.once("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
    socket.once("open", () => reject(new Error("the connection was opened")));
  });
}
