/** Two people in two homes of the laboratory: what they do with each other, and what comes of it. */
import { readFile } from "node:fs/promises";
import { expect } from "vitest";
import type { AppPage } from "../e2e/support/app-page.ts";
import { framesOf } from "../e2e/support/call-page.ts";
import { panel } from "../e2e/support/call-people.ts";
import { pattern, type WordKey, word } from "../e2e/support/words.ts";
import { packetsOf } from "./connections.ts";
import type { Line, NatLab, Router } from "./nat-lab.ts";

/** How long anything may take before it counts as not happening, in ms. */
const PATIENCE_MS = 60_000;
const PATIENTLY = { timeout: PATIENCE_MS, interval: 100 } as const;

/** More than a second of pictures, or half a second of sound. */
const MANY = 20;

/** How large the files are, in bytes. */
const FILE_BYTES = 1024 * 1024;

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

  /** What the routers of both do; the line is that of the first. */
  setRouters([one, two]: readonly [Router, Router], line: Line = {}): void {
    this.#net.setRouter(this.#homes[0], one, line);
    this.#net.setRouter(this.#homes[1], two);
  }

  /** The machine of the first home gets another address. */
  move(): void {
    this.#net.renumber(this.#homes[0], 77);
  }

  /** Both load the page anew, so that no connection is left that only another router let through. */
  async reload(): Promise<void> {
    await Promise.all(
      this.#apps.map(async ({ page, composer }) => {
        await page.reload();
        await composer.waitFor({ timeout: PATIENCE_MS });
      }),
    );
  }

  /** Calls from the first home, without answering. */
  async ring(kind: "video" | "voice" = "video"): Promise<void> {
    await this.app(0).press(`call.${kind}`);
    const incoming = kind === "video" ? "call.incomingVideo" : "call.incomingVoice";
    await panel(this.app(1), incoming).waitFor({ timeout: PATIENCE_MS });
  }

  /**
   * Answers a video call in the second home and waits until both see each other. @param expected direct: at least one side
   * sends without the relay, which answers sooner than a router lets anything through · relayed: both send over it · left out
   * where either may be.
   */
  async answer(expected?: Connected["path"]): Promise<Connected> {
    const startedMs = performance.now();
    await this.app(1).press("call.acceptVideo");
    await expect.poll(() => framesOf(this.app(1)), { timeout: PATIENCE_MS, interval: 20 }).toBeGreaterThan(0);
    const tookMs = Math.round(performance.now() - startedMs);
    for (const at of SIDES) await expect.poll(() => framesOf(this.app(at)), PATIENTLY).toBeGreaterThan(MANY);
    if (expected === undefined) return { path: await this.#path(), tookMs };
    await expect.poll(() => this.#path(), PATIENTLY).toBe(expected);
    return { path: expected, tookMs };
  }

  /** Calls and answers by voice, and waits until both hear each other. */
  async talk(): Promise<void> {
    await this.ring("voice");
    await this.app(1).press("call.accept");
    for (const at of SIDES) await this.hearsOn(at);
  }

  /** Waits until a side has got more of the other than it has now. */
  async hearsOn(at: Side, withinMs = PATIENCE_MS): Promise<void> {
    const before = await packetsOf(this.app(at).page);
    const patiently = { timeout: withinMs, interval: 100 };
    await expect.poll(() => packetsOf(this.app(at).page), patiently).toBeGreaterThan(before + MANY);
  }

  /** Whether one of them shows a call that goes on. */
  async isInCall(): Promise<boolean> {
    const shown = await Promise.all(this.#apps.map((app) => panel(app, "call.with").count()));
    return shown.some((count) => count > 0);
  }

  /** How many calls the chat of the first enters as this. */
  countEntries(key: WordKey): Promise<number> {
    return this.app(0)
      .page.getByRole("article", { name: pattern("en", key) })
      .count();
  }

  /** Closes what says why the call is over, where it does. */
  async dismiss(): Promise<void> {
    for (const { page } of this.#apps) {
      const close = page.getByRole("dialog").getByRole("button", { name: word("en", "common.close"), exact: true });
      if (await close.isVisible()) await close.click();
    }
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

  /** A file from the first to the second, byte for byte. @param name of no other file that was sent. @returns how long it took, in ms. */
  async sendFile(name: string): Promise<number> {
    const buffer = Buffer.alloc(FILE_BYTES, `${name}, `);
    const file = { name: `${name}.bin`, mimeType: "application/octet-stream", buffer };
    const { page } = this.app(1);
    const card = page.getByRole("article").filter({ hasText: file.name });
    const button = (key: "file.do.get" | "file.do.save") => card.getByRole("button", { name: word("en", key) });
    const startedMs = performance.now();
    await this.app(0).page.locator("form input[type=file]").setInputFiles([file]);
    await button("file.do.get").click({ timeout: PATIENCE_MS });
    await button("file.do.save").waitFor({ timeout: PATIENCE_MS });
    const tookMs = Math.round(performance.now() - startedMs);
    const [saved] = await Promise.all([page.waitForEvent("download"), button("file.do.save").click()]);
    expect(Buffer.compare(await readFile(await saved.path()), buffer)).toBe(0);
    return tookMs;
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
