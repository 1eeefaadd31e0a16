/** Profiles in the page: what one tells of oneself, and what others call themselves, never in the place of a handle. */
import { readPictureType } from "@kith/protocol";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { imageKind } from "../src/screens/files/image-kind.ts";
import { launchBrowser } from "./support/browser.ts";
import { choosePicture } from "./support/choose-picture.ts";
import type { FakeClient } from "./support/fake-client.ts";
import { type OpenPage, openPage } from "./support/open-screen.ts";
import { type PageServer, servePage } from "./support/page-server.ts";
import { makePicturesScene } from "./support/picture-screens.ts";
import { ACCOUNTS, makeScene } from "./support/scene.ts";

const found = inject("browser");
const folder = inject("pageFolder");
const VIEW = { language: "en", theme: "light", width: 1100, height: 800 } as const;

describe.skipIf(found === null)("profiles", () => {
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

  test("are written in the settings, by keyboard", async () => {
    const client = makeScene("en");
    const page = await start(client, "/settings");
    await page.getByRole("textbox", { name: "What you call yourself", exact: true }).focus();
    await page.keyboard.type("Ann");
    await page.keyboard.press("Tab");
    await page.keyboard.type("hills");
    await page.keyboard.press("Enter");
    await page.getByText("People you accepted are told").waitFor();
    const calls = client.calls.filter(({ method }) => method === "account.setProfile");
    expect(calls.map(({ params }) => params)).toEqual([{ name: "Ann", about: "hills" }]);
  });

  test("of others stand beside their names, as claims, in the list, the chat and on their screen", async () => {
    const client = makeScene("en");
    const { contacts } = client;
    client.contacts = contacts.map((each) =>
      each.account === ACCOUNTS.noor
        ? { ...each, name: "@noor", handle: "noor", claimedName: "Kith Support\u202e", about: "maps and hills" }
        : each,
    );
    const page = await start(client, `/chat/${ACCOUNTS.noor}`);
    const row = page.locator(`[data-chat="${ACCOUNTS.noor}"]`);
    await row.getByText("Kith Support", { exact: true }).waitFor();
    await row.getByText("@noor").waitFor();
    const claim = page.locator("[data-conversation]").getByTitle(/Calls themselves .*Kith Support.*nobody checked/);
    await claim.waitFor();
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `/person/${ACCOUNTS.noor}`);
    await page.getByText(/Calls themselves .*Kith Support.*nobody checked/).waitFor();
    await page.getByText("maps and hills").waitFor();
    await page.locator("h2", { hasText: "@noor" }).waitFor();
  });

  test("have a picture that the page cuts and draws anew, small and without what stood in the file", async () => {
    const client = makeScene("en");
    const page = await start(client, "/settings");
    await choosePicture(page);
    await page.getByRole("slider", { name: "Size" }).focus();
    for (let press = 0; press < 20; press++) await page.keyboard.press("ArrowRight");
    await page.getByRole("button", { name: "Use this picture" }).press("Enter");
    await page.getByText("People you accepted are shown the picture").waitFor();
    const bytes = Buffer.from(client.pictures.get("own") ?? "", "base64");
    expect(imageKind(bytes)).toEqual({ type: "image/webp", width: 256, height: 256 });
    expect(bytes.length).toBeLessThanOrEqual(40 * 1024);
    expect(readPictureType(bytes)).toBe("image/webp");
    await page.locator("[data-pane] section img").waitFor();
    await page.getByRole("button", { name: "Remove the picture" }).press("Enter");
    await page.locator("[data-pane] section img").waitFor({ state: "detached" });
    expect(client.pictures.size).toBe(0);
  });

  test("take no file that is no picture, and say so", async () => {
    const client = makeScene("en");
    const page = await start(client, "/settings");
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>1</script></svg>');
    await page.locator("input[data-picture]").setInputFiles([{ name: "x.png", mimeType: "image/png", buffer: svg }]);
    await page.getByText("This is no picture that this browser can draw.").waitFor();
    expect(await page.locator("canvas").count()).toBe(0);
    expect(client.calls.filter(({ method }) => method === "account.setPicture")).toEqual([]);
  });

  test("of others are shown by picture in the list and the head, and never for a stranger", async () => {
    const client = makePicturesScene("en");
    client.contacts = client.contacts.map((each) =>
      each.relation === "requesting" ? { ...each, pictureId: "1" } : each,
    );
    const page = await start(client, `/chat/${ACCOUNTS.noor}`);
    await page.locator(`[data-chat="${ACCOUNTS.noor}"] img`).waitFor();
    await page.locator("[data-conversation] img").waitFor();
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `/request/${ACCOUNTS.stranger}`);
    await page.getByRole("button", { name: "Accept" }).waitFor();
    expect(await page.locator("[data-pane] img").count()).toBe(0);
  });
});
