/** Opens a screen in a fresh browser profile and watches for everything that must not happen. */
import type { Browser, Page } from "playwright-core";
import { type PageServer, servePage, TOKEN } from "./page-server.ts";
import type { SceneLanguage } from "./scene.ts";
import type { ScreenCase } from "./screens.ts";

/** What a page does by itself may take as long on a busy machine, in ms. */
const PATIENCE_MS = 60_000;

/** How a screen is looked at. */
export interface View {
  readonly language: SceneLanguage;
  readonly theme: "light" | "dark";
  readonly width: number;
  readonly height: number;
}

/** An open page. */
export interface OpenPage {
  readonly page: Page;
  /** Errors of scripts and violations of the policy. */
  readonly faults: string[];
  close(): Promise<void>;
}

/** Opens a page on a server; `hash` is the part after the sign, `prepare` runs in the page before anything else. */
export async function openPage(
  browser: Browser,
  server: PageServer,
  view: View,
  hash?: string,
  prepare?: () => void,
): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width: view.width, height: view.height },
    colorScheme: view.theme,
    reducedMotion: "reduce",
    locale: view.language,
    hasTouch: view.width < 600,
  });
  await context.addInitScript(
    ({ language, token }) => {
      if (localStorage.getItem("kith.language") === null) localStorage.setItem("kith.language", language);
      if (token !== null && localStorage.getItem("kith.token") === null) localStorage.setItem("kith.token", token);
    },
    { language: view.language, token: hash === undefined ? null : TOKEN },
  );
  context.setDefaultTimeout(PATIENCE_MS);
  if (prepare !== undefined) await context.addInitScript(prepare);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  await page.goto(`${server.origin}/#${hash ?? "/"}`);
  return { page, faults, close: () => context.close() };
}

/** Runs `use` on a screen as it is when it is ready. */
export async function withScreen(
  browser: Browser,
  folder: string,
  screen: ScreenCase,
  view: View,
  use: (open: OpenPage) => Promise<void>,
): Promise<void> {
  const { origin, prepare } = screen;
  const server = await servePage(folder, screen.client(view.language), origin === undefined ? {} : { origin });
  const hash = screen.isLetIn === false ? undefined : (screen.hash ?? "/");
  const open = await openPage(browser, server, view, hash, prepare);
  try {
    await open.page.locator(screen.ready).first().waitFor();
    await screen.act?.(open.page, server);
    await open.page.evaluate(async () => {
      await document.fonts.ready;
    });
    const faults = open.faults.filter((fault) => screen.expectedFaults?.test(fault) !== true);
    await use({ ...open, faults });
  } finally {
    await open.close();
    await server.stop();
  }
}
