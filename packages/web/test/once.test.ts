/** Messages to be seen once in the page: written, sent, opened, closed, and what never shows their words. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import { makeOnceScene } from "./support/once-screens.ts";
import { type View, withScreen } from "./support/open-screen.ts";
import { ACCOUNTS, idOf, makeScene } from "./support/scene.ts";

const found = inject("browser");
const folder = inject("pageFolder");
const VIEW: View = { language: "en", theme: "light", width: 1280, height: 800 };
const chat = `/chat/${ACCOUNTS.noor}`;
const LOG = "[role=log] article";
const SECRET = "the key is under the blue pot";

describe.skipIf(found === null)("a message to be seen once in the page", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found);
  });
  afterAll(() => browser.close());

  test("is asked for by keyboard, one at a time, for texts and files, and its words are not shown again", async () => {
    const client = makeScene("en");
    const screen = { name: "write", client: () => client, hash: chat, ready: "form button[aria-pressed]" };
    await withScreen(browser, folder, screen, VIEW, async ({ page, faults }) => {
      const toggle = page.getByRole("button", { name: "To be seen once" });
      await toggle.focus();
      await page.keyboard.press("Enter");
      await page.getByText("Kith cannot stop a photo of the screen").waitFor();
      await page.locator("textarea").fill(SECRET);
      await page.locator("textarea").press("Enter");
      await page.locator(LOG).last().getByText("nothing of it is kept here").waitFor();
      const sent = client.calls.find(({ method }) => method === "message.send");
      expect(sent?.params).toMatchObject({ text: SECRET, isOnce: true });
      expect(await toggle.getAttribute("aria-pressed")).toBe("false");
      expect(await page.content()).not.toContain(SECRET);
      await page.locator("textarea").fill("an everyday text");
      await page.locator("textarea").press("Enter");
      await page.locator(LOG).last().getByText("an everyday text").waitFor();
      await toggle.click();
      const files = [{ name: "plan.txt", mimeType: "text/plain", buffer: Buffer.from("x") }];
      await page.locator("form input[type=file]").setInputFiles(files);
      await expect.poll(() => [...client.uploads.values()][0]?.head.isOnce).toBe(true);
      expect(faults).toEqual([]);
    });
  });

  test("opens by one press, stays as long as the dialog is open, and is gone after it", async () => {
    const client = makeOnceScene("en");
    client.onceInside.set(idOf(6), { text: SECRET });
    const button = `${LOG}[data-message="t${idOf(6)}"] button`;
    const screen = { name: "open", client: () => client, hash: chat, ready: button };
    await withScreen(browser, folder, screen, VIEW, async ({ page, faults }) => {
      const row = page.locator(`${LOG}[data-message="t${idOf(6)}"]`);
      expect(await row.getAttribute("aria-label")).toContain("A message to be seen once");
      expect(await page.content()).not.toContain(SECRET);
      await row.getByRole("button", { name: "Open once" }).press("Enter");
      await page.getByRole("dialog").getByText(SECRET).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await row.getByText("Opened, and gone").waitFor();
      expect(await page.content()).not.toContain(SECRET);
      expect(await row.getByRole("button", { name: "Open once" }).count()).toBe(0);
      await row.focus();
      await page.keyboard.press("Enter");
      expect(await page.getByRole("menuitem", { name: "Answer" }).count()).toBe(0);
      expect(await page.getByRole("menuitem", { name: "Forward" }).count()).toBe(0);
      expect(faults).toEqual([]);
    });
  });

  test("with a file is fetched first, and its bytes are let go of when it is closed", async () => {
    const client = makeOnceScene("en");
    const file = { name: "plan.txt", sizeBytes: 3, mediaType: "text/plain" };
    client.onceInside.set(idOf(4), { file });
    const button = `${LOG}[data-message="t${idOf(4)}"] button`;
    const screen = { name: "file", client: () => client, hash: chat, ready: button };
    await withScreen(browser, folder, screen, VIEW, async ({ page }) => {
      const row = page.locator(`${LOG}[data-message="t${idOf(4)}"]`);
      expect(await row.getByRole("button", { name: "Open once" }).count()).toBe(0);
      await row.getByRole("button", { name: "Get" }).click();
      await expect.poll(() => client.calls.some(({ method }) => method === "file.accept")).toBe(true);
      const known = client.messages[3]?.file;
      if (known === undefined) throw new Error("no file");
      client.change(idOf(4), { file: { ...known, state: "complete" } });
      await row.getByRole("button", { name: "Open once" }).click();
      await page.getByRole("dialog").getByText("plan.txt").waitFor();
      await page.getByRole("button", { name: "Close for good" }).click();
      await expect.poll(() => client.calls.some(({ method }) => method === "message.close")).toBe(true);
    });
  });
});
