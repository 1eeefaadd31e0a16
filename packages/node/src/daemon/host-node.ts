/** The life of a node in this process: control socket and local page around it, until it is asked to end. */
import { type LineCarrier, type Service, serveClient, serveServices } from "@kith/client";
import { NodeError } from "../config/node-error.ts";
import { openPageToken } from "../config/page-token.ts";
import { isAnswering } from "./control-client.ts";
import { controlPath } from "./control-path.ts";
import { type ControlServer, listenForControl } from "./control-server.ts";
import { createFileService } from "./file-methods.ts";
import type { PersonalNode, RunningNode } from "./node-contract.ts";
import { createNodeService, createPageService } from "./node-methods.ts";
import { type PageServer, servePage } from "./page-server.ts";
import { type PeerPageServer, servePeerPage } from "./peer-page.ts";
import { WEB_FOLDER } from "./web-files.ts";

/** How a node is hosted. */
export interface HostOptions {
  readonly node: RunningNode | PersonalNode;
  readonly dataFolder: string;
  /** Port of the local page, 0 for any; null for no page. */
  readonly pagePort: number | null;
  /** Port of the page for peers in the browser, 0 for any; null for no such page. */
  readonly peerPagePort: number | null;
  /** Aborted when the process is asked to end. */
  readonly signal: AbortSignal;
}

/** A hosted node. */
export interface HostedNode {
  /** The link of the page with the owner's token in it; null when there is no page. */
  readonly pageUrl: string | null;
  /** The address of the page for peers in the browser; null when there is none. */
  readonly peerPageUrl: string | null;
  /**
   * Resolves when somebody asked for the end: a signal, or `node.stop` over the control socket.
   * @throws NodeError NODE_CLOSED when the node stopped by itself.
   */
  waitForEnd(): Promise<void>;
  /** Ends the page, the node and then the control socket, whose closing tells callers that the store is free. */
  close(): Promise<void>;
}

/** @throws NodeError NODE_RUNNING when a node answers for this data folder. */
export async function refuseSecondNode(dataFolder: string): Promise<void> {
  if (await isAnswering(controlPath(dataFolder).path)) {
    throw new NodeError("NODE_RUNNING", `a node is already running for ${dataFolder}`);
  }
}

/** Opens the doors of a started node. When one does not open the node is stopped. @throws NodeError. */
export async function hostNode(options: HostOptions): Promise<HostedNode> {
  const { node, dataFolder, pagePort, peerPagePort, signal } = options;
  const end = createEnd(node, signal);
  let control: ControlServer | null = null;
  let page: PageServer | null = null;
  let peerPage: PeerPageServer | null = null;
  const close = async (): Promise<void> => {
    end.expect();
    await Promise.all([page?.close(), peerPage?.close()]);
    await node.stop();
    await control?.close();
  };
  if ("erased" in node) void node.erased.then(() => end.request());
  const service = createNodeService(node, () => end.request());
  const pageService = createPageService(() => page);
  try {
    const terminal = [service, pageService, ...("files" in node ? [createFileService(() => node.files())] : [])];
    control = await listenForControl(dataFolder, (carrier) => serveNode(node, carrier, terminal));
    if (peerPagePort !== null) {
      const readNetwork = () => node.peerNetwork();
      peerPage = await servePeerPage({ port: peerPagePort, webFolder: WEB_FOLDER, readNetwork });
    }
    if (pagePort !== null) {
      page = await servePage({
        port: pagePort,
        webFolder: WEB_FOLDER,
        peerPage: peerPage?.url ?? null,
        token: await openPageToken(dataFolder),
        readStatus: () => node.status(),
        serve: (carrier) => serveNode(node, carrier, [service]),
      });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { pageUrl: page?.link ?? null, peerPageUrl: peerPage?.url ?? null, waitForEnd: () => end.promise, close };
}

function serveNode(node: RunningNode | PersonalNode, carrier: LineCarrier, services: readonly Service[]): void {
  if ("client" in node) serveClient(node.client, carrier, services);
  else serveServices(services, carrier);
}

interface End {
  readonly promise: Promise<void>;
  request(): void;
  /** The node may stop from now on. */
  expect(): void;
}

function createEnd(node: RunningNode, signal: AbortSignal): End {
  let isExpected = false;
  let request = (): void => undefined;
  const promise = new Promise<void>((resolve, reject) => {
    request = resolve;
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
    node.onStopped(() => {
      if (isExpected) resolve();
      else reject(new NodeError("NODE_CLOSED", "the node has stopped by itself"));
    });
  });
  // Whoever waits gets the rejection; while nobody does it must not end the process.
  promise.catch(() => undefined);
  return {
    promise,
    request: () => request(),
    expect: () => {
      isExpected = true;
    },
  };
}
