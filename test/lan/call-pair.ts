/** Two people in two homes of the laboratory: what they do with each other, and what comes of it. */
import { expect } from "vitest";
import type { AppPage } from "../e2e/support/app-page.ts";
import { framesOf } from "../e2e/support/call-page.ts";
import { panel } from "../e2e/support/call-people.ts";
import { pattern, word } from "../e2e/support/words.ts";
import type { NatLab, Router } from "./nat-lab.ts";

/** How long anything may take before it counts as not happening, in ms. */
const PATIENCE_MS = 60_000;
const PATIENTLY = { timeout: PATIENCE_MS, interval: 100 } as const;

/** More than a second of pictures. */
const MANY = 20;

/** How a call came about. */
export interface Connected {
  readonly path: "direct" | "relayed";
  /** From the answer to the first moving picture of the other side, at the one who answered, in ms. */
  readonly tookMs: number;
}

/** One of the two. */
export type Side = 0 | 1;

const SIDES: readonly Side[] = [0, 1];

/** The two, with their chat open. */
export class CallPair {
  readonly #net: NatLab;
  readonly #homes: readonly [number, number];
  readonly #apps: readonly [AppPage, AppPage];

  constructor(net: NatLab, homes: readonly [number, number], apps: readonly [AppPage, AppPage]) {
    this.#net = net;
    this.#homes = homes;
    this.#apps = apps;
  }

  app(at: Side): AppPage {
    return this.#apps[at];
  }

  /** What the routers of both do. */
  setRouters([one, two]: readonly [Router, Router]): void {
    this.#net.setRouter(this.#homes[0], one);
    this.#net.setRouter(this.#homes[1], two);
  }

  /** Calls from the first home, without answering. */
  async ring(): Promise<void> {
    await this.app(0).press("call.video");
    await panel(this.app(1), "call.incomingVideo").waitFor({ timeout: PATIENCE_MS });
  }

  /**
   * Answers a video call in the second home and waits until both see each other. @param expected direct: at least one side
   * sends without the relay, which answers sooner than a router lets anything through · relayed: both send over it.
   */
  async answer(expected: Connected["path"]): Promise<Connected> {
    const startedMs = performance.now();
    await this.app(1).press("call.acceptVideo");
    await expect.poll(() => framesOf(this.app(1)), { timeout: PATIENCE_MS, interval: 20 }).toBeGreaterThan(0);
    const tookMs = Math.round(performance.now() - startedMs);
    for (const at of SIDES) await expect.poll(() => framesOf(this.app(at)), PATIENTLY).toBeGreaterThan(MANY);
    await expect.poll(() => this.#path(), PATIENTLY).toBe(expected);
    return { path: expected, tookMs };
  }

  async hangUp(): Promise<void> {
    await this.app(0).press("call.hangUp");
    await panel(this.app(1), "call.with").waitFor({ state: "detached", timeout: PATIENCE_MS });
  }

  /** A text from each side to the other. */
  async write(text: string): Promise<void> {
    for (const from of SIDES) {
      await this.app(from).write(`${text} ${from}`);
      await this.app(from === 0 ? 1 : 0).read(`${text} ${from}`);
    }
  }

  /** The person of the first home hides the address in the settings. */
  async hideAddress(): Promise<void> {
    const app = this.app(0);
    await app.goTo("settings");
    const choice = app.page.getByRole("group", { name: pattern("en", "privacy.address") });
    await choice.getByRole("radio", { name: word("en", "privacy.receiptsOn"), exact: true }).check();
    await app.goTo("");
    await app.openChat();
  }

  async #path(): Promise<Connected["path"]> {
    const direct = await Promise.all(
      SIDES.map(async (at) => (await this.app(at).page.getByText(pattern("en", "call.direct")).count()) > 0),
    );
    return direct.includes(true) ? "direct" : "relayed";
  }
}
