/** The lock that comes by itself, and erasing everything, in the page. */
import { MessengerError } from "@kith/client";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import type { FakeClient } from "./support/fake-client.ts";
import { type OpenPage, openPage } from "./support/open-screen.ts";
import { type PageServer, servePage } from "./support/page-server.ts";
import { makeScene } from "./support/scene.ts";

const found = inject("browser");
const folder = inject("pageFolder");
const PIN = "1234";

describe.skipIf(found === null)("the lock that comes by itself", () => {
  let browser: Browser;
  let server: PageServer;
  let open: OpenPage;

  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found);
  });
  afterEach(async () => {
    expect(open.faults).toEqual([]);
    await open.close();
    await server.stop();
  });
  afterAll(() => browser.close());

  function makeLocking(lock: object = {}, language: "en" | "ar" | "hi" = "en"): FakeClient {
    const client = makeScene(language);
    client.pin = PIN;
    client.status = { ...client.status, hasPin: true, lock };
    return client;
  }

  async function start(client: FakeClient, hash: string, language: "en" | "ar" | "hi" = "en"): Promise<Page> {
    server = await servePage(folder, client);
    open = await openPage(browser, server, { language, theme: "light", width: 1100, height: 800 }, hash);
    return open.page;
  }

  const paramsOf = (client: FakeClient, method: string) =>
    client.calls.filter((call) => call.method === method).map(({ params }) => params);

  /** A browser without a window is always seen: what it says of itself is put in its place. */
  const hide = (page: Page) =>
    page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { configurable: true, value: "hidden" });
      document.dispatchEvent(new Event("visibilitychange"));
    });

  test("is chosen by keyboard, with what wrong PINs do", async () => {
    const client = makeLocking();
    const page = await start(client, "/settings");
    const idle = page.getByRole("group", { name: "Lock after this long without use", exact: true });
    await idle.getByRole("radio", { name: "Never", exact: true }).focus();
    await page.keyboard.press("ArrowRight");
    await vi.waitFor(() => expect(paramsOf(client, "account.setLock")).toEqual([{ idleMs: 60_000 }]));
    await idle.getByRole("radio", { name: "1 minute", exact: true, checked: true }).waitFor();
    await page.getByRole("radio", { name: "Lock at once", exact: true }).check({ force: true });
    await page.getByRole("radio", { name: "Erase everything after 10 in a row", exact: true }).check({ force: true });
    await vi.waitFor(() =>
      expect(paramsOf(client, "account.setLock").slice(1)).toEqual([{ whenHidden: true }, { eraseAfterTries: 10 }]),
    );
  });

  test("locks when nobody sees the page, and only where that was chosen", async () => {
    const client = makeLocking({ idleMs: 60_000 });
    const page = await start(client, "/settings");
    await page.getByRole("heading", { name: "Settings", exact: true }).waitFor();
    // The watch is loaded once it has told of the key.
    await vi.waitFor(async () => {
      await page.keyboard.press("Shift");
      expect(paramsOf(client, "account.present").length).toBeGreaterThan(0);
    });
    await hide(page);
    await page.getByRole("radio", { name: "Lock at once", exact: true }).check({ force: true });
    await vi.waitFor(() => expect(paramsOf(client, "account.setLock")).toEqual([{ whenHidden: true }]));
    expect(paramsOf(client, "account.lock")).toEqual([]);
    await page.getByRole("radio", { name: "Lock at once", exact: true, checked: true }).waitFor();
    await hide(page);
    await page.getByRole("heading", { name: "Locked", exact: true }).waitFor();
    expect(paramsOf(client, "account.lock")).toEqual([{}]);
  });

  test.each([
    ["en", "Erase everything here…", "erase", "Erase everything", "Everything is erased"],
    ["ar", "مسح كل شيء هنا…", "امسح", "مسح كل شيء", "مُسح كل شيء"],
    ["hi", "यहाँ सब कुछ मिटाएँ…", "मिटाएँ", "सब कुछ मिटाएँ", "सब कुछ मिटा दिया गया"],
  ] as const)("erasing asks for the word (%s)", async (language, open_, word, action, done) => {
    const client = makeLocking({}, language);
    const page = await start(client, "/settings", language);
    await page.getByRole("button", { name: open_, exact: true }).press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox").fill("no");
    await page.keyboard.press("Enter");
    await dialog.getByRole("alert").waitFor();
    expect(paramsOf(client, "account.erase")).toEqual([]);
    await dialog.getByRole("textbox").fill(` ${word} `);
    await dialog.getByRole("button", { name: action, exact: true }).press("Enter");
    await page.getByRole("heading", { name: done, exact: true }).waitFor();
    expect(paramsOf(client, "account.erase")).toEqual([{ confirm: "erase" }]);
  });

  test("an erasure that fails is told, and the dialog stays", async () => {
    const client = makeLocking();
    client.refusals["account.erase"] = new MessengerError("STORE_FAILED", "full");
    const page = await start(client, "/settings");
    await page.getByRole("button", { name: "Erase everything here…", exact: true }).click();
    await page.getByRole("dialog").getByRole("textbox").fill("ERASE");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByRole("alert").waitFor();
  });

  test("the last wrong PIN says that everything was erased", async () => {
    const client = makeLocking({ eraseAfterTries: 5 });
    client.status = { state: "locked", hasPin: true };
    client.refusals["account.unlock"] = new MessengerError("ERASED", "erased");
    const page = await start(client, "/");
    await page.getByRole("textbox", { name: "PIN", exact: true }).fill("0000");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Everything is erased", exact: true }).waitFor();
  });
});
