/**
 * The door for browsers: one port with TLS (or plain behind a reverse proxy) that serves pages and hands WebSocket
 * connections on to the relay's own loopback port, remembering whose they are, so that rates and dial-backs go by the
 * client and not by this machine.
 */
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import { connect, isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { isSystemError, NodeError } from "../config/node-error.ts";
import type { SourceAddresses } from "./source-addresses.ts";
import { readTlsPair, type TlsPaths, TlsWatch } from "./tls-files.ts";

/** How the door is made. */
export interface WebFrontOptions {
  readonly host: string;
  /** 0 for any. */
  readonly port: number;
  /** Null without TLS: only behind a reverse proxy. */
  readonly tls: TlsPaths | null;
  /** The last address of X-Forwarded-For is the client's. */
  readonly isBehindProxy: boolean;
  /** Loopback port of the relay's WebSocket listener. */
  readonly wsPort: number;
  readonly sources: SourceAddresses;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  readonly onCertificate: (outcome: "reloaded" | NodeError) => void;
}

/** An open door. */
export interface WebFront {
  readonly port: number;
  /** Looks at the certificate files now. */
  checkCertificate(): Promise<void>;
  close(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";
const REQUEST_TIMEOUT_MS = 5000;
const MAX_CONNECTIONS = 5000;
const MAX_HEADER_BYTES = 16 * 1024;

/** Opens the door. @throws NodeError PORT_BUSY, CERTIFICATE. */
export async function openWebFront(options: WebFrontOptions): Promise<WebFront> {
  const { tls } = options;
  const settings = {
    requestTimeout: REQUEST_TIMEOUT_MS,
    headersTimeout: REQUEST_TIMEOUT_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
  };
  let server: Server | HttpsServer;
  let watch: TlsWatch | null = null;
  if (tls === null) server = createHttpServer(settings);
  else {
    const pair = await readTlsPair(tls);
    const secure = createHttpsServer({ ...settings, ...pair, handshakeTimeout: REQUEST_TIMEOUT_MS });
    server = secure;
    watch = new TlsWatch(tls, pair, {
      onChange: (changed) => {
        secure.setSecureContext(changed);
        options.onCertificate("reloaded");
      },
      onFailure: options.onCertificate,
    });
  }
  server.maxConnections = MAX_CONNECTIONS;
  const pipes = new Set<Duplex>();
  server.on("request", options.handle);
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    handOn(options, pipes, { request, socket, head });
  });
  await listen(server, options).catch((error: unknown) => {
    watch?.stop();
    throw error;
  });
  return {
    port: portOf(server),
    checkCertificate: () => watch?.check() ?? Promise.resolve(),
    close() {
      watch?.stop();
      for (const socket of pipes) socket.destroy();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Joins a client's connection with a new one to the relay; the end of either ends both. */
function handOn(options: WebFrontOptions, pipes: Set<Duplex>, { request, socket, head }: Upgrade): void {
  const address = clientAddress(request, options.isBehindProxy);
  socket.on("error", () => socket.destroy());
  if (address === null || request.headers.upgrade?.toLowerCase() !== "websocket" || request.url !== "/") {
    socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
    return;
  }
  const inner = connect({ host: LOOPBACK, port: options.wsPort, noDelay: true });
  if ("setNoDelay" in socket) (socket as Socket).setNoDelay(true);
  let innerPort: number | undefined;
  const end = (): void => {
    pipes.delete(socket);
    if (innerPort !== undefined) options.sources.forget(innerPort);
    socket.destroy();
    inner.destroy();
  };
  pipes.add(socket);
  inner.on("error", end);
  inner.on("close", end);
  socket.on("close", end);
  inner.once("connect", () => {
    innerPort = inner.localPort;
    if (innerPort !== undefined) options.sources.note(innerPort, address);
    inner.write(requestHead(request));
    inner.write(head);
    socket.pipe(inner).pipe(socket);
  });
}

/** The request as it came, without what a proxy added. */
function requestHead({ rawHeaders, url = "/" }: IncomingMessage): string {
  const lines = [`GET ${url} HTTP/1.1`];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** Whose connection it is; null when the proxy does not say. */
function clientAddress({ headers, socket }: IncomingMessage, isBehindProxy: boolean): string | null {
  if (!isBehindProxy) return socket.remoteAddress ?? null;
  const forwarded = [headers["x-forwarded-for"] ?? []].flat().join(",");
  const last = forwarded.split(",").at(-1)?.trim() ?? "";
  return isIP(last) === 0 ? null : last;
}

function portOf(server: Server | HttpsServer): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function listen(server: Server | HttpsServer, { host, port }: WebFrontOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      if (!isSystemError(cause, "EADDRINUSE", "EACCES")) reject(cause);
      else
        reject(
          new NodeError("PORT_BUSY", `port ${port} for browsers is used or not allowed (${cause.code})`, { cause }),
        );
    });
    server.listen({ host, port }, resolve);
  });
}
