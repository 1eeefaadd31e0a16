/**
 * The app as a full peer: static files and the network they start from. No token, no connection to any account, and
 * nothing of people: what such a page knows it has from its own keys in the browser.
 */
import type { IncomingMessage, RequestListener } from "node:http";
import { text } from "../i18n/text.ts";
import { closeServer, createLocalServer, listenLocally, portOf } from "./local-server.ts";
import {
  fileAnswer,
  findRefusal,
  jsonAnswer,
  type PageAnswer,
  pathOf,
  plainAnswer,
  writeAnswer,
} from "./page-answer.ts";
import { pageHeaders } from "./page-headers.ts";
import { PAGE_HOST, pageNames } from "./page-names.ts";
import { describePeerOrigin, ORIGIN_PATH, type PeerNetwork } from "./page-origin.ts";

/** What a page for peers is made of. */
export interface PeerPageOptions {
  /** Folder of the built web app. */
  readonly webFolder: string;
  /** Whether the value of the header Host is a name of this page. */
  readonly isOwnHost: (host: string) => boolean;
  /** The network as it is now: addresses change. */
  readonly readNetwork: () => PeerNetwork;
  /** True under TLS: such a page may dial nothing in the clear, and browsers are told to come back under TLS. */
  readonly isSecure: boolean;
}

/** A page that is being served. */
export interface PeerPageServer {
  readonly url: string;
  close(): Promise<void>;
}

const ONE_YEAR = "max-age=31536000";

/** Answers the requests of a page for peers, on whatever server. Never throws. */
export function createPeerPage(options: PeerPageOptions): RequestListener {
  const headers = options.isSecure
    ? { ...pageHeaders(["wss:"]), "Strict-Transport-Security": ONE_YEAR }
    : pageHeaders(["ws:", "wss:"]);
  return (request, response) => {
    void buildAnswer(request, options).then((answer) => writeAnswer(request, response, headers, answer));
  };
}

async function buildAnswer(request: IncomingMessage, options: PeerPageOptions): Promise<PageAnswer> {
  const refusal = findRefusal(request, options.isOwnHost);
  if (refusal !== null) return refusal;
  const path = pathOf(request);
  try {
    if (path === ORIGIN_PATH) return jsonAnswer(describePeerOrigin(options.readNetwork()));
    return (await fileAnswer(options.webFolder, path)) ?? plainAnswer(404, text("page.notFound"));
  } catch {
    // The disk fails, or the node is stopping; whatever it was, the page shows no inner text.
    return plainAnswer(503, text("page.notReady"));
  }
}

/** Serves the page on loopback, where browsers give it what they give to https. @throws NodeError PORT_BUSY. */
export async function servePeerPage(
  options: Pick<PeerPageOptions, "webFolder" | "readNetwork"> & { readonly port: number },
): Promise<PeerPageServer> {
  const { port, webFolder, readNetwork } = options;
  const server = createLocalServer();
  const isOwnHost = (host: string): boolean => pageNames(portOf(server)).hosts.includes(host);
  server.on("request", createPeerPage({ webFolder, readNetwork, isOwnHost, isSecure: false }));
  await listenLocally(server, port);
  return { url: `http://${PAGE_HOST}:${portOf(server)}/`, close: () => closeServer(server) };
}
