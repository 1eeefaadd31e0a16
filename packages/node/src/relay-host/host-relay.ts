/** The life of a relay in this process: its doors for browsers, metrics and control around it, and what it logs. */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { RelayConfig, RelayWebConfig } from "../config/relay-config.ts";
import { type HostedNode, hostNode } from "../daemon/host-node.ts";
import type { RunningRelay } from "../daemon/node-contract.ts";
import { createPeerPage } from "../daemon/peer-page.ts";
import { WEB_FOLDER } from "../daemon/web-files.ts";
import type { TurnServer } from "../turn/turn-server.ts";
import { collectWhenQuiet } from "./idle-collector.ts";
import { type MetricsServer, serveMetrics } from "./metrics-server.ts";
import type { RelayLog } from "./relay-log.ts";
import type { SourceAddresses } from "./source-addresses.ts";
import { openWebFront, type WebFront } from "./web-front.ts";

/** How often totals are logged, and the disk looked at, in ms. */
const TOTALS_INTERVAL_MS = 3600 * 1000;
const HEALTH_INTERVAL_MS = 10_000;

/** How a relay is hosted. */
export interface RelayHostOptions {
  readonly relay: RunningRelay;
  readonly dataFolder: string;
  readonly config: RelayConfig;
  readonly sources: SourceAddresses;
  readonly log: RelayLog;
  /** Not started yet; null without TURN. */
  readonly turn: TurnServer | null;
  /** Aborted when the process is asked to end. */
  readonly signal: AbortSignal;
}

/** A hosted relay. */
export interface HostedRelay extends HostedNode {
  /** The bound ports of its doors; null where there is none. */
  readonly webPort: number | null;
  readonly metricsPort: number | null;
  readonly turnPort: number | null;
}

/** Opens the doors of a started relay; when one does not open the relay is stopped. @throws NodeError. */
export async function hostRelay(options: RelayHostOptions): Promise<HostedRelay> {
  const { relay, dataFolder, config, log, turn, signal } = options;
  let metrics: MetricsServer | null = null;
  let front: WebFront | null = null;
  const closeDoors = async (): Promise<void> => {
    await Promise.all([metrics?.close(), front?.close(), turn?.stop()]);
  };
  try {
    if (config.metrics !== null) {
      metrics = await serveMetrics(config.metrics.port, relay);
      log("info", "metrics.listening", { port: metrics.port });
    }
    if (config.web !== null) {
      front = await openFront(options, config.web);
      log("info", "web.listening", { port: front.port, tls: !config.web.isBehindProxy });
    }
    await turn?.start();
    const hosted = await hostNode({ node: relay, dataFolder, pagePort: null, peerPagePort: null, signal });
    const stopWatching = watchRelay(relay, log);
    const close = async (): Promise<void> => {
      stopWatching();
      await closeDoors();
      await hosted.close();
    };
    return {
      ...hosted,
      webPort: front?.port ?? null,
      metricsPort: metrics?.port ?? null,
      turnPort: turn === null ? null : (config.turn?.port ?? null),
      close,
    };
  } catch (error) {
    await closeDoors();
    await relay.stop();
    throw error;
  }
}

function openFront({ relay, sources, log }: RelayHostOptions, web: RelayWebConfig): Promise<WebFront> {
  const { host, port, certificate, key, isBehindProxy } = web;
  return openWebFront({
    host,
    port,
    tls: certificate === null || key === null ? null : { certificate, key },
    isBehindProxy,
    wsPort: relay.wsPort,
    sources,
    handle: web.servesApp ? createAppPage(relay) : answerPlainly,
    onCertificate(outcome) {
      if (outcome === "reloaded") log("info", "certificate.reloaded");
      else log("warn", "certificate.wrong", { reason: outcome.message });
    },
  });
}

/** The app for peers, under the relay's own names, and what it can reach from a page under TLS. */
function createAppPage(relay: RunningRelay): RequestListener {
  return createPeerPage({
    webFolder: WEB_FOLDER,
    isSecure: true,
    isOwnHost: (host) => relay.addresses().some((address) => address.split("/")[2] === host.replace(/:\d+$/, "")),
    readNetwork() {
      const { parameters, relays } = relay.peerNetwork();
      return { parameters, relays: relays.filter((each) => /\/(?:wss|tls\/ws|webrtc-direct)(?:\/|$)/.test(each)) };
    },
  });
}

/** What a browser gets that only looks: that there is a relay and no page. */
function answerPlainly(request: IncomingMessage, response: ServerResponse): void {
  const isFront = request.url === "/" && (request.method === "GET" || request.method === "HEAD");
  const body = isFront ? "This is a Kith relay.\n" : "";
  response.writeHead(isFront ? 200 : 404, {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": body.length,
    "X-Content-Type-Options": "nosniff",
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** Logs totals each hour, and when the relay stops or begins again to take mail. @returns ends it. */
function watchRelay(relay: RunningRelay, log: RelayLog): () => void {
  let before = relay.health();
  const totals = setInterval(() => log("info", "relay.totals", { ...relay.metrics() }), TOTALS_INTERVAL_MS);
  const health = setInterval(() => {
    const now = relay.health();
    if (now === before) return;
    before = now;
    if (now === "ok") log("info", "disk.enough");
    else log("error", "disk.low", { health: now });
  }, HEALTH_INTERVAL_MS);
  for (const timer of [totals, health]) timer.unref();
  const endCollecting = collectWhenQuiet();
  return () => {
    endCollecting();
    clearInterval(totals);
    clearInterval(health);
  };
}
