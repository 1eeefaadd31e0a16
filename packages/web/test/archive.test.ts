/** An X archive in the page: read here, shown as unsigned, looked up only when asked, and removed. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { makeZip, SMALL_ARCHIVE } from "../../client/src/archive/fixtures.ts";
import { launchBrowser } from "./support/browser.ts";
import { type FakeClient, X_ARCHIVE } from "./support/fake-client.ts";
import { type View, withScreen } from "./support/open-screen.ts";
import { makeScene } from "./support/scene.ts";

const found = inject("browser");
const folder = inject("pageFolder");
const VIEW: View = { language: "en", theme: "light", width: 1280, height: 1000 };

const methodsOf = (client: FakeClient, prefix: string) =>
  client.calls.map(({ method }) => method).filter((method) => method.startsWith(prefix));

describe.skipIf(found === null)("an X archive in the page", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found);
  });
  afterAll(() => browser.close());

  async function withArchive(client: FakeClient, use: (page: Page) => Promise<void>): Promise<void> {
    const screen = { name: "archive", client: () => client, hash: "/settings/archive", ready: "[data-pane] button" };
    await withScreen(browser, folder, screen, VIEW, async ({ page, faults }) => {
      await use(page);
      expect(faults).toEqual([]);
    });
  }

  const choose = (page: Page, buffer: Buffer) =>
    page
      .locator("[data-pane] input[type=file]")
      .setInputFiles([{ name: "x.zip", mimeType: "application/zip", buffer }]);

  test("is read in the browser, and only what is wanted of it goes to the engine", async () => {
    const client = makeScene("en");
    const zip = Buffer.from(await makeZip(SMALL_ARCHIVE));
    await withArchive(client, async (page) => {
      await choose(page, zip);
      await page.getByRole("heading", { name: "People", exact: true }).waitFor();
      expect(client.calls.find(({ method }) => method === "archive.begin")?.params).toMatchObject({
        owner: { accountId: "1000", handle: "noor_h" },
        formerHandles: [{ handle: "noor" }],
      });
      expect(client.archiveRecords.filter(({ type }) => type === "message").length).toBe(4);
      expect(client.archiveRecords).toContainEqual({
        type: "person",
        id: "2001",
        lists: ["following", "followers"],
        handle: "asha",
      });
      const sent = client.calls.reduce((sum, { params }) => sum + JSON.stringify(params).length, 0);
      expect(sent).toBeLessThan(6000);
    });
  });

  test.each([
    ["no zip", async () => Buffer.from("no zip"), /This is no data archive of X/],
    [
      "one that was cut off",
      async () => Buffer.from((await makeZip(SMALL_ARCHIVE)).slice(0, 900)),
      /This archive was cut off or damaged/,
    ],
  ])("%s is refused in words, and another can be chosen", async (_, make, words) => {
    const client = makeScene("en");
    const bad = await make();
    const good = Buffer.from(await makeZip(SMALL_ARCHIVE));
    await withArchive(client, async (page) => {
      await choose(page, bad);
      await page.getByRole("alert").getByText(words).waitFor();
      expect(methodsOf(client, "archive.")).toEqual(["archive.get"]);
      await choose(page, good);
      await page.getByRole("heading", { name: "People", exact: true }).waitFor();
    });
  });

  test("asks the directory about a handle only when told to, and leads to asking for contact", async () => {
    const client = makeScene("en");
    client.archive = X_ARCHIVE;
    await withArchive(client, async (page) => {
      await page.getByRole("button", { name: /You follow/ }).click();
      await page.getByText("The nodes that answer learn", { exact: false }).first().waitFor();
      expect(methodsOf(client, "directory.")).toEqual([]);
      await page.getByRole("button", { name: "Look up @noor", exact: true }).click();
      await page
        .locator("[data-pane] li span", { hasText: /On Kith|Not known|Claimed|Nobody/ })
        .first()
        .waitFor();
      expect(client.calls.filter(({ method }) => method === "directory.lookup").map(({ params }) => params)).toEqual([
        { handle: "noor" },
      ]);
      await page.getByRole("button", { name: /Look up all 2 handles/ }).click();
      await page.getByRole("dialog").getByText("Together they may tell who you are", { exact: false }).waitFor();
      await page.getByRole("dialog").getByRole("button", { name: "Look up", exact: true }).click();
      await expect.poll(() => methodsOf(client, "directory.").length).toBe(3);
      await page.getByRole("button", { name: "Show more", exact: true }).click();
      await page.getByText(/X number .?20077/u).waitFor();
    });
  });

  test("shows conversations to be read only, marked as what they are, and can be removed", async () => {
    const client = makeScene("en");
    client.archive = X_ARCHIVE;
    await withArchive(client, async (page) => {
      await page.getByRole("button", { name: "Read the conversations", exact: true }).click();
      await page.getByRole("button", { name: /@noor/ }).first().click();
      await page.getByRole("note").getByText("Imported from your X archive, unsigned.", { exact: false }).waitFor();
      expect(await page.locator("[data-pane] textarea").count()).toBe(0);
      await page.getByText("2 pictures or films, not imported").waitFor();
      for (const _ of [1, 2]) await page.getByRole("button", { name: "Back to the list", exact: true }).click();
      await page.getByRole("button", { name: "Remove the imported archive", exact: true }).click();
      expect(methodsOf(client, "archive.remove")).toEqual([]);
      await page.getByRole("dialog").getByRole("button", { name: "Remove the imported archive", exact: true }).click();
      await page.getByRole("button", { name: "Choose the zip file…", exact: true }).waitFor();
      expect(methodsOf(client, "archive.remove")).toEqual(["archive.remove"]);
    });
  });
});
