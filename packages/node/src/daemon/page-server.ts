/**
 * The local page: the web app where it is built, else how the node is doing; and its connection to the node.
 * Loopback only. Files and status hold nothing of people and need no token; the connection does.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { LineCarrier } from "@kith/client";
import { isSystemError, NodeError } from "../config/node-error.ts";
import type { PageToken } from "../config/page-token.ts";
import { text } from "../i18n/text.ts";
import type { NodeStatus } from "./node-contract.ts";
import { PAGE_HOST, pageNames } from "./page-names.ts";
import { RpcSockets } from "./rpc-sockets.ts";
import { renderStatusPage, STATUS_STYLE } from "./status-page.ts";
import { readWebFile, type WebFile } from "./web-files.ts";
import { CLOSE_CODE } from "./web-socket-carrier.ts";

/** What a page is made of. */
export interface PageOptions {
  /** 0 for any. */
  readonly port: number;
  /** Folder of the built web app; without an index.html in it the status is shown. */
  readonly webFolder: string;
  readonly token: PageToken;
  readonly readStatus: () => Promise<NodeStatus>;
  /** Serves a connection of the owner. */
  readonly serve: (carrier: LineCarrier) => void;
}

/** A page that is being served. */
export interface PageServer {
  readonly url: string;
  /** The address with the token in its fragment, which no browser sends anywhere. For the owner's eyes only. */
  readonly link: string;
  /** Makes a new token and ends the connections that came with the old one. */
  renewToken(): Promise<void>;
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 5000;
const MAX_CONNECTIONS = 64;

const HEADERS: Readonly<Record<string, string>> = Object.freeze({
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join("; "),
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
});

const FOREVER = "public, max-age=31536000, immutable";

/** Serves the page. @throws NodeError PORT_BUSY. */
export async function servePage(options: PageOptions): Promise<PageServer> {
  const { token, serve } = options;
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS });
  server.maxConnections = MAX_CONNECTIONS;
  const names = () => pageNames(portOf(server));
  server.on("request", (request, response) => void answer(request, response, names().hosts, options));
  await listen(server, options.port);
  const sockets = new RpcSockets({ token, serve, names });
  server.on("upgrade", (request, socket, head) => sockets.upgrade(request, socket, head));
  const url = `http://${PAGE_HOST}:${portOf(server)}/`;
  return {
    url,
    get link() {
      return `${url}#t=${token.value}`;
    },
    async renewToken() {
      await token.renew();
      sockets.closeAll(CLOSE_CODE.wrongToken);
    },
    close() {
      sockets.close();
      return closeServer(server);
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      if (!isSystemError(cause, "EADDRINUSE", "EACCES")) reject(cause);
      else reject(new NodeError("PORT_BUSY", `port ${port} for the local page is used by another program`, { cause }));
    });
    server.listen({ host: PAGE_HOST, port }, resolve);
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

type Answer = Pick<WebFile, "type"> & {
  readonly status: number;
  readonly body: string | Buffer;
  isImmutable?: boolean;
};

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  hosts: readonly string[],
  options: PageOptions,
): Promise<void> {
  const { status, type, body, isImmutable = false } = await buildAnswer(request, hosts, options);
  response.writeHead(status, {
    ...HEADERS,
    "Content-Type": type,
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": isImmutable ? FOREVER : "no-store",
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

function plain(status: number, body: string): Answer {
  return { status, type: "text/plain; charset=utf-8", body };
}

async function buildAnswer(request: IncomingMessage, hosts: readonly string[], options: PageOptions): Promise<Answer> {
  const { method, url = "", headers } = request;
  if (!hosts.includes(headers.host ?? "")) return plain(421, text("page.wrongHost"));
  if (method !== "GET" && method !== "HEAD") return plain(405, text("page.getOnly"));
  const [path = ""] = url.split("?", 1);
  try {
    const file = await readWebFile(options.webFolder, path === "/" ? "/index.html" : path);
    if (file !== null) return { status: 200, ...file };
    if (path === "/style.css") return { status: 200, type: "text/css; charset=utf-8", body: STATUS_STYLE };
    if (path !== "/") return plain(404, text("page.notFound"));
    return { status: 200, type: "text/html; charset=utf-8", body: renderStatusPage(await options.readStatus()) };
  } catch {
    // The node is stopping, or the disk fails; whatever it was, the page shows no inner text.
    return plain(503, text("page.notReady"));
  }
}
