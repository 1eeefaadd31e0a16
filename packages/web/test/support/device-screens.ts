/** Screens about the devices of the account, and linking one from either side. */
import type { LinkStatus } from "@kith/client";
import { FakeClient } from "./fake-client.ts";
import { ACCOUNTS, makeScene } from "./scene.ts";
import type { ScreenCase } from "./screens.ts";

const newcomer = (): FakeClient => new FakeClient();
const atMs = 1_795_000_000_000;
const PANE = "[data-pane]";
const words = ["pioneer", "velvet", "orchard", "lunar", "gesture", "wisdom"];

/** The account on three devices, one of which is being brought up to date. */
function manyDevices(language: Parameters<ScreenCase["client"]>[0]): FakeClient {
  const client = makeScene(language);
  client.own.devices = [
    { device: "aa".repeat(32), name: "desk", kind: "node", isThis: true, addedAtMs: atMs },
    {
      device: "bb".repeat(32),
      name: "Firefox, Android",
      kind: "browser",
      isThis: false,
      addedAtMs: atMs,
      lastSeenMs: atMs + 3_600_000,
      copied: 1300,
    },
    { device: "cc".repeat(32), name: "", kind: "other", isThis: false, addedAtMs: atMs },
  ];
  return client;
}

/** An old device whose link is at a stage. */
function linking(change: Partial<LinkStatus>): ScreenCase["client"] {
  return (language) => {
    const client = manyDevices(language);
    const call = client.call.bind(client);
    client.call = async (name, params) => {
      const result = await call(name, params);
      if (name === "link.begin") client.own.setLink(change);
      return result;
    };
    return client;
  };
}

/** A new device that used a code. */
function joining(change: Partial<LinkStatus>): ScreenCase["client"] {
  return () => {
    const client = newcomer();
    const call = client.call.bind(client);
    client.call = async (name, params) => {
      const result = await call(name, params);
      if (name === "link.join") client.own.setLink(change);
      return result;
    };
    return client;
  };
}

function revoked(language: Parameters<ScreenCase["client"]>[0]): FakeClient {
  const client = makeScene(language);
  client.status = { ...client.status, isRevoked: true };
  return client;
}

const begin: NonNullable<ScreenCase["act"]> = async (page) => {
  await page.locator(`${PANE} button`).first().click();
  await page.locator(`${PANE} [tabindex="-1"]:focus, ${PANE} svg[role=img]`).first().waitFor();
};

const useCode: NonNullable<ScreenCase["act"]> = async (page) => {
  await page.locator("main form ~ div button").first().click();
  await page.locator("textarea").fill("kith:l/owFQBwcHBwcHBwcHBwcHBwcHBwKBogFYIA");
  await page.locator("form button[type=submit]").click();
  await page.locator("main form").waitFor({ state: "detached" });
};

const device = { name: "Firefox, Android", kind: "browser" } as const;

/** In the order of their use. */
export const DEVICE_SCREENS: readonly ScreenCase[] = [
  { name: "devices", client: manyDevices, hash: "/settings/devices", ready: `${PANE} li >> nth=2` },
  {
    name: "devices-rename",
    client: manyDevices,
    hash: "/settings/devices",
    ready: `${PANE} li >> nth=2`,
    act: async (page) => {
      await page.locator(`${PANE} li button`).first().click();
      await page.locator("dialog[open] input").waitFor();
    },
  },
  {
    name: "devices-revoke",
    client: manyDevices,
    hash: "/settings/devices",
    ready: `${PANE} li >> nth=2`,
    act: async (page) => {
      await page.locator(`${PANE} li >> nth=1`).locator("button").last().click();
      await page.locator("dialog[open] button").first().waitFor();
    },
  },
  { name: "link-code", client: linking({}), hash: "/settings/devices", ready: `${PANE} li >> nth=2`, act: begin },
  {
    name: "link-compare",
    client: linking({ stage: "compare", words, device }),
    hash: "/settings/devices",
    ready: `${PANE} li >> nth=2`,
    act: begin,
  },
  {
    name: "link-failed",
    client: linking({ stage: "failed", reason: "mismatch" }),
    hash: "/settings/devices",
    ready: `${PANE} li >> nth=2`,
    act: begin,
  },
  {
    name: "link-new",
    client: newcomer,
    ready: "form input",
    act: async (page) => {
      await page.locator("main form ~ div button").first().click();
      await page.locator("textarea").waitFor();
    },
  },
  {
    name: "link-new-compare",
    client: joining({ stage: "compare", words, account: ACCOUNTS.noor, handle: "noor" }),
    ready: "form input",
    act: useCode,
  },
  {
    name: "link-new-waiting",
    client: joining({ stage: "confirmed", words }),
    ready: "form input",
    act: useCode,
  },
  { name: "revoked", client: revoked, ready: "main h1 ~ *" },
];
