/** Two people in browsers in two homes, and a relay with TURN on a public machine: the built app and the shipped program. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { expect } from "vitest";
import { type FoundBrowser, launchBrowser } from "../../packages/web/test/support/browser.ts";
import type { AppPage } from "../e2e/support/app-page.ts";
import { AppProfile } from "../e2e/support/app-profile.ts";
import { pattern, word } from "../e2e/support/words.ts";
import { NatLab, PUBLIC_ADDRESS } from "./nat-lab.ts";

const PROGRAM = fileURLToPath(new URL("../../packages/node/dist/program/kith.js", import.meta.url));
const PEM = fileURLToPath(new URL("../../packages/node/src/relay-host/testing/", import.meta.url));
const WEB_PORT = 8443;

/** A network of its own whose work takes no time; everything else is as shipped. */
const NETWORK = {
  netId: "nat-lab",
  parameters: { claimBits: 4, receiptDelayMs: 0, relayWork: { create: 4, bundleGet: 2, boxPut: 4 } },
};

const DEVICES = [
  "--ignore-certificate-errors",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
] as const;

/** How long anything may take before it counts as not happening, in ms. */
export const PATIENCE_MS = 40_000;

/** How a call came about. */
export interface Connected {
  readonly path: "direct" | "relayed";
  /** From the answer to the first moving picture of the other side, at the one who answered, in ms. */
  readonly tookMs: number;
}

/** The laboratory with people in it. */
export class CallLab {
  readonly lab: NatLab;
  apps: readonly [AppPage, AppPage] | null = null;
  readonly #folder: string;
  #relay: ChildProcess | null = null;
  readonly #browsers: Browser[] = [];

  private constructor(lab: NatLab, folder: string) {
    this.lab = lab;
    this.#folder = folder;
  }

  /** Starts everything, and lets the two become contacts. */
  static async start(found: FoundBrowser): Promise<CallLab> {
    const lab = new CallLab(NatLab.make(), await mkdtemp(join(tmpdir(), "kith-nat-")));
    try {
      await lab.#startRelay();
      const one = await lab.#newcomer(0, found);
      const two = await lab.#newcomer(1, found);
      await two.join(await one.invite());
      await two.write("hello");
      await one.openChat();
      await one.read("hello");
      lab.apps = [one, two];
      return lab;
    } catch (error) {
      await lab.stop();
      throw error;
    }
  }

  /** The person of a home. */
  app(at: 0 | 1): AppPage {
    if (this.apps === null) throw new TypeError("the laboratory has started");
    return this.apps[at];
  }

  async stop(): Promise<void> {
    await Promise.all(this.#browsers.map((each) => each.close()));
    const relay = this.#relay;
    if (relay !== null && relay.exitCode === null) {
      const ended = once(relay, "exit");
      relay.kill("SIGTERM");
      await ended;
    }
    this.lab.remove();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Calls from the first home, without answering. */
  async ring(): Promise<void> {
    await this.app(0).press("call.video");
    await this.#panel(1, "call.incomingVideo").waitFor({ timeout: PATIENCE_MS });
  }

  /**
   * Answers in the second home and waits until both see each other. @param expected direct: at least one side sends without
   * the relay, which answers sooner than a router lets anything through · relayed: both send over it.
   */
  async answer(expected: Connected["path"]): Promise<Connected> {
    const startedMs = performance.now();
    await this.app(1).press("call.acceptVideo");
    await expect.poll(() => this.frames(1), { timeout: PATIENCE_MS, interval: 20 }).toBeGreaterThan(0);
    const tookMs = Math.round(performance.now() - startedMs);
    for (const at of [0, 1] as const) {
      await expect.poll(() => this.frames(at), { timeout: PATIENCE_MS }).toBeGreaterThan(20);
    }
    const path = async (): Promise<Connected["path"]> => {
      const direct = await Promise.all(([0, 1] as const).map((at) => this.#isDirect(at)));
      return direct.includes(true) ? "direct" : "relayed";
    };
    await expect.poll(path, { timeout: PATIENCE_MS }).toBe(expected);
    return { path: expected, tookMs };
  }

  async hangUp(): Promise<void> {
    await this.app(0).press("call.hangUp");
    await this.#panel(1, "call.with").waitFor({ state: "detached", timeout: PATIENCE_MS });
  }

  /** Pictures of the other side that were drawn at this one. */
  frames(at: 0 | 1): Promise<number> {
    return this.app(at).page.evaluate(
      () => document.querySelector<HTMLVideoElement>("[data-remote]")?.getVideoPlaybackQuality().totalVideoFrames ?? 0,
    );
  }

  /** A text from each side to the other. */
  async write(text: string): Promise<void> {
    for (const [from, to] of [
      [0, 1],
      [1, 0],
    ] as const) {
      await this.app(from).write(`${text} ${from}`);
      await this.app(to).read(`${text} ${from}`);
    }
  }

  /** The person of the first home hides the address, or shows it, in the settings. */
  async hideAddress(isHidden: boolean): Promise<void> {
    const app = this.app(0);
    await app.goTo("settings");
    const choice = app.page.getByRole("group", { name: pattern("en", "privacy.address") });
    const key = isHidden ? "privacy.receiptsOn" : "privacy.receiptsOff";
    await choice.getByRole("radio", { name: word("en", key), exact: true }).check();
    await app.goTo("");
    await app.openChat();
  }

  async #isDirect(at: 0 | 1): Promise<boolean> {
    return (await this.app(at).page.getByText(pattern("en", "call.direct")).count()) > 0;
  }

  #panel(at: 0 | 1, key: Parameters<AppPage["exactly"]>[1]) {
    return this.app(at).page.getByRole("dialog", { name: pattern("en", key) });
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
    const words = [
      "relay",
      "--config",
      "relay.json",
      "--network",
      "network.json",
      "--data",
      "data",
      "--json",
      "--no-mdns",
    ];
    const args = ["netns", "exec", this.lab.publicMachine, process.execPath, PROGRAM, ...words];
    const relay = spawn("ip", args, { cwd: this.#folder, stdio: ["ignore", "pipe", "inherit"] });
    this.#relay = relay;
    for await (const line of createInterface({ input: relay.stdout })) {
      expect(JSON.parse(line)).toMatchObject({ ready: true, turnPort: 3478 });
      relay.stdout.resume();
      return;
    }
    throw new Error("the relay ended before it was ready");
  }

  async #newcomer(at: 0 | 1, found: FoundBrowser): Promise<AppPage> {
    const { machine } = this.lab.homes[at];
    const script = join(this.#folder, `browser-${at}.sh`);
    await writeFile(script, `#!/bin/sh\nexec ip netns exec ${machine} "${found.executablePath}" "$@"\n`);
    await chmod(script, 0o755);
    const browser = await launchBrowser({ ...found, executablePath: script }, DEVICES);
    this.#browsers.push(browser);
    const profile = await AppProfile.open(browser, { height: 900 });
    const app = await profile.tab(`https://${PUBLIC_ADDRESS}:${WEB_PORT}/`);
    await app.makeAccount();
    await app.stayReachable();
    return app;
  }
}
