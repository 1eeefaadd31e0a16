/** Metrics for Prometheus and a health check, on loopback only: counts and sizes, nothing of anybody. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isSystemError, NodeError } from "../config/node-error.ts";
import type { RelayHealth, RelayMetrics } from "../relay/metrics.ts";

/** What is told. */
export interface MetricsSource {
  readonly metrics: () => RelayMetrics;
  readonly health: () => RelayHealth;
  /** Peers connected now. */
  readonly peers: () => number;
}

/** A running server. */
export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";
const REQUEST_TIMEOUT_MS = 5000;
const MAX_CONNECTIONS = 16;

/** Names, kinds and meanings, in the order in which they are told. */
const METRICS: readonly (readonly [keyof RelayMetrics, string, "gauge" | "counter", string])[] = [
  ["queues", "kith_relay_queues", "gauge", "Queues held."],
  ["queueBytes", "kith_relay_queue_bytes", "gauge", "Bytes of envelopes held in queues."],
  ["boxes", "kith_relay_boxes", "gauge", "Request boxes held."],
  ["boxBytes", "kith_relay_box_bytes", "gauge", "Bytes of requests held in boxes."],
  ["blobSpaces", "kith_relay_blob_spaces", "gauge", "Files of which sealed units are held."],
  ["blobBytes", "kith_relay_blob_bytes", "gauge", "Bytes reserved for sealed units of files."],
  ["channels", "kith_relay_channels", "gauge", "Open channels."],
  ["requests", "kith_relay_requests_total", "counter", "Requests answered."],
  ["envelopesStored", "kith_relay_envelopes_stored_total", "counter", "Envelopes synced to disk."],
  ["envelopesRemoved", "kith_relay_envelopes_removed_total", "counter", "Envelopes acknowledged, expired or dropped."],
  ["envelopesExpired", "kith_relay_envelopes_expired_total", "counter", "Envelopes that passed their life."],
  ["envelopesMissing", "kith_relay_envelopes_missing_total", "counter", "Envelopes found damaged or missing."],
  ["refusals", "kith_relay_refusals_total", "counter", "Requests and envelopes refused."],
];

/** Opens the server. @throws NodeError PORT_BUSY. */
export async function serveMetrics(port: number, source: MetricsSource): Promise<MetricsServer> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS });
  server.maxConnections = MAX_CONNECTIONS;
  server.on("request", (request, response) => answer(request, response, source));
  await listen(server, port);
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer({ method, url, headers }: IncomingMessage, response: ServerResponse, source: MetricsSource): void {
  const health = source.health();
  const isForHere = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? ""); // no page may read it by a name of its own
  if (!isForHere) reply(response, 421, "text/plain", "");
  else if (method !== "GET" && method !== "HEAD") reply(response, 405, "text/plain", "");
  else if (url === "/health") {
    reply(response, health === "ok" ? 200 : 503, "application/json", `${JSON.stringify({ health })}\n`);
  } else if (url === "/metrics") reply(response, 200, "text/plain; version=0.0.4", renderMetrics(source));
  else reply(response, 404, "text/plain", "");
}

function reply(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}

/** The metrics in Prometheus' text format. */
export function renderMetrics({ metrics, health, peers }: MetricsSource): string {
  const values = metrics();
  const { user, system } = process.cpuUsage();
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
  const rows = [
    ...METRICS.map(([key, name, kind, help]) => row(name, kind, help, values[key])),
    row("kith_relay_peers", "gauge", "Connected peers.", peers()),
    row("kith_relay_healthy", "gauge", "1 while mail is taken, 0 otherwise.", Number(health() === "ok")),
    row("process_resident_memory_bytes", "gauge", "Resident memory.", rss),
    row("nodejs_heap_size_total_bytes", "gauge", "Memory that V8 has taken for objects.", heapTotal),
    row("nodejs_heap_size_used_bytes", "gauge", "Memory of objects.", heapUsed),
    row("nodejs_external_memory_bytes", "gauge", "Memory of buffers, outside V8's heap.", external),
    row("process_cpu_seconds_total", "counter", "User and system CPU time.", (user + system) / 1e6),
  ];
  return rows.join("");
}

function row(name: string, kind: string, help: string, value: number): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${name} ${value}\n`;
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      if (!isSystemError(cause, "EADDRINUSE", "EACCES")) reject(cause);
      else reject(new NodeError("PORT_BUSY", `port ${port} for metrics is used by another program`, { cause }));
    });
    server.listen({ host: LOOPBACK, port }, resolve);
  });
}
