/** The timer of a chat and what it does to messages, in the page. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import type { FakeClient } from "./support/fake-client.ts";
import { type OpenPage, openPage } from "./support/open-screen.ts";
import { type PageServer, servePage } from "./support/page-server.ts";
import { ACCOUNTS, makeScene, makeVanishingScene } from "./support/scene.ts";

const found = inject("browser");
const folder = inject("pageFolder");
const VIEW = { language: "en", theme: "light", width: 1100, height: 800 } as const;

describe.skipIf(found === null)("vanishing messages", () => {
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

  const timers = (client: FakeClient) =>
    client.calls.filter(({ method }) => method === "chat.setTimer").map(({ params }) => params);

  test("are set to a usual time, to one's own in any digits, and ended, by keyboard", async () => {
    const client = makeScene("en");
    const page = await start(client, `/person/${ACCOUNTS.noor}`);
    const who = ACCOUNTS.noor;
    await page.getByRole("radio", { name: "Never" }).focus();
    await page.keyboard.press("ArrowRight");
    await vi.waitFor(() => expect(timers(client)).toEqual([{ who, afterMs: 30_000 }]));
    await page.getByRole("radio", { name: "30 seconds", checked: true }).waitFor();
    await page.getByRole("radio", { name: /Another time/ }).check({ force: true });
    await page.getByRole("textbox", { name: "How many" }).fill("٠");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("30 seconds to 4 weeks").waitFor();
    await page.getByRole("textbox", { name: "How many" }).fill("३६");
    await page.keyboard.press("Enter");
    await vi.waitFor(() => expect(timers(client).at(-1)).toEqual({ who, afterMs: 36 * 3_600_000 }));
    await page.getByRole("radio", { name: "36 hours", checked: true }).waitFor();
    await page.getByRole("radio", { name: "Never" }).check({ force: true });
    await vi.waitFor(() => expect(timers(client).at(-1)).toEqual({ who }));
  });

  test("are set for new chats in the settings, by keyboard", async () => {
    const client = makeScene("en");
    const page = await start(client, "/settings");
    const times = page.getByRole("group", { name: "Messages of new chats vanish" });
    await times.getByRole("radio", { name: "Never" }).focus();
    await page.keyboard.press("ArrowRight");
    await times.getByRole("radio", { name: "30 seconds", checked: true }).waitFor();
    await times.getByRole("radio", { name: "Never" }).check({ force: true });
    await times.getByRole("radio", { name: "Never", checked: true }).waitFor();
    const calls = client.calls.filter(({ method }) => method === "account.setNewChatTimer");
    expect(calls.map(({ params }) => params)).toEqual([{ afterMs: 30_000 }, {}]);
  });

  test("say when they vanish, and the line of the timer is no message to answer", async () => {
    const client = makeVanishingScene("en");
    const page = await start(client, `/chat/${ACCOUNTS.noor}`);
    await page
      .getByRole("article", { name: /vanishes in .?8 hours/ })
      .first()
      .waitFor();
    await page.getByRole("article", { name: /vanishes .?1 day.? after reading/ }).waitFor();
    const line = page.getByRole("article", { name: /Noor Haddad.* set new messages to vanish after .*1 day/ });
    await line.focus();
    await page.keyboard.press("r");
    await page.keyboard.press("Shift+F10");
    await page.locator("dialog[open] [role=menu]").waitFor();
    expect(await page.getByRole("menuitem").allInnerTexts()).toEqual(["Delete"]);
  });

  test("that vanished are in the page no longer", async () => {
    const client = makeVanishingScene("en");
    const page = await start(client, `/chat/${ACCOUNTS.noor}`);
    const gone = client.messages[7];
    await page.getByRole("article", { name: /See you all at six/ }).waitFor();
    client.messages = client.messages.filter((each) => each !== gone);
    client.tell({ type: "message.removed", removed: { chat: ACCOUNTS.noor, isOwn: true, id: gone?.id ?? "" } });
    await page.getByRole("article", { name: /See you all at six/ }).waitFor({ state: "detached" });
    await page.getByRole("link", { name: /See you all at six/ }).waitFor({ state: "detached" });
  });
});
