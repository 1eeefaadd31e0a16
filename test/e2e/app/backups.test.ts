/** A backup of a real account in one browser, restored in another, at a relay's page and at a node. */
import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser } from "../../../packages/web/test/support/browser.ts";
import { NodeHost, RelayHost } from "../support/app-host.ts";
import type { AppPage } from "../support/app-page.ts";
import { AppProfile } from "../support/app-profile.ts";
import { word } from "../support/words.ts";

const found = inject("peerBrowser");
const PASSPHRASE = "copper violin nineteen moss";
const HASH_MS = 60_000;

/** Makes a backup in the settings and reads the file that the browser saves. */
async function saveBackup(app: AppPage): Promise<Buffer> {
  await app.goTo("settings/backup");
  await app.page.getByLabel(word("en", "backup.passphrase"), { exact: true }).fill(PASSPHRASE);
  await app.page.getByLabel(word("en", "backup.repeat"), { exact: true }).fill(PASSPHRASE);
  const [download] = await Promise.all([
    app.page.waitForEvent("download", { timeout: HASH_MS }),
    app.press("backup.make"),
  ]);
  return await readFile(await download.path());
}

async function restore(app: AppPage, buffer: Buffer, passphrase: string): Promise<void> {
  await app.page.locator("form input[type=file]").setInputFiles([{ name: "mine", mimeType: "", buffer }]);
  await app.page.getByLabel(word("en", "backup.passphrase"), { exact: true }).fill(passphrase);
  await app.press("restore.do");
}

describe.skipIf(found === null)("a backup", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found, ["--ignore-certificate-errors"]);
  });
  afterAll(() => browser?.close());

  async function newcomer(url: string): Promise<{ profile: AppProfile; app: AppPage }> {
    const profile = await AppProfile.open(browser, { height: 1600 });
    const app = await profile.tab(url);
    await app.makeAccount();
    await app.stayReachable();
    return { profile, app };
  }

  test("of a peer brings its chats back in an empty browser, and the conversation goes on", async () => {
    const relay = await RelayHost.start();
    const one = await newcomer(relay.url);
    const two = await newcomer(relay.url);
    await two.app.join(await one.app.invite());
    await two.app.write("before the backup");
    await one.app.openChat();
    await one.app.read("before the backup");
    await one.app.write("an answer in it");
    await two.app.read("an answer in it");
    const backup = await saveBackup(one.app);
    expect(backup.includes("before the backup")).toBe(false);
    await one.profile.context.close();

    const back = await AppProfile.open(browser, { height: 1600 });
    const app = await back.tab(relay.url);
    await app.press("restore.open");
    await restore(app, backup, "copper violin nineteen mass");
    await app.page.getByText(word("en", "error.BACKUP_PASSPHRASE")).waitFor({ timeout: HASH_MS });
    await restore(app, backup.subarray(0, backup.length - 1), PASSPHRASE);
    await app.page.getByText(word("en", "error.BACKUP_DAMAGED")).waitFor({ timeout: HASH_MS });
    await restore(app, backup, PASSPHRASE);
    await app.part("heading", "restored.title").waitFor({ timeout: HASH_MS });
    await app.press("restored.noPin");
    await app.openChat();
    await app.read("before the backup");
    await app.read("an answer in it");
    await app.write("from the new browser");
    await two.app.read("from the new browser");
    await two.app.write("welcome back");
    await app.read("welcome back");
    for (const { faults, violations } of [two.profile, back]) expect([...faults, ...violations]).toEqual([]);
  });

  test("of a peer comes back at a node, over its page", async () => {
    const host = await NodeHost.start();
    const profile = await AppProfile.open(browser, { height: 1600 });
    const peer = await profile.tab(host.peerPageUrl);
    await peer.makeAccount({ handle: "amal_k" });
    await peer.stayReachable();
    const backup = await saveBackup(peer);
    await peer.page.close();
    const app = await profile.tab(host.pageUrl);
    await app.press("restore.open");
    await restore(app, backup, PASSPHRASE);
    await app.part("heading", "restored.title").waitFor({ timeout: HASH_MS });
    expect(await host.call("account.status", {})).toMatchObject({ state: "ready", handle: { written: "amal_k" } });
    await app.press("restored.noPin");
    const again = await saveBackup(app);
    expect(again.length).toBeGreaterThan(0);
    expect([...profile.faults, ...profile.violations]).toEqual([]);
  });
});
