/** Screens about what is kept: backups and what comes back from one. */
import { MessengerError } from "@kith/client";
import { FakeClient, X_ARCHIVE } from "./fake-client.ts";
import { makeScene } from "./scene.ts";
import type { ScreenCase } from "./screens.ts";

const newcomer = (): FakeClient => new FakeClient();
const RESTORE = "form input[type=password]";

/** A node that never gives the next piece of a backup. */
function slowScene(language: Parameters<ScreenCase["client"]>[0]): FakeClient {
  const client = makeScene(language);
  const call = client.call.bind(client);
  client.call = (name, params) => (name === "backup.next" ? new Promise(() => undefined) : call(name, params));
  return client;
}

function refusingNewcomer(): FakeClient {
  const client = new FakeClient();
  client.refusals["backup.append"] = new MessengerError("BACKUP_PASSPHRASE", "wrong");
  return client;
}

const backup = { name: "kith-backup-2026-11-27.kithbackup", mimeType: "", buffer: Buffer.alloc(700_000, 7) };

/** A node that takes its time with one chat. */
function measuringScene(language: Parameters<ScreenCase["client"]>[0]): FakeClient {
  const client = makeScene(language);
  const call = client.call.bind(client);
  let count = 0;
  client.call = async (name, params) => {
    if (name !== "storage.measure") return call(name, params);
    count += 1;
    return count > 2 ? new Promise(() => undefined) : call(name, params);
  };
  return client;
}

/** A node that has an archive of X. */
function archiveScene(language: Parameters<ScreenCase["client"]>[0]): FakeClient {
  const client = makeScene(language);
  client.archive = X_ARCHIVE;
  return client;
}

const ARCHIVE = "/settings/archive";

/** In the order of their use. */
export const KEEP_SCREENS: readonly ScreenCase[] = [
  {
    name: "backup",
    client: makeScene,
    hash: "/settings/backup",
    ready: "[data-pane] form",
    act: async (page) => {
      await page.locator("[data-pane] input").first().fill("seven green rivers");
      await page.locator("[data-pane] input").last().fill("seven green river");
      await page.locator("[data-pane] form button[type=submit]").click();
      await page.locator("[data-pane] [role=alert]").waitFor();
    },
  },
  {
    name: "backup-making",
    client: slowScene,
    hash: "/settings/backup",
    ready: "[data-pane] form",
    act: async (page) => {
      for (const each of [0, 1]) await page.locator("[data-pane] input").nth(each).fill("seven green rivers");
      await page.locator("[data-pane] form button[type=submit]").click();
      await page.locator("[data-pane] progress").waitFor();
    },
  },
  {
    name: "backup-done",
    client: makeScene,
    hash: "/settings/backup",
    ready: "[data-pane] form",
    act: async (page) => {
      for (const each of [0, 1]) await page.locator("[data-pane] input").nth(each).fill("seven green rivers");
      await page.locator("[data-pane] form button[type=submit]").click();
      await page.locator("[data-pane] p[role=status]:focus").waitFor();
    },
  },
  { name: "room", client: makeScene, hash: "/settings/storage", ready: "[data-pane] li >> nth=4" },
  { name: "room-measuring", client: measuringScene, hash: "/settings/storage", ready: "[data-pane] li >> nth=1" },
  {
    name: "room-clean",
    client: makeScene,
    hash: "/settings/storage",
    ready: "[data-pane] li >> nth=4",
    act: async (page) => {
      await page.locator("[data-pane] li button").first().click();
      await page.locator("dialog[open] input[value=history]").check({ force: true });
    },
  },
  {
    name: "archive-none",
    client: makeScene,
    hash: ARCHIVE,
    ready: "[data-pane] ul li",
    act: async (page) => {
      const file = { name: "twitter.zip", mimeType: "application/zip", buffer: Buffer.from("no zip") };
      await page.locator("[data-pane] input[type=file]").setInputFiles([file]);
      await page.locator("[data-pane] [role=alert]").waitFor();
    },
  },
  { name: "archive", client: archiveScene, hash: ARCHIVE, ready: "[data-pane] section" },
  {
    name: "archive-people",
    client: archiveScene,
    hash: ARCHIVE,
    ready: "[data-pane] section",
    act: async (page) => {
      await page.locator("[data-pane] section button").first().click();
      await page.locator("[data-pane] li button").first().click();
      await page.locator("[data-pane] li").nth(3).waitFor();
      await page.locator("[data-pane] li span").first().waitFor();
    },
  },
  {
    name: "archive-threads",
    client: archiveScene,
    hash: ARCHIVE,
    ready: "[data-pane] section",
    act: async (page) => {
      await page.locator("[data-pane] section").nth(1).locator("button").click();
      await page.locator("[data-pane] li").nth(1).waitFor();
    },
  },
  {
    name: "archive-thread",
    client: archiveScene,
    hash: ARCHIVE,
    ready: "[data-pane] section",
    act: async (page) => {
      await page.locator("[data-pane] section").nth(1).locator("button").click();
      await page.locator("[data-pane] li button").first().click();
      await page.locator("[data-pane] article").nth(1).waitFor();
    },
  },
  {
    name: "restore",
    client: refusingNewcomer,
    ready: "form input",
    act: async (page) => {
      await page.locator("main form ~ div button").last().click();
      await page.locator(RESTORE).waitFor();
      await page.locator("form input[type=file]").setInputFiles([backup]);
      await page.locator(RESTORE).fill("seven green rivers");
      await page.locator("form button[type=submit]").click();
      await page.locator("[role=alert]").waitFor();
    },
  },
  {
    name: "restored",
    client: newcomer,
    ready: "form input",
    act: async (page) => {
      await page.locator("main form ~ div button").last().click();
      await page.locator(RESTORE).waitFor();
      await page.locator("form input[type=file]").setInputFiles([backup]);
      await page.locator(RESTORE).fill("seven green rivers");
      await page.locator("form button[type=submit]").click();
      await page.locator("form input[type=password] >> nth=1").waitFor();
    },
  },
];
