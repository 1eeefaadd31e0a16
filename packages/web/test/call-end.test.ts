/** The end of a call in the page: what it says stays until the person closes it, however often the end is told. */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import { type OpenPage, openPage } from "./support/open-screen.ts";
import { type PageServer, servePage } from "./support/page-server.ts";
import { ACCOUNTS, makeScene } from "./support/scene.ts";

const found = inject("browser");
const folder = inject("pageFolder");
const VIEW = { language: "en", theme: "light", width: 1100, height: 800 } as const;

const MADE_UP_DEVICES = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];

describe.skipIf(found === null)("the end of a call", () => {
  let browser: Browser;
  let server: PageServer;
  let open: OpenPage;

  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found, MADE_UP_DEVICES);
  });
  afterEach(async () => {
    expect(open.faults).toEqual([]);
    await open.close();
    await server.stop();
  });
  afterAll(() => browser.close());

  test("that nobody answered is said until it is closed, though it is told twice", async () => {
    const client = makeScene("en");
    server = await servePage(folder, client);
    open = await openPage(browser, server, VIEW, `/chat/${ACCOUNTS.asha}`);
    const { page } = open;
    const looks = () => client.calls.filter(({ method }) => method === "call.get").length;
    await page.getByRole("button", { name: "Voice call", exact: true }).click();
    // While the browser asks for the microphone the panel has the same name, and there is no call yet.
    await vi.waitFor(() => expect(client.calls.some(({ method }) => method === "call.start")).toBe(true), 60_000);
    await page.getByRole("dialog", { name: /^Call with/ }).waitFor();
    const before = looks();
    client.setCall({ phase: "ended", end: { reason: "no-answer", isOwn: true } });
    client.tell({ type: "call.changed", account: ACCOUNTS.asha });
    const said = page.getByRole("dialog", { name: /did not answer/ });
    await said.waitFor();
    client.tell({ type: "call.changed", account: ACCOUNTS.asha });
    await vi.waitFor(() => expect(looks()).toBeGreaterThanOrEqual(before + 3), 60_000);
    // What was asked for comes back before the next question does.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 0)));
    expect(await said.count()).toBe(1);
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await said.waitFor({ state: "detached" });
  });
});
