/** What chats take and making room, in the page. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import type { FakeClient } from "./support/fake-client.ts";
import { groupScene } from "./support/group-screens.ts";
import { type View, withScreen } from "./support/open-screen.ts";
import { ACCOUNTS, makeScene } from "./support/scene.ts";

const found = inject("browser");
const folder = inject("pageFolder");
const VIEW: View = { language: "en", theme: "light", width: 1280, height: 1000 };

const paramsOf = (client: FakeClient, method: string) =>
  client.calls.filter((call) => call.method === method).map(({ params }) => params);

describe.skipIf(found === null)("storage by chat", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found);
  });
  afterAll(() => browser.close());

  async function withRoom(client: FakeClient, use: (page: Page) => Promise<void>): Promise<void> {
    const screen = { name: "room", client: () => client, hash: "/settings/storage", ready: "[data-pane] li" };
    await withScreen(browser, folder, screen, VIEW, async ({ page, faults }) => {
      await page.getByText("About", { exact: false }).first().waitFor();
      await use(page);
      expect(faults).toEqual([]);
    });
  }

  const openNoor = async (page: Page): Promise<void> => {
    await page.getByRole("button", { name: "Clean up… Noor Haddad", exact: true }).click();
    await page.getByRole("dialog").waitFor();
  };

  test("is measured to the end, slice by slice, and lists the largest first", async () => {
    const client = makeScene("en");
    const call = client.call.bind(client);
    const asha = { who: ACCOUNTS.asha };
    client.call = async (method, params) => {
      const answer = await call(method, params);
      if (method !== "storage.measure" || (params as { who: string }).who !== ACCOUNTS.asha) return answer;
      const isFirst = !("after" in params);
      const next = `${"1".repeat(14)}/${"a".repeat(32)}`;
      return { messages: 2000, messageBytes: 90_000_000, previewBytes: 0, ...(isFirst ? { next } : {}) } as never;
    };
    await withRoom(client, async (page) => {
      const first = page.locator("[data-pane] li").first();
      expect(await first.textContent()).toContain("Asha Verma");
      expect(await first.textContent()).toContain("4,000 messages");
      const slices = paramsOf(client, "storage.measure").filter((each) => (each as { who: string }).who === asha.who);
      expect(slices).toEqual([asha, { ...asha, after: `${"1".repeat(14)}/${"a".repeat(32)}` }]);
    });
  });

  test("goes by age or as a whole, in as many calls as it takes, and nothing without the button", async () => {
    const client = makeScene("en");
    let left = 2;
    const call = client.call.bind(client);
    client.call = async (method, params) => {
      const answer = await call(method, params);
      if (method !== "storage.removeFiles") return answer;
      left -= 1;
      return { files: 100, bytes: 6_000_000, isDone: left === 0 } as never;
    };
    await withRoom(client, async (page) => {
      await openNoor(page);
      await page.getByText("This cannot be undone.").waitFor();
      await page.keyboard.press("Escape");
      expect(paramsOf(client, "storage.removeFiles")).toEqual([]);
      await openNoor(page);
      await page.getByRole("radio", { name: "Files older than 30 days", exact: true }).check({ force: true });
      await page.getByRole("button", { name: "Remove", exact: true }).click();
      await page.getByText(/12\sMB.? were removed from this device/u).waitFor();
      const asked = { who: ACCOUNTS.noor, olderThanMs: 30 * 24 * 3600 * 1000 };
      expect(paramsOf(client, "storage.removeFiles")).toEqual([asked, asked]);
      await page.getByRole("button", { name: "Clean up all chats…", exact: true }).click();
      expect(await page.getByRole("radio", { name: "All messages and files", exact: true }).count()).toBe(0);
    });
  });

  test("counts groups too: their files go, their messages stay", async () => {
    const client = groupScene("en");
    const [group] = client.groups.list;
    await withRoom(client, async (page) => {
      const row = page.getByRole("listitem").filter({ hasText: group?.name ?? "" });
      await row.getByText("4 files").waitFor();
      expect(await row.textContent()).toMatch(/^Group /);
      await row.getByRole("button").click();
      await page.getByRole("dialog", { name: /Clean up the group .*Garden club/ }).waitFor();
      await page.getByRole("radio", { name: "All files", exact: true }).check({ force: true });
      await page.getByRole("button", { name: "Remove", exact: true }).click();
      await page.getByText(/12\sMB.? were removed from this device/u).waitFor();
      expect(paramsOf(client, "storage.removeFiles")).toEqual([{ group: group?.group }]);
      expect(paramsOf(client, "storage.clearChat")).toEqual([]);
    });
  });

  test("of a group's whole history leaves its open conversation empty, and the group in the list", async () => {
    const client = groupScene("en");
    const [group] = client.groups.list;
    if (group === undefined) throw new RangeError("the scene has a group");
    await withRoom(client, async (page) => {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, `#/group/${group.group}`);
      await page.locator("[role=log] article").first().waitFor();
      await page.evaluate(() => {
        location.hash = "#/settings/storage";
      });
      await page.getByRole("listitem").filter({ hasText: group.name }).getByRole("button").click();
      await page.getByRole("radio", { name: "All messages and files", exact: true }).check({ force: true });
      await page
        .getByText(/Everything said in .?Garden club.? goes from this device.*you stay in the group/u)
        .waitFor();
      await page.getByRole("button", { name: "Remove", exact: true }).click();
      await page.getByText(/The group .?Garden club.? is empty on this device/u).waitFor();
      expect(paramsOf(client, "storage.clearChat")).toEqual([{ group: group.group }]);
      await page.evaluate((hash) => {
        location.hash = hash;
      }, `#/group/${group.group}`);
      await page.locator("[role=log]").waitFor();
      await page.locator("[role=log] article").first().waitFor({ state: "detached" });
      expect(await page.locator("[role=log] article").count()).toBe(0);
    });
  });

  test("of a whole history leaves an open conversation empty", async () => {
    const client = makeScene("en");
    await withRoom(client, async (page) => {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, `#/chat/${ACCOUNTS.noor}`);
      await page.locator("[role=log] article").first().waitFor();
      await page.evaluate(() => {
        location.hash = "#/settings/storage";
      });
      await page.getByText("About", { exact: false }).first().waitFor();
      await openNoor(page);
      await page.getByRole("radio", { name: "All messages and files", exact: true }).check({ force: true });
      await page.getByText(/Everything said with .?Noor Haddad.? goes from this device/u).waitFor();
      await page.getByRole("button", { name: "Remove", exact: true }).click();
      await page.getByText("is empty on this device", { exact: false }).waitFor();
      expect(paramsOf(client, "storage.clearChat")).toEqual([{ who: ACCOUNTS.noor }]);
      await page.evaluate((hash) => {
        location.hash = hash;
      }, `#/chat/${ACCOUNTS.noor}`);
      await page.locator("[role=log]").waitFor();
      await expect.poll(() => page.locator("[role=log] article").count()).toBe(0);
    });
  });
});
