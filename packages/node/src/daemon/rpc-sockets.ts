/**
 * The WebSocket connections of the local page. A connection must come from the page itself (Host and Origin, by fixed
 * lists) and bring the owner's token, as a subprotocol: a URL would keep it in histories and logs.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type LineCarrier, MAX_REQUEST_LINE_BYTES } from "@kith/client";
import { type WebSocket, WebSocketServer } from "ws";
import type { PageToken } from "../config/page-token.ts";
import type { PageNames } from "./page-names.ts";
import { CLOSE_CODE, closeWebSocket, createWebSocketCarrier } from "./web-socket-carrier.ts";

/** The subprotocol that is spoken; the other one that a page offers is its token. */
const PROTOCOL = "kith.rpc.1";
const TOKEN_PREFIX = "kith.token.";

const PATH = "/rpc";

/** Connections at once; each open tab has one. */
const MAX_SOCKETS = 16;

/** A connection that leaves a ping unanswered until the next one is gone. */
const PING_INTERVAL_MS = 30_000;

/** What the connections need. */
export interface RpcSocketsOptions {
  readonly token: PageToken;
  readonly names: () => PageNames;
  /** Gets each admitted connection. */
  readonly serve: (carrier: LineCarrier) => void;
}

/** All WebSocket connections of one page; `close` ends them. */
export class RpcSockets {
  readonly #options: RpcSocketsOptions;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_REQUEST_LINE_BYTES,
    // The token must never be sent back as the chosen one.
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
  });
  readonly #admitted = new Set<WebSocket>();
  readonly #answering = new WeakSet<WebSocket>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: RpcSocketsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#ping(), PING_INTERVAL_MS);
    this.#timer.unref();
  }

  /** Takes over a connection that asked for an upgrade. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const status = this.#findRefusal(request);
    if (status !== null) {
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
    } else this.#server.handleUpgrade(request, socket, head, (opened) => this.#admit(opened, request));
  }

  /** Closes every connection, for example because its token counts no more. */
  closeAll(code: number): void {
    for (const socket of this.#admitted) closeWebSocket(socket, code);
  }

  close(): void {
    clearInterval(this.#timer);
    this.closeAll(CLOSE_CODE.goingAway);
  }

  /** The status line for what no page of ours sends; null when the upgrade may go on. */
  #findRefusal({ headers, url }: IncomingMessage): string | null {
    const { hosts, origins } = this.#options.names();
    if (!hosts.includes(headers.host ?? "")) return "421 Misdirected Request";
    if (!origins.includes(headers.origin ?? "")) return "403 Forbidden";
    if (url !== PATH) return "404 Not Found";
    const offered = readProtocols(headers);
    return offered.length === 0 || offered.includes(PROTOCOL) ? null : "400 Bad Request";
  }

  /** A page can read the code of a close, but not the answer to a refused upgrade: what concerns it is told this way. */
  #admit(socket: WebSocket, { headers }: IncomingMessage): void {
    // Every failure of a socket is followed by its close, which is what callers act on.
    socket.on("error", () => undefined);
    const refusal = this.#findCloseCode(headers);
    if (refusal !== null) {
      closeWebSocket(socket, refusal);
      return;
    }
    this.#admitted.add(socket);
    this.#answering.add(socket);
    socket.on("pong", () => this.#answering.add(socket));
    socket.once("close", () => this.#admitted.delete(socket));
    this.#options.serve(createWebSocketCarrier(socket));
  }

  /** The code for a page that is not let in; null when it is. */
  #findCloseCode(headers: IncomingMessage["headers"]): number | null {
    const [token, ...more] = readProtocols(headers).filter((each) => each.startsWith(TOKEN_PREFIX));
    if (token === undefined || more.length > 0) return CLOSE_CODE.wrongToken;
    if (!this.#options.token.matches(token.slice(TOKEN_PREFIX.length))) return CLOSE_CODE.wrongToken;
    return this.#admitted.size < MAX_SOCKETS ? null : CLOSE_CODE.tooMany;
  }

  #ping(): void {
    for (const socket of this.#admitted) {
      if (!this.#answering.delete(socket)) socket.terminate();
      else if (socket.readyState === socket.OPEN) socket.ping();
    }
  }
}

function readProtocols(headers: IncomingMessage["headers"]): readonly string[] {
  const offered = headers["sec-websocket-protocol"] ?? "";
  return offered
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
}
