/**
 * The local page: how the node is doing and how to use the terminal. Loopback only, reading only, nothing of people.
 * Any web page can send requests to loopback, so the Host header must be one of this page's own names: a name that was
 * rebound to loopback gets nothing.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isSystemError, NodeError } from "../config/node-error.ts";
import { text } from "../i18n/text.ts";
import type { NodeStatus } from "./node-contract.ts";

/** A page that is being served. */
export interface StatusPage {
  readonly url: string;
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
const REQUEST_TIMEOUT_MS = 5000;
const MAX_CONNECTIONS = 16;

const HEADERS: Readonly<Record<string, string>> = Object.freeze({
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "Cache-Control": "no-store",
});

const STYLE = `:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding-inline:1rem;
background:light-dark(#fbf9f5,#17141b);color:light-dark(#241f2b,#f3efe7)}
h1{color:light-dark(#5d3a66,#d3aadd)}dt{font-weight:600}dd{margin-inline-start:0;overflow-wrap:anywhere}
code{background:light-dark(#e9e3d8,#2a2431);padding:.1em .3em;border-radius:4px}`;

/** Serves the page. @param port 0 for any. @throws NodeError PORT_BUSY. */
export async function serveStatusPage(port: number, readStatus: () => Promise<NodeStatus>): Promise<StatusPage> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS });
  server.maxConnections = MAX_CONNECTIONS;
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    void answer(request, response, { port: portOf(server), readStatus });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      if (!isSystemError(cause, "EADDRINUSE", "EACCES")) reject(cause);
      else reject(new NodeError("PORT_BUSY", `port ${port} for the local page is used by another program`, { cause }));
    });
    server.listen({ host: HOST, port }, resolve);
  });
  return { url: `http://${HOST}:${portOf(server)}/`, close: () => closeServer(server) };
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

interface PageContext {
  readonly port: number;
  readonly readStatus: () => Promise<NodeStatus>;
}

async function answer(request: IncomingMessage, response: ServerResponse, context: PageContext): Promise<void> {
  const { status, type, body } = await buildAnswer(request, context);
  response.writeHead(status, { ...HEADERS, ...(type === undefined ? {} : { "Content-Type": type }) });
  response.end(request.method === "HEAD" ? undefined : body);
}

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

const PLAIN = "text/plain; charset=utf-8";

async function buildAnswer({ method, url, headers }: IncomingMessage, context: PageContext): Promise<Answer> {
  const ownNames = [`${HOST}:${context.port}`, `localhost:${context.port}`];
  if (!ownNames.includes(headers.host ?? "")) return { status: 421, type: PLAIN, body: text("page.wrongHost") };
  if (method !== "GET" && method !== "HEAD") return { status: 405, type: PLAIN, body: text("page.getOnly") };
  if (url === "/style.css") return { status: 200, type: "text/css; charset=utf-8", body: STYLE };
  if (url !== "/") return { status: 404, type: PLAIN, body: text("page.notFound") };
  try {
    return { status: 200, body: renderPage(await context.readStatus()) };
  } catch {
    // The node is stopping; whatever it was, the page shows no inner text.
    return { status: 503, type: PLAIN, body: text("page.notReady") };
  }
}

function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function renderRow(name: string, value: string): string {
  return `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`;
}

function renderPage(status: NodeStatus): string {
  const rows = [
    renderRow(text("status.version"), status.version),
    renderRow(text("status.network"), status.netId),
    renderRow(text("status.peers"), String(status.peers)),
    renderRow(text("status.dhtPeers"), String(status.dhtPeers)),
    renderRow(text("status.nearby"), String(status.nearby)),
    ...status.listening.map((address) => renderRow(text("status.listening"), address)),
  ];
  const commands = ["kith echo", "kith join INVITE", "kith invite", "kith chat @handle", "kith --help"];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Kith</title><link rel="stylesheet" href="/style.css"></head>
<body><h1>Kith</h1><p>${escapeHtml(text("page.running"))}</p><dl>${rows.join("")}</dl>
<p>${escapeHtml(text("page.useTerminal"))}</p>
<ul>${commands.map((command) => `<li><code>${escapeHtml(command)}</code></li>`).join("")}</ul></body></html>
`;
}
