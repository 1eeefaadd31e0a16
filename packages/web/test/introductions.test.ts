/** People who are introduced: the choice on the person's screen, and the message that leads to somebody. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import type { FakeClient } from "./support/fake-client.ts";
import { type OpenPage, openPage } from "./support/open-screen.ts";
import { type PageServer, servePage } from "./support/page-server.ts";
import { ACCOUNTS, makeScene } from "./support/scene.ts";
import { introducingScene } from "./support/trust-screens.ts";

const found = inject("browser");
const folder = inject("pageFolder");
const VIEW = { language: "en", theme: "light", width: 1100, height: 800 } as const;

describe.skipIf(found === null)("an introduction", () => {
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

  const paramsOf = (client: FakeClient, method: string) =>
    client.calls.filter((call) => call.method === method).map(({ params }) => params);

  test("is made on the screen of a person, to one chosen by typing", async () => {
    const client = makeScene("en");
    const page = await start(client, `/person/${ACCOUNTS.layla}`);
    await page.getByRole("button", { name: "Introduce to…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: /Noor Haddad/ }).waitFor();
    expect(await dialog.getByRole("button", { name: /Layla/ }).count()).toBe(0);
    await dialog.getByLabel("Search chats").fill("asha");
    await dialog.getByRole("button", { name: /Asha/ }).click();
    await page.getByText(/You introduced .*Layla.* to .*Asha/).waitFor();
    expect(paramsOf(client, "contact.introduce")).toMatchObject([{ who: ACCOUNTS.layla, to: ACCOUNTS.asha }]);
  });

  test("is not offered for who has no handle or has not let us in", async () => {
    const page = await start(makeScene("en"), `/person/${ACCOUNTS.sara}`);
    await page.getByRole("button", { name: "Block" }).waitFor();
    expect(await page.getByRole("button", { name: "Introduce to…" }).count()).toBe(0);
  });

  test("says who introduces whom, shows the whole account, and asks it, not the handle", async () => {
    const client = introducingScene("en");
    const page = await start(client, `/chat/${ACCOUNTS.noor}`);
    const message = page.getByRole("article", { name: /^Noor Haddad, .*Noor Haddad.* introduces .*@kiran.* to you/ });
    await message.getByText(ACCOUNTS.kiran).waitFor();
    await message.getByRole("button", { name: "Ask for contact" }).click();
    await vi.waitFor(() => expect(paramsOf(client, "contact.add")).toEqual([{ who: ACCOUNTS.kiran }]), 30_000);
  });

  test("of somebody known leads to their chat", async () => {
    const client = introducingScene("en");
    const page = await start(client, `/chat/${ACCOUNTS.noor}`);
    const own = page.getByRole("article", { name: /^You, You introduced .*@layla.* to .*Noor Haddad/ });
    await own.getByRole("link", { name: "Open the chat" }).click();
    await page.waitForFunction((hash) => location.hash === hash, `#/chat/${ACCOUNTS.layla}`);
  });
});
