/**
 * The local page: the web app where it is built, else how the node is doing; and its connection to the node.
 * Loopback only. Files and status hold nothing of people and need no token; the connection does.
 */
import type { IncomingMessage } from "node:http";
import type { LineCarrier } from "@kith/client";
import type { PageToken } from "../config/page-token.ts";
import { text } from "../i18n/text.ts";
import { closeServer, createLocalServer, listenLocally, portOf } from "./local-server.ts";
import type { NodeStatus } from "./node-contract.ts";
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
import { describeNodeOrigin, ORIGIN_PATH } from "./page-origin.ts";
import { RpcSockets } from "./rpc-sockets.ts";
import { renderStatusPage, STATUS_STYLE } from "./status-page.ts";
import { CLOSE_CODE } from "./web-socket-carrier.ts";

/** What a page is made of. */
export interface PageOptions {
  /** 0 for any. */
  readonly port: number;
  /** Folder of the built web app; without an index.html in it the status is shown. */
  readonly webFolder: string;
  /** Address of the page for peers of their own, where there is one. */
  readonly peerPage: string | null;
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

const HEADERS = pageHeaders();

/** Serves the page. @throws NodeError PORT_BUSY. */
export async function servePage(options: PageOptions): Promise<PageServer> {
  const { token, serve } = options;
  const server = createLocalServer();
  const names = () => pageNames(portOf(server));
  server.on("request", (request, response) => {
    void buildAnswer(request, options, names().hosts).then((answer) => writeAnswer(request, response, HEADERS, answer));
  });
  await listenLocally(server, options.port);
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

async function buildAnswer(
  request: IncomingMessage,
  options: PageOptions,
  hosts: readonly string[],
): Promise<PageAnswer> {
  const refusal = findRefusal(request, (host) => hosts.includes(host));
  if (refusal !== null) return refusal;
  const path = pathOf(request);
  try {
    if (path === ORIGIN_PATH) return jsonAnswer(describeNodeOrigin(options.peerPage));
    const file = await fileAnswer(options.webFolder, path);
    if (file !== null) return file;
    if (path === "/style.css") return { status: 200, type: "text/css; charset=utf-8", body: STATUS_STYLE };
    if (path !== "/") return plainAnswer(404, text("page.notFound"));
    return { status: 200, type: "text/html; charset=utf-8", body: renderStatusPage(await options.readStatus()) };
  } catch {
    // The node is stopping, or the disk fails; whatever it was, the page shows no inner text.
    return plainAnswer(503, text("page.notReady"));
  }
}
