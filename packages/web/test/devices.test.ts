/** The devices of an account and linking one, in the page. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import { FakeClient } from "./support/fake-client.ts";
import { type View, withScreen } from "./support/open-screen.ts";
import { makeScene } from "./support/scene.ts";

const found = inject("browser");
const folder = inject("pageFolder");
const VIEW: View = { language: "en", theme: "light", width: 1280, height: 1000 };
const words = ["pioneer", "velvet", "orchard", "lunar", "gesture", "wisdom"];
const TAB = "bb".repeat(32);

const paramsOf = (client: FakeClient, method: string) =>
  client.calls.filter((call) => call.method === method).map(({ params }) => params);

function linkedScene(): FakeClient {
  const client = makeScene("en");
  const [first] = client.own.devices;
  if (first !== undefined) {
    client.own.devices = [first, { ...first, device: TAB, name: "My tab", kind: "browser", isThis: false }];
  }
  return client;
}

describe.skipIf(found === null)("devices", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found);
  });
  afterAll(() => browser.close());

  async function withDevices(client: FakeClient, use: (page: Page) => Promise<void>): Promise<void> {
    const screen = { name: "devices", client: () => client, hash: "/settings/devices", ready: "[data-pane] li" };
    await withScreen(browser, folder, screen, VIEW, async ({ page, faults }) => {
      await use(page);
      expect(faults).toEqual([]);
    });
  }

  const press = (page: Page, name: string): Promise<void> =>
    page.getByRole("button", { name, exact: true }).first().click();

  test("are renamed, and taken out only after the question was answered", async () => {
    const client = linkedScene();
    await withDevices(client, async (page) => {
      await press(page, "Rename My tab");
      await page.getByLabel("Name of the device").fill("Sofa");
      await press(page, "Save");
      await page.getByText("Sofa", { exact: true }).first().waitFor();
      await press(page, "Take out Sofa");
      await press(page, "Cancel");
      expect(paramsOf(client, "device.revoke")).toEqual([]);
      await press(page, "Take out Sofa");
      await page.getByRole("dialog").getByRole("button", { name: "Take out", exact: true }).click();
      await page.locator("[data-pane] li >> nth=1").waitFor({ state: "detached" });
      expect(paramsOf(client, "device.rename")).toEqual([{ device: TAB, name: "Sofa" }]);
      expect(paramsOf(client, "device.revoke")).toEqual([{ device: TAB }]);
    });
  });

  test("are linked from the settings: a code, six words, and the history only where it is wanted", async () => {
    const client = linkedScene();
    await withDevices(client, async (page) => {
      await press(page, "Link a device");
      await page.getByRole("img", { name: "The link code as a picture" }).waitFor();
      client.own.setLink({ stage: "compare", words, device: { name: "Phone", kind: "browser" } });
      await page.getByText("wants to become one of yours", { exact: false }).waitFor();
      expect(await page.locator("ol li").allTextContents()).toEqual(words);
      await page.getByRole("checkbox").uncheck();
      await press(page, "They are the same");
      await page.getByText("Waiting for the other device", { exact: false }).waitFor();
      client.own.setLink({ stage: "done" });
      await press(page, "Back to your devices");
      await page.locator("[data-pane] li >> nth=1").waitFor();
      expect(paramsOf(client, "link.confirm")).toEqual([{ isSame: true, withHistory: false }]);
      expect(paramsOf(client, "link.cancel")).toEqual([]);
    });
  });

  test("leaving the code gives the link up", async () => {
    const client = linkedScene();
    await withDevices(client, async (page) => {
      await press(page, "Link a device");
      await page.getByRole("img", { name: "The link code as a picture" }).waitFor();
      await press(page, "Cancel");
      await page.locator("[data-pane] li >> nth=1").waitFor();
      await expect.poll(() => paramsOf(client, "link.cancel").length).toBe(1);
    });
  });

  test.each([
    ["of the link", (client: FakeClient) => client.own.setLink({ stage: "done" })],
    ["of the account", (client: FakeClient) => client.tell({ type: "account.changed", status: client.status })],
  ])("a new one uses a code, compares, and opens with the question for a PIN once it hears %s", async (_, finish) => {
    const client = new FakeClient();
    const screen = { name: "new", client: () => client, ready: "form input" };
    await withScreen(browser, folder, screen, VIEW, async ({ page, faults }) => {
      await press(page, "Link to my other device");
      await page.getByLabel("Link code").fill("kith:l/AAAA");
      await page.getByLabel("Name of the device").fill("Phone");
      await press(page, "Link");
      await page.getByText("The two devices are talking", { exact: false }).waitFor();
      client.own.setLink({ stage: "compare", words, handle: "noor", account: "kith1x" });
      await page.getByText("This device is to become one of", { exact: false }).waitFor();
      await press(page, "They are the same");
      await page.getByText("Waiting for the other device", { exact: false }).waitFor();
      client.status = makeScene("en").status;
      finish(client);
      await page.getByRole("heading", { name: "This device is linked" }).waitFor();
      expect(paramsOf(client, "link.join")).toEqual([{ code: "kith:l/AAAA", name: "Phone", kind: "node" }]);
      expect(paramsOf(client, "link.confirm")).toEqual([{ isSame: true }]);
      expect(faults).toEqual([]);
    });
  });

  test("one that was taken out says so, shows nothing else, and offers to erase", async () => {
    const client = makeScene("en");
    client.status = { ...client.status, isRevoked: true };
    const screen = { name: "revoked", client: () => client, ready: "main h1" };
    await withScreen(browser, folder, screen, VIEW, async ({ page }) => {
      await page.getByRole("heading", { name: "This device was taken out" }).waitFor();
      expect(await page.getByText("Noor Haddad").count()).toBe(0);
      expect(await page.getByRole("button", { name: /^Erase/ }).count()).toBe(1);
    });
  });
});
