/** Serves the built page under the node's policy, and JSON-RPC over WebSocket with a client of the test's choice. */
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { type Client, type LineCarrier, serveClient } from "@kith/client";
import { type WebSocket, WebSocketServer } from "ws";

/** The token the page is given. */
export const TOKEN = "test-token-0123456789abcdef";

/** What the node sends with every answer. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "media-src blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types kith",
].join("; ");

/** What a node says of its page, so that the app knows that it is the face of one. */
const ORIGIN = { format: 1, mode: "node", peerPage: "http://127.0.0.1:5481/" };

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/** A running page server. */
export interface PageServer {
  /** What answers the page. */
  readonly client: Client;
  readonly origin: string;
  /** Cuts every connection; the page must dial again. */
  cut(): void;
  stop(): Promise<void>;
}

/** Lines over a socket of this side. */
export function carrierOf(socket: WebSocket): LineCarrier {
  return {
    async send(line) {
      socket.send(line);
    },
    onLine: (listener) => void socket.on("message", (data) => listener(String(data))),
    onClose: (listener) => void socket.on("close", () => listener()),
    close: () => socket.close(),
  };
}

function serveSockets(server: Server, client: Client): WebSocketServer {
  const sockets = new WebSocketServer({ server, path: "/rpc", handleProtocols: () => "kith.rpc.1" });
  sockets.on("connection", (socket, request) => {
    const offered = (request.headers["sec-websocket-protocol"] ?? "").split(/,\s*/);
    if (offered.includes(`kith.token.${TOKEN}`)) serveClient(client, carrierOf(socket));
    else socket.close(4401, "token");
  });
  return sockets;
}

/** What a test may want to be otherwise. */
export interface ServeOptions {
  readonly port?: number;
  /** What the origin says of itself; a node by default, null for one that does not answer. */
  readonly origin?: object | null;
  /** Files whose first request by the service worker fails. */
  readonly lost?: RegExp;
}

/** Starts on a free port of the loopback. */
export async function servePage(folder: string, client: Client, options: ServeOptions = {}): Promise<PageServer> {
  const { port = 0, origin = ORIGIN, lost } = options;
  const wasLost = new Set<string>();
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://page").pathname);
    const file = join(folder, path === "/" ? "index.html" : path);
    const headers = { "content-security-policy": POLICY, "content-type": TYPES[extname(file)] ?? "text/plain" };
    if (path === "/network.json") {
      response.writeHead(origin === null ? 503 : 200, headers).end(JSON.stringify(origin));
      return;
    }
    // A page asks for scripts and styles as such.
    if (request.headers["sec-fetch-dest"] === "empty" && lost?.test(path) === true && !wasLost.has(path)) {
      wasLost.add(path);
      response.writeHead(503).end();
      return;
    }
    readFile(file).then(
      (body) => response.writeHead(200, headers).end(body),
      () => response.writeHead(404, headers).end("nothing here"),
    );
  });
  const sockets = serveSockets(server, client);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const cut = (): void => {
    for (const socket of sockets.clients) socket.terminate();
  };
  return {
    client,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    async stop() {
      cut();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
