/** A browser profile with the app in it: what a person does there, and everything that must not happen meanwhile. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { tellPages } from "../../../packages/web/test/support/tell-pages.ts";
import { AppPage } from "./app-page.ts";
import type { AppLanguage } from "./words.ts";

/** How a profile looks at the app. */
export interface ProfileOptions {
  readonly language?: AppLanguage;
  readonly theme?: "light" | "dark";
  readonly width?: number;
  readonly height?: number;
  /** Whether the app may keep itself on the device; true by default. */
  readonly isKept?: boolean;
}

/** What a page does by itself may take as long on a busy machine, in ms. */
const PATIENCE_MS = 60_000;

/** A relay or a node that cannot be reached is an everyday thing, which browsers write as an error. */
const EVERYDAY = /WebSocket connection to|ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED/;

/** One profile: its storage and its tabs. Ends with the test. */
export class AppProfile {
  readonly context: BrowserContext;
  readonly language: AppLanguage;
  /** Uncaught errors of scripts, and what was written as an error, in any tab. */
  readonly faults: string[] = [];
  /** Violations of the policy, as the browser reports them. */
  readonly violations: string[] = [];

  private constructor(context: BrowserContext, language: AppLanguage) {
    this.context = context;
    this.language = language;
  }

  static async open(browser: Browser, options: ProfileOptions = {}): Promise<AppProfile> {
    const { language = "en", theme = "light", width = 1100, height = 800, isKept = true } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: "reduce",
      locale: language,
      ignoreHTTPSErrors: true,
      serviceWorkers: isKept ? "allow" : "block",
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const profile = new AppProfile(context, language);
    onTestFinished(async ({ task }) => {
      if (task.result?.state === "fail") await tellPages(context);
      await context.close();
    });
    context.on("page", (page) => profile.#watch(page));
    await context.exposeFunction("reportViolation", (text: string) => profile.violations.push(text));
    await context.addInitScript(() => {
      const { reportViolation } = globalThis as unknown as { reportViolation: (text: string) => void };
      document.addEventListener("securitypolicyviolation", (event) => {
        reportViolation(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    return profile;
  }

  /** Opens a tab at an address. */
  async tab(url: string): Promise<AppPage> {
    const page = await this.context.newPage();
    await page.goto(url);
    return new AppPage(page, this.language);
  }

  #watch(page: Page): void {
    page.on("pageerror", (error) => this.faults.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" && !EVERYDAY.test(message.text())) this.faults.push(message.text());
    });
  }
}
