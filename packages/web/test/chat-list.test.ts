/** What people do with the list of chats: pin, mute, archive, mark, find; and drafts that wait in it. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import type { FakeClient } from "./support/fake-client.ts";
import { groupScene } from "./support/group-screens.ts";
import { type OpenPage, openPage } from "./support/open-screen.ts";
import { type PageServer, servePage } from "./support/page-server.ts";
import { ACCOUNTS, idOf, makeScene } from "./support/scene.ts";

const found = inject("browser");
const folder = inject("pageFolder");
const VIEW = { language: "en", theme: "light", width: 1100, height: 800 } as const;

describe.skipIf(found === null)("the list of chats", () => {
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

  async function start(client: FakeClient, hash = "/"): Promise<Page> {
    server = await servePage(folder, client);
    open = await openPage(browser, server, VIEW, hash);
    await row(open.page, /Asha Verma/).waitFor();
    return open.page;
  }

  const row = (page: Page, name: RegExp) => page.locator("[data-chat]").filter({ hasText: name });
  const names = (page: Page) =>
    page.locator("[data-chat]").evaluateAll((rows) => rows.map((each) => each.getAttribute("data-chat")));
  const choose = async (page: Page, name: RegExp, item: string): Promise<void> => {
    await row(page, name).focus();
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menuitem", { name: item, exact: true }).click();
  };

  test("keeps a pinned chat at the top, and gives the focus back to its row", async () => {
    const client = makeScene("en");
    const page = await start(client);
    await choose(page, /Sara & Omar/, "Pin to the top");
    await vi.waitFor(async () => expect((await names(page))[0]).toBe(ACCOUNTS.sara));
    await row(page, /Sara & Omar.*Pinned/).waitFor();
    await vi.waitFor(async () =>
      expect(await page.evaluate(() => document.activeElement?.getAttribute("data-chat"))).toBe(ACCOUNTS.sara),
    );
    client.receive({
      id: idOf(600),
      chat: ACCOUNTS.layla,
      isOwn: false,
      text: "new",
      sentAtMs: Date.now(),
      state: "received",
    });
    await row(page, /Layla.*new/).waitFor();
    expect((await names(page)).slice(0, 2)).toEqual([ACCOUNTS.sara, expect.any(String)]);
    await choose(page, /Sara & Omar/, "Unpin");
    await vi.waitFor(async () => expect((await names(page))[0]).not.toBe(ACCOUNTS.sara));
  });

  test("puts a chat away by right click, under a filter of its own, and brings it back", async () => {
    const client = makeScene("en");
    const page = await start(client);
    expect(await page.getByRole("button", { name: "Archived" }).count()).toBe(0);
    await row(page, /Layla/).click({ button: "right" });
    await page.getByRole("menuitem", { name: "Archive" }).click();
    await row(page, /Layla/).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Archived" }).click();
    await row(page, /Layla/).waitFor();
    expect(await row(page, /Asha/).count()).toBe(0);
    await choose(page, /Layla/, "Take out of the archive");
    await page.getByText("No chat is archived.").waitFor();
  });

  test("mutes, and marks as unread until the chat is opened", async () => {
    const client = makeScene("en");
    const page = await start(client);
    await choose(page, /Noor Haddad/, "Mute for 8 hours");
    await row(page, /Noor Haddad.*Muted/).waitFor();
    expect(client.settings[ACCOUNTS.noor]?.mutedUntilMs).toBeGreaterThan(Date.now() + 7 * 3600 * 1000);
    await choose(page, /Noor Haddad/, "Mark as unread");
    await row(page, /Noor Haddad.*Marked as unread/).waitFor();
    await row(page, /Noor Haddad/).click();
    await vi.waitFor(() => expect(client.settings[ACCOUNTS.noor]?.isMarkedUnread).toBeUndefined());
    await row(page, /Marked as unread/).waitFor({ state: "detached" });
  });

  test("keeps what was being written, shows it in the list, and puts it back into the field", async () => {
    const client = makeScene("en");
    const page = await start(client, `/chat/${ACCOUNTS.noor}`);
    await page.getByRole("article").last().waitFor();
    await page.locator("[data-writing]").fill("I was going to");
    await vi.waitFor(() => expect(client.settings[ACCOUNTS.noor]?.draft).toEqual({ text: "I was going to" }));
    await row(page, /Asha Verma/).click();
    await row(page, /Noor Haddad.*Draft: I was going to/).waitFor();
    await page.reload();
    await row(page, /Noor Haddad.*Draft: I was going to/).click();
    await vi.waitFor(async () => expect(await page.locator("[data-writing]").inputValue()).toBe("I was going to"));
    await page.locator("[data-writing]").press("Enter");
    await page.getByRole("article", { name: /I was going to/ }).waitFor();
    await vi.waitFor(() => expect(client.settings[ACCOUNTS.noor]?.draft).toBeUndefined());
  });

  test("finds messages by their words, marks these, and opens the chat at the message", async () => {
    const client = makeScene("en");
    client.messages = Array.from({ length: 400 }, (_, at) => ({
      id: idOf(at + 1),
      chat: ACCOUNTS.noor,
      isOwn: false,
      text: at === 20 ? "the orchid is under the stone" : `message ${at}`,
      sentAtMs: Date.now() - (400 - at) * 1000,
      state: "received" as const,
    }));
    const page = await start(client);
    await page.locator("[data-search]").fill("orchid");
    const hit = page.getByRole("region", { name: "Messages" }).getByRole("link");
    await hit.waitFor();
    expect(await hit.locator("mark").allTextContents()).toEqual(["orchid"]);
    await hit.click();
    await page.getByRole("article", { name: /the orchid is under the stone/ }).waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label")?.includes("orchid"));
    expect(new URL(page.url()).hash).toBe(`#/chat/${ACCOUNTS.noor}`);
    await page.locator("[data-search]").fill("nothing like it");
    await page.getByText(/No message has .*nothing like it/).waitFor();
  });

  test("finds what was said in groups, says where and by whom, and opens the group at it", async () => {
    const client = groupScene("en");
    const first = client.groups.messages.find(({ text }) => text !== "") ?? (undefined as never);
    const { name = "" } = client.groups.list.find(({ group }) => group === first.group) ?? {};
    client.groups.messages = Array.from({ length: 400 }, (_, at) => ({
      ...first,
      id: idOf(at + 1),
      text: at === 20 ? "the orchid is under the stone" : `message ${at}`,
      sentAtMs: Date.now() - (400 - at) * 1000,
    }));
    const page = await start(client);
    await page.locator("[data-search]").fill("orchid");
    const hit = page.getByRole("region", { name: "Messages" }).getByRole("link");
    await hit.waitFor();
    expect(await hit.locator("mark").allTextContents()).toEqual(["orchid"]);
    const words = (await hit.textContent()) ?? "";
    for (const part of ["Group", name, first.author.name]) expect(words).toContain(part);
    await hit.click();
    await page.getByRole("article", { name: /the orchid is under the stone/ }).waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label")?.includes("orchid"));
    expect(new URL(page.url()).hash).toBe(`#/group/${first.group}`);
  });
});
