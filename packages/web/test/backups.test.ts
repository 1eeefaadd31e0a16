/** Backups in the page: made, saved, stopped, refused and restored. */
import { readFile } from "node:fs/promises";
import { MessengerError, type MessengerErrorCode } from "@kith/client";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import { FakeClient } from "./support/fake-client.ts";
import { type View, withScreen } from "./support/open-screen.ts";
import { makeScene } from "./support/scene.ts";

const found = inject("browser");
const folder = inject("pageFolder");
const VIEW: View = { language: "en", theme: "light", width: 1280, height: 1000 };
const PASSPHRASE = "seven green rivers";
const PIECE_BYTES = 128 * 1024;

const methodsOf = (client: FakeClient) =>
  client.calls.map(({ method }) => method).filter((method) => method.startsWith("backup."));

async function typeTwice(page: Page): Promise<void> {
  await page.getByLabel("Passphrase of the backup", { exact: true }).fill(PASSPHRASE);
  await page.getByLabel("The same passphrase again", { exact: true }).fill(PASSPHRASE);
  await page.getByRole("button", { name: "Make the backup", exact: true }).click();
}

async function chooseFile(page: Page, buffer: Buffer): Promise<void> {
  await page.getByRole("button", { name: "Restore from a backup", exact: true }).click();
  await page.locator("form input[type=file]").setInputFiles([{ name: "mine.kithbackup", mimeType: "", buffer }]);
  await page.getByLabel("Passphrase of the backup", { exact: true }).fill(PASSPHRASE);
  await page.getByRole("button", { name: "Restore", exact: true }).click();
}

describe.skipIf(found === null)("a backup in the page", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found);
  });
  afterAll(() => browser.close());

  const settings = (client: FakeClient) => ({
    name: "backup",
    client: () => client,
    hash: "/settings/backup",
    ready: "[data-pane] form",
  });
  const welcome = (client: FakeClient) => ({ name: "restore", client: () => client, ready: "form input" });

  test("is saved as a file with every piece of it, under a name with the day", async () => {
    const client = makeScene("en");
    const pieces = ["first ", "second ", "third"].map((piece) => Buffer.from(piece).toString("base64"));
    const call = client.call.bind(client);
    let next = 0;
    client.call = async (name, params) => {
      if (name !== "backup.next") return call(name, params);
      next += 1;
      return { data: pieces[next - 1] ?? "", isEnd: next === pieces.length } as never;
    };
    await withScreen(browser, folder, settings(client), VIEW, async ({ page }) => {
      const [download] = await Promise.all([page.waitForEvent("download"), typeTwice(page)]);
      expect(download.suggestedFilename()).toMatch(/^kith-backup-\d{4}-\d{2}-\d{2}\.kithbackup$/);
      expect((await readFile(await download.path())).toString()).toBe("first second third");
      expect(client.calls.find(({ method }) => method === "backup.export")?.params).toEqual({ passphrase: PASSPHRASE });
      await page.getByText("The backup is made").waitFor();
    });
  });

  test("that differs in its second typing, or is too short, is not begun", async () => {
    const client = makeScene("en");
    await withScreen(browser, folder, settings(client), VIEW, async ({ page }) => {
      const first = page.getByLabel("Passphrase of the backup", { exact: true });
      await first.fill("seven");
      await page.getByRole("button", { name: "Make the backup", exact: true }).click();
      await page.getByRole("alert").getByText("Use at least 8 characters.").waitFor();
      await first.fill(PASSPHRASE);
      await page.getByRole("button", { name: "Make the backup", exact: true }).click();
      await page.getByRole("alert").getByText("The two do not match.").waitFor();
      expect(methodsOf(client)).toEqual([]);
    });
  });

  test("that is left half-way is given up in the engine too", async () => {
    const client = makeScene("en");
    const call = client.call.bind(client);
    const held: (() => void)[] = [];
    client.call = async (name, params) => {
      if (name === "backup.next") await new Promise<void>((resolve) => held.push(resolve));
      const answer = await call(name, params);
      return name === "backup.next" ? ({ data: btoa("x"), isEnd: false } as never) : answer;
    };
    await withScreen(browser, folder, settings(client), VIEW, async ({ page }) => {
      await typeTwice(page);
      await page.getByRole("button", { name: "Stop", exact: true }).click();
      await expect.poll(() => held.length).toBe(1);
      held[0]?.();
      await page.getByLabel("Passphrase of the backup", { exact: true }).waitFor();
      expect(methodsOf(client)).toEqual(["backup.export", "backup.next", "backup.cancel"]);
    });
  });

  test("goes to the engine in pieces, in order, and ends in an account with a way to set a PIN", async () => {
    const client = new FakeClient();
    const file = Buffer.from(Array.from({ length: 2 * PIECE_BYTES + 5 }, (_, at) => at % 251));
    await withScreen(browser, folder, welcome(client), VIEW, async ({ page, faults }) => {
      await chooseFile(page, file);
      await page.getByRole("heading", { name: "Your account is back", exact: true }).waitFor();
      const appended = client.calls.flatMap(({ method, params }) =>
        method === "backup.append" ? [Buffer.from((params as { data: string }).data, "base64")] : [],
      );
      expect(appended.map(({ length }) => length)).toEqual([PIECE_BYTES, PIECE_BYTES, 5]);
      expect(Buffer.compare(Buffer.concat(appended), file)).toBe(0);
      await page.getByRole("button", { name: "Go on without a PIN", exact: true }).click();
      await page.locator("[data-list]").waitFor();
      expect(faults).toEqual([]);
    });
  });

  test.each([
    ["BACKUP_PASSPHRASE", "This passphrase does not open the backup. Nothing was restored."],
    ["BACKUP_DAMAGED", "This backup was cut off or damaged. Nothing was restored; use another copy."],
    ["BACKUP_NEWER", "A newer version of Kith made this backup. Update, then restore it."],
    ["BACKUP_INVALID", "That is not a backup of Kith."],
    ["BACKUP_TOO_LARGE", "This file is too large"],
  ] as const)("%s is said in words, and the same file can be tried again", async (code: MessengerErrorCode, words) => {
    const client = new FakeClient();
    client.refusals["backup.append"] = new MessengerError(code, "refused");
    await withScreen(browser, folder, welcome(client), VIEW, async ({ page }) => {
      await chooseFile(page, Buffer.from("something"));
      await page.getByRole("alert").getByText(words).waitFor();
      expect(methodsOf(client)).toEqual(["backup.restore", "backup.append", "backup.cancel"]);
      await page.getByLabel("Passphrase of the backup", { exact: true }).fill(PASSPHRASE);
      await page.getByRole("button", { name: "Restore", exact: true }).click();
      await page.getByRole("heading", { name: "Your account is back", exact: true }).waitFor();
    });
  });

  test("needs a file before anything is begun", async () => {
    const client = new FakeClient();
    await withScreen(browser, folder, welcome(client), VIEW, async ({ page }) => {
      await page.getByRole("button", { name: "Restore from a backup", exact: true }).click();
      await page.getByRole("button", { name: "Restore", exact: true }).click();
      await page.getByRole("alert").getByText("Choose the file of the backup first.").waitFor();
      expect(methodsOf(client)).toEqual([]);
    });
  });
});
