/** Real nodes: the shipped program in processes of their own, on loopback, with a network of little work. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { connectClient, type MethodName, type Methods } from "@kith/client";
import { WebSocket } from "ws";
import { carrierOf } from "./page-server.ts";

const PROGRAM = fileURLToPath(new URL("../../../node/dist/main.js", import.meta.url));

/** Proof of work that takes no time, and no wait before receipts: nothing else differs from the main network. */
const NETWORK = {
  netId: "web-test",
  parameters: {
    claimBits: 4,
    receiptDelayMs: 0,
    retryFirstMs: 500,
    retryMaxMs: 2000,
    relayWork: { create: 4, bundleGet: 2, boxPut: 4 },
  },
};

const APART = ["--listen", "127.0.0.1", "--no-mdns", "--port", "0", "--ws-port", "0"];
const START_MS = 60_000;
const STOP_MS = 20_000;

/** What a started node prints about itself. */
interface Ready {
  readonly status: { readonly listening: readonly string[] };
  readonly pageUrl?: string | null;
  readonly peerPageUrl?: string | null;
}

/** How a node is started. */
export interface NodeOptions {
  readonly kind: "start" | "relay";
  /** A folder of an earlier node, to begin again where it was. */
  readonly folder?: string;
  readonly more?: readonly string[];
}

/** A node that runs, and what a test asks of it from outside. */
export class NodeProcess {
  readonly folder: string;
  readonly #child: ChildProcess;
  readonly #ready: Ready;

  private constructor(folder: string, child: ChildProcess, ready: Ready) {
    this.folder = folder;
    this.#child = child;
    this.#ready = ready;
  }

  /** Starts one and waits until it serves. */
  static async start({ kind, folder, more = [] }: NodeOptions): Promise<NodeProcess> {
    const home = folder ?? (await mkdtemp(join(tmpdir(), "kith-web-test-")));
    const network = join(home, "test-network.json");
    await writeFile(network, JSON.stringify(NETWORK));
    const pages = kind === "start" ? ["--page-port", "0", "--peer-page-port", "0"] : [];
    const words = [kind, "--json", "--data", home, "--network", network, ...APART, ...pages, ...more];
    const child = spawn(process.execPath, [PROGRAM, ...words], { stdio: ["ignore", "pipe", "inherit"] });
    return new NodeProcess(home, child, await readReady(child));
  }

  /** The link to the page that drives this node, with its token. */
  get pageUrl(): string {
    return this.#ready.pageUrl ?? "";
  }

  /** The page for peers. */
  get peerPageUrl(): string {
    return this.#ready.peerPageUrl ?? "";
  }

  /** The address by which a browser dials this node's relay. */
  get wsAddress(): string {
    return this.#ready.status.listening.find((address) => address.includes("/ws/")) ?? "";
  }

  /** Asks the running node over the connection of its page. */
  async call<M extends MethodName>(method: M, params: Methods[M]["params"]): Promise<Methods[M]["result"]> {
    const { origin, host, hash } = new URL(this.pageUrl);
    const socket = new WebSocket(`ws://${host}/rpc`, ["kith.rpc.1", `kith.token.${hash.slice(3)}`], { origin });
    await once(socket, "open");
    try {
      return await connectClient(carrierOf(socket)).call(method, params);
    } finally {
      socket.close();
    }
  }

  /** Ends it and keeps its folder. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, "exit");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), STOP_MS);
    this.#child.kill("SIGTERM");
    await ended;
    clearTimeout(timer);
  }

  /** Ends it and deletes its folder. */
  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function readReady(child: ChildProcess): Promise<Ready> {
  if (child.stdout === null) throw new TypeError("the output of the node is not read");
  const timer = setTimeout(() => child.kill("SIGKILL"), START_MS);
  for await (const line of createInterface({ input: child.stdout })) {
    clearTimeout(timer);
    return JSON.parse(line) as Ready;
  }
  throw new Error("the node ended before it was ready");
}
