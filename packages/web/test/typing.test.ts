/** Typing indicators in the page: told while one writes, shown in the list and the chat, and spoken once. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import type { FakeClient } from "./support/fake-client.ts";
import { type OpenPage, openPage } from "./support/open-screen.ts";
import { type PageServer, servePage } from "./support/page-server.ts";
import { ACCOUNTS, makeScene } from "./support/scene.ts";

const found = inject("browser");
const folder = inject("pageFolder");
const VIEW = { language: "en", theme: "light", width: 1100, height: 800 } as const;

describe.skipIf(found === null)("typing indicators", () => {
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

  async function start(client: FakeClient, hash: string): Promise<Page> {
    server = await servePage(folder, client);
    open = await openPage(browser, server, VIEW, hash);
    return open.page;
  }

  const told = (client: FakeClient) =>
    client.calls.filter(({ method }) => method === "chat.setTyping").map(({ params }) => params);

  test("are told once for a burst of keys, end with an empty field, and begin anew after a message", async () => {
    const client = makeScene("en");
    const page = await start(client, `/chat/${ACCOUNTS.noor}`);
    const field = page.getByRole("textbox", { name: "Message", exact: true });
    const who = ACCOUNTS.noor;
    await field.pressSequentially("on");
    await vi.waitFor(() => expect(told(client)).toEqual([{ who, isTyping: true }]));
    await field.fill("");
    await vi.waitFor(() => expect(told(client).at(-1)).toEqual({ who, isTyping: false }));
    await field.pressSequentially("my way");
    await page.keyboard.press("Enter");
    await page.getByRole("article", { name: /^You, my way/ }).waitFor();
    const before = told(client).length;
    expect(told(client).at(-1)).toEqual({ who, isTyping: true });
    await field.pressSequentially("x");
    await vi.waitFor(() => expect(told(client).length).toBe(before + 1));
  });

  test("are not told for other words of an old message, nor to somebody who has not answered", async () => {
    const client = makeScene("en");
    const page = await start(client, `/chat/${ACCOUNTS.noor}`);
    await page.getByRole("article").last().waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.type(" really");
    await page.keyboard.press("Enter");
    await page.getByRole("article", { name: /^You, .* really, edited,/ }).waitFor();
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `/chat/${ACCOUNTS.tomas}`);
    await page.locator("h1", { hasText: "Tomás" }).waitFor();
    await page.getByRole("textbox", { name: "Message", exact: true }).fill("are you there?");
    await page.keyboard.press("Enter");
    await page.getByRole("article", { name: /^You, are you there/ }).waitFor();
    expect(told(client)).toEqual([]);
  });

  test("show in the list and the chat while they last, and are spoken once", async () => {
    const client = makeScene("en");
    const page = await start(client, `/chat/${ACCOUNTS.noor}`);
    await page.getByRole("article").last().waitFor();
    const row = page.locator(`[data-chat="${ACCOUNTS.noor}"]`);
    const head = page.locator("[data-conversation] a[href^='#/person/']").first();
    const tell = (isTyping: boolean) => client.tell({ type: "chat.typing", account: ACCOUNTS.noor, isTyping });
    tell(true);
    await row.getByText("writing…").waitFor();
    await head.getByText("writing…").waitFor();
    const spoken = page.getByText(/Noor Haddad.* is writing/);
    await spoken.waitFor({ state: "attached" });
    tell(false);
    await row.getByText("writing…").waitFor({ state: "detached" });
    await head.getByText("writing…").waitFor({ state: "detached" });
    client.receive({
      id: "f".repeat(32),
      chat: ACCOUNTS.noor,
      isOwn: false,
      text: "here I am",
      sentAtMs: Date.now(),
      state: "received",
    });
    await spoken.waitFor({ state: "detached" });
    tell(true);
    await row.getByText("writing…").waitFor();
    expect(await spoken.count()).toBe(0);
  });

  test("are turned off in the settings by keyboard", async () => {
    const client = makeScene("en");
    const page = await start(client, "/settings");
    const choice = page.getByRole("group", { name: "Typing indicators" });
    await choice.getByRole("radio", { name: "On" }).focus();
    await page.keyboard.press("ArrowRight");
    await choice.getByRole("radio", { name: "Off", checked: true }).waitFor();
    const calls = client.calls.filter(({ method }) => method === "account.setTypingIndicators");
    expect(calls.map(({ params }) => params)).toEqual([{ isOn: false }]);
  });
});
