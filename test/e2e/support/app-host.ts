/** Nodes and relays that serve the built app: the shipped program in processes of their own, on loopback. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { MethodName, Methods } from "@kith/client";
import { onTestFinished } from "vitest";
import { connectNode } from "../../../packages/node/src/daemon/control-client.ts";
import { makeFolder } from "../../integration/nodes.ts";
import { freePort } from "../../support/free-port.ts";

const PROGRAM = fileURLToPath(new URL("../../../packages/node/dist/program/kith.js", import.meta.url));
const PEM = fileURLToPath(new URL("../../../packages/node/src/relay-host/testing/", import.meta.url));

/** Proof of work that takes no time, and short waits: nothing else differs from the main network. */
const NETWORK = {
  netId: "app-test",
  parameters: {
    claimBits: 4,
    receiptDelayMs: 0,
    retryFirstMs: 500,
    retryMaxMs: 2000,
    relayWork: { create: 4, bundleGet: 2, boxPut: 4 },
  },
};

const START_MS = 60_000;
const STOP_MS = 20_000;

/** What a started program prints about itself. */
interface Ready {
  readonly pageUrl?: string | null;
  /** Of `echo` alone: how somebody becomes its contact. */
  readonly invite?: string;
}

/** A program in a folder, which can be stopped and started again where it was, at the same ports. */
class Program {
  readonly folder: string;
  readonly #words: readonly string[];
  #child: ChildProcess | null = null;

  constructor(folder: string, words: readonly string[]) {
    this.folder = folder;
    this.#words = words;
    onTestFinished(() => this.stop());
  }

  async start(): Promise<Ready> {
    const network = join(this.folder, "test-network.json");
    await writeFile(network, JSON.stringify(NETWORK));
    const words = [...this.#words, "--json", "--no-mdns", "--data", this.folder, "--network", network];
    const child = spawn(process.execPath, [PROGRAM, ...words], { stdio: ["ignore", "pipe", "inherit"] });
    this.#child = child;
    return await readReady(child);
  }

  /** Ends it and keeps its folder. @throws Error when it does not end as it should. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    child.kill("SIGTERM");
    const [code, signal] = (await ended) as [number | null, string | null];
    clearTimeout(timer);
    if (code !== 0) throw new Error(`the program ended with ${signal ?? code}`);
  }
}

async function readReady(child: ChildProcess): Promise<Ready> {
  if (child.stdout === null) throw new TypeError("the output of the program is not read");
  const timer = setTimeout(() => child.kill("SIGKILL"), START_MS);
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    clearTimeout(timer);
    child.stdout.resume();
    return JSON.parse(line) as Ready;
  }
  throw new Error("the program ended before it was ready");
}

/** A person's node (`kith start`) with its relay, its own page and the page for peers. Ends with the test. */
export class NodeHost {
  /** The page for peers of their own. */
  readonly peerPageUrl: string;
  readonly #program: Program;
  #pageUrl = "";

  private constructor(program: Program, peerPageUrl: string) {
    this.#program = program;
    this.peerPageUrl = peerPageUrl;
  }

  static async start(): Promise<NodeHost> {
    const [peer, ws, page, peerPage] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    const ports = [
      "--port",
      `${peer}`,
      "--ws-port",
      `${ws}`,
      "--page-port",
      `${page}`,
      "--peer-page-port",
      `${peerPage}`,
    ];
    const program = new Program(await makeFolder(), ["start", "--listen", "127.0.0.1", ...ports]);
    const host = new NodeHost(program, `http://127.0.0.1:${peerPage}/`);
    await host.begin();
    return host;
  }

  /** The link that lets a browser drive the node. */
  get pageUrl(): string {
    return this.#pageUrl;
  }

  /** Starts it again after a stop. */
  async begin(): Promise<void> {
    this.#pageUrl = (await this.#program.start()).pageUrl ?? "";
  }

  stop(): Promise<void> {
    return this.#program.stop();
  }

  /** Asks the node as its owner's command line does. */
  async call<M extends MethodName>(method: M, params: Methods[M]["params"]): Promise<Methods[M]["result"]> {
    const client = await connectNode(this.#program.folder);
    try {
      return await client.call(method, params as never);
    } finally {
      client.close();
    }
  }
}

/** Echo (`kith echo`) in a process of its own: a node that answers texts and calls. Ends with the test. @returns its invite. */
export async function startEcho(): Promise<string> {
  const [port, wsPort, folder] = [await freePort(), await freePort(), await makeFolder()];
  const nobody = join(folder, "no-node");
  const words = ["echo", "--listen", "127.0.0.1", "--port", `${port}`, "--ws-port", `${wsPort}`, "--node", nobody];
  const { invite } = await new Program(folder, words).start();
  if (invite === undefined) throw new Error("echo printed no invite");
  return invite;
}

/** A relay (`kith relay`) that serves the app under TLS as `localhost`. Ends with the test. */
export class RelayHost {
  /** The app, at an address that begins with https. */
  readonly url: string;
  readonly #program: Program;

  private constructor(program: Program, url: string) {
    this.#program = program;
    this.url = url;
  }

  /** @param hasTurn whether it runs coturn, which passes packets on to this machine. */
  static async start({ hasTurn = false }: { readonly hasTurn?: boolean } = {}): Promise<RelayHost> {
    const [port, wsPort, webPort, turnPort] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    const folder = await makeFolder();
    const config = join(folder, "relay.json");
    const web = { host: "127.0.0.1", port: webPort, certificate: `${PEM}first.cert.pem`, key: `${PEM}first.key.pem` };
    const listen = { host: "127.0.0.1", port, wsPort };
    const turn = hasTurn ? { turn: { port: turnPort, allowsPrivatePeers: true } } : {};
    const settings = { publicName: "localhost", listen, web: { ...web, servesApp: true }, ...turn };
    await writeFile(config, JSON.stringify(settings));
    const host = new RelayHost(new Program(folder, ["relay", "--config", config]), `https://localhost:${webPort}/`);
    await host.begin();
    return host;
  }

  /** Starts it again after a stop. */
  async begin(): Promise<void> {
    await this.#program.start();
  }

  stop(): Promise<void> {
    return this.#program.stop();
  }
}
