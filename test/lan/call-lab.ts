/** People in browsers in homes of their own, and a relay with TURN on a public machine: the built app and the shipped program. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { findBrowser, launchBrowser } from "../../packages/web/test/support/browser.ts";
import type { AppPage } from "../e2e/support/app-page.ts";
import { AppProfile } from "../e2e/support/app-profile.ts";
import { MADE_UP_DEVICES } from "../e2e/support/call-page.ts";
import { CallPair } from "./call-pair.ts";
import { watchConnections } from "./connections.ts";
import { whyNoNamespaces } from "./namespaces.ts";
import { NatLab, PUBLIC_ADDRESS, whyNoRouters } from "./nat-lab.ts";

const PROGRAM = fileURLToPath(new URL("../../packages/node/dist/program/kith.js", import.meta.url));
const PEM = fileURLToPath(new URL("../../packages/node/src/relay-host/testing/", import.meta.url));
const WEB_PORT = 8443;

/** A network of its own whose work takes no time; everything else is as shipped. */
const NETWORK = {
  netId: "nat-lab",
  parameters: { claimBits: 4, receiptDelayMs: 0, relayWork: { create: 4, bundleGet: 2, boxPut: 4 } },
};

const found = await findBrowser();

/** Why this machine cannot have the laboratory; null when it can. */
export function whyNoCallLab(): string | null {
  return whyNoNamespaces() ?? whyNoRouters() ?? (found === null ? "no Chromium starts" : null);
}

/** The laboratory with people in it. */
export class CallLab {
  readonly net: NatLab;
  readonly pairs: CallPair[] = [];
  readonly #folder: string;
  #relay: ChildProcess | null = null;
  readonly #browsers: Browser[] = [];

  private constructor(net: NatLab, folder: string) {
    this.net = net;
    this.#folder = folder;
  }

  /** Starts everything, and lets the two of each pair become contacts. Ends with the test. */
  static async start(pairCount: number): Promise<CallLab> {
    const lab = new CallLab(NatLab.make(2 * pairCount), await mkdtemp(join(tmpdir(), "kith-nat-")));
    onTestFinished(() => lab.#stop());
    await lab.#startRelay();
    for (let at = 0; at < pairCount; at++) lab.pairs.push(await lab.#meet(2 * at, 2 * at + 1));
    return lab;
  }

  /** The people of the first two homes. */
  get pair(): CallPair {
    const [pair] = this.pairs;
    if (pair === undefined) throw new TypeError("the laboratory has started");
    return pair;
  }

  async #stop(): Promise<void> {
    await Promise.all(this.#browsers.map((each) => each.close()));
    const relay = this.#relay;
    if (relay !== null && relay.exitCode === null) {
      const ended = once(relay, "exit");
      relay.kill("SIGTERM");
      await ended;
    }
    this.net.remove();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async #meet(first: number, second: number): Promise<CallPair> {
    const [one, two] = [await this.#newcomer(first), await this.#newcomer(second)];
    await two.join(await one.invite());
    await two.write("hello");
    await one.openChat();
    await one.read("hello");
    return new CallPair(this.net, [first, second], [one, two]);
  }

  async #startRelay(): Promise<void> {
    const config = {
      publicName: PUBLIC_ADDRESS,
      listen: { host: PUBLIC_ADDRESS, port: 5484, wsPort: 5485 },
      web: { host: PUBLIC_ADDRESS, port: WEB_PORT, certificate: `${PEM}first.cert.pem`, key: `${PEM}first.key.pem` },
      turn: {},
    };
    const files = { "relay.json": config, "network.json": NETWORK };
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(this.#folder, name), JSON.stringify(content));
    }
    const settings = ["--config", "relay.json", "--network", "network.json", "--data", "data", "--json", "--no-mdns"];
    const args = ["netns", "exec", this.net.publicMachine, process.execPath, PROGRAM, "relay", ...settings];
    const relay = spawn("ip", args, { cwd: this.#folder, stdio: ["ignore", "pipe", "inherit"] });
    this.#relay = relay;
    for await (const line of createInterface({ input: relay.stdout })) {
      expect(JSON.parse(line)).toMatchObject({ ready: true, turnPort: 3478 });
      relay.stdout.resume();
      return;
    }
    throw new Error("the relay ended before it was ready");
  }

  async #newcomer(at: number): Promise<AppPage> {
    if (found === null) throw new TypeError("a browser was found");
    const script = join(this.#folder, `browser-${at}.sh`);
    const command = `exec ip netns exec ${this.net.home(at).machine} "${found.executablePath}" "$@"`;
    await writeFile(script, `#!/bin/sh\n${command}\n`);
    await chmod(script, 0o755);
    const browser = await launchBrowser({ ...found, executablePath: script }, MADE_UP_DEVICES);
    this.#browsers.push(browser);
    const profile = await AppProfile.open(browser, { height: 900 });
    await watchConnections(profile.context);
    const app = await profile.tab(`https://${PUBLIC_ADDRESS}:${WEB_PORT}/`);
    await app.makeAccount();
    await app.stayReachable();
    return app;
  }
}
