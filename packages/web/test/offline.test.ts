/** The installed app: it starts without a network, asks before it changes, and keeps nothing but its own files. */
import { cp, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import { type OpenPage, openPage } from "./support/open-screen.ts";
import { type PageServer, type ServeOptions, servePage } from "./support/page-server.ts";
import { makeScene, type SceneLanguage } from "./support/scene.ts";
import { tellPages } from "./support/tell-pages.ts";

const found = inject("browser");
const built = inject("pageFolder");

/** Paths of everything that is kept, after the service worker has taken the page over. */
async function keptPaths(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const paths: string[] = [];
    for (const name of await caches.keys()) {
      for (const { url } of await (await caches.open(name)).keys()) paths.push(new URL(url).pathname);
    }
    return paths;
  });
}

describe.skipIf(found === null)("the app on this device", () => {
  let browser: Browser;
  let folder: string;
  let server: PageServer;
  let open: OpenPage;

  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found);
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kith-app-"));
    await cp(built, folder, { recursive: true });
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await tellPages(open.page.context());
    await open.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  afterAll(() => browser.close());

  async function start(language: SceneLanguage = "en", options: ServeOptions = {}): Promise<Page> {
    server = await servePage(folder, makeScene(language), options);
    open = await openPage(browser, server, { language, theme: "light", width: 1100, height: 800 }, "/");
    await open.page.locator("[data-list] nav li").first().waitFor();
    await open.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    return open.page;
  }

  /** Puts another version in the place of the one that is served: the worker last, since the browser may ask for it at any time. */
  async function release(title: string): Promise<void> {
    await change("index.html", (page) => page.replace(/<title>[^<]*<\/title>/, `<title>${title}</title>`));
    await change("sw.js", (code) => code.replace(/"[0-9a-f]{16}"/, `"${title.padEnd(16, "0")}"`));
  }

  /** Changes a served file at one stroke: nobody is answered with a part of it. */
  async function change(name: string, edit: (text: string) => string): Promise<void> {
    const path = join(folder, name);
    await writeFile(`${path}.new`, edit(await readFile(path, "utf8")));
    await rename(`${path}.new`, path);
  }

  const askForUpdate = (page: Page) =>
    page.evaluate(async () => {
      await (await navigator.serviceWorker.getRegistration())?.update();
    });

  test("starts without a network and goes on when the node is back", async () => {
    const page = await start();
    expect(open.faults).toEqual([]);
    const port = Number(new URL(server.origin).port);
    await server.stop();
    await page.reload();
    await page.getByRole("heading", { name: "Your node is not running" }).waitFor();
    server = await servePage(folder, makeScene("en"), { port });
    await page.getByRole("link", { name: /Noor Haddad/ }).waitFor({ timeout: 20_000 });
  });

  test("keeps the files of the app and nothing else", async () => {
    const page = await start();
    await writeFile(join(folder, "network.json"), "{}");
    await page.evaluate(() => fetch("/network.json").then((response) => response.json()));
    const kept = await keptPaths(page);
    expect(kept).toContain("/");
    expect(kept.filter((path) => path !== "/" && !path.startsWith("/assets/"))).toEqual([]);
  });

  test("is kept whole although requests were lost", async () => {
    const page = await start("en", { lost: /settings|words-/ });
    const kept = await keptPaths(page);
    expect(kept.filter((path) => /settings|words-/.test(path)).length).toBeGreaterThan(3);
  });

  test("keeps the fonts of the script that was shown first", async () => {
    const page = await start("ar");
    await page.waitForFunction(async () => {
      const urls = [];
      for (const name of await caches.keys()) urls.push(...(await (await caches.open(name)).keys()));
      return urls.some(({ url }) => /vazirmatn.*\.woff2$/.test(url));
    });
    expect((await keptPaths(page)).some((path) => path.includes("latin-ext"))).toBe(false);
  });

  test("asks before it updates, and stays as it is until then", async () => {
    const page = await start();
    await release("second");
    await askForUpdate(page);
    await page.getByText("A new version of Kith is ready.").waitFor();
    await page.reload();
    await page.getByText("A new version of Kith is ready.").waitFor();
    expect(await page.title()).toBe("Kith");
    await page.getByRole("button", { name: "Reload" }).click();
    await page.waitForFunction(() => document.title === "second");
    await page.locator("[data-list] nav li").first().waitFor();
    expect(await page.getByText("A new version of Kith is ready.").count()).toBe(0);
    expect(open.faults).toEqual([]);
  });

  test("lets another tab update without pulling this one along", async () => {
    const page = await start();
    const other = await page.context().newPage();
    await other.goto(`${server.origin}/#/`);
    await other.locator("[data-list] nav li").first().waitFor();
    await release("third");
    await askForUpdate(page);
    await other.getByRole("button", { name: "Reload" }).click();
    await other.waitForFunction(() => document.title === "third");
    expect(await page.title()).toBe("Kith");
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    await page.getByText("A new version of Kith is ready.").waitFor();
  });

  test("can be installed", async () => {
    const page = await start();
    const session = await page.context().newCDPSession(page);
    const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
    expect(installabilityErrors).toEqual([]);
    const { errors, data } = await session.send("Page.getAppManifest");
    expect(errors).toEqual([]);
    const { icons } = JSON.parse(data ?? "{}") as { icons: { src: string; sizes: string }[] };
    for (const { src, sizes } of icons.filter(({ src }) => src.endsWith(".png"))) {
      const size = await page.evaluate(async (address) => {
        const picture = await createImageBitmap(await (await fetch(address)).blob());
        return `${picture.width}x${picture.height}`;
      }, src);
      expect(size).toBe(sizes);
    }
  });
});
