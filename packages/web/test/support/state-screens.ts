/** Screens of states that people meet rarely: doors, waiting, broken connections, and the page for peers. */
import { MessengerError } from "@kith/client";
import type { Page } from "playwright-core";
import { FakeClient } from "./fake-client.ts";
import { ACCOUNTS, makeScene, type SceneLanguage } from "./scene.ts";
import type { ScreenCase } from "./screens.ts";

/** An origin that offers a network without relays. */
const PEER_ORIGIN = { format: 1, mode: "peer", netId: "screens", parameters: {}, relays: [] };

const nobody = (): FakeClient => new FakeClient();
const DOOR = "main h1";

/** A door of the page for peers. */
function door(name: string, prepare: () => void, origin: object | null = PEER_ORIGIN): ScreenCase {
  return { name: `door-${name}`, client: nobody, origin, prepare, ready: `${DOOR} ~ *` };
}

/** A scene in which one method never answers. */
function silentScene(method: "chat.list" | "message.list"): (language: SceneLanguage) => FakeClient {
  return (language) => {
    const client = makeScene(language);
    const call = client.call.bind(client);
    client.call = (name, params) => (name === method ? new Promise(() => undefined) : call(name, params));
    return client;
  };
}

/** Goes on without a handle, a PIN and the words, up to the last step of a peer. */
async function becomePeer(page: Page): Promise<void> {
  await page.locator("form button").nth(1).click();
  await page.locator("input[type=password]").first().waitFor();
  await page.locator("form button").nth(1).click();
  await page.locator("main h1 ~ div button").nth(1).click();
  await page.locator("main form input").waitFor();
}

/** What stands in the way, in the order of `ClosedReason`; then what takes time or went away; then a peer's own. */
export const STATE_SCREENS: readonly ScreenCase[] = [
  door("insecure", () => Object.defineProperty(globalThis, "isSecureContext", { value: false })),
  door("unsupported", () => {
    Reflect.deleteProperty(Navigator.prototype, "locks");
  }),
  door("busy", () => void navigator.locks.request("kith.engine", () => new Promise(() => undefined))),
  door("wiped", () => localStorage.setItem("kith/store/main", "1")),
  door("damaged", () => {
    const opening = indexedDB.open("kith/main", 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("keys");
      // Rows, and none that tells their version.
      opening.result.createObjectStore("rows").put(new Uint8Array(1), "contact/lost");
    };
    opening.onsuccess = () => opening.result.close();
  }),
  door("version", () => undefined, { format: 2 }),
  { ...door("offline", () => undefined, null), expectedFaults: /status of 503/ },
  {
    ...door("failed", () => {
      IDBFactory.prototype.open = () => {
        throw new DOMException("no storage", "UnknownError");
      };
    }),
    // A failure that nobody foresaw is left to the console.
    expectedFaults: /MessengerError/,
  },
  {
    name: "door-stopped",
    client: () => {
      const client = new FakeClient();
      client.call = () => Promise.reject(new MessengerError("STOPPED", "stopping"));
      return client;
    },
    ready: `${DOOR} ~ div button`,
  },
  {
    name: "connecting",
    client: () => {
      const client = new FakeClient();
      client.call = () => new Promise(() => undefined);
      return client;
    },
    ready: "main[aria-busy=true]",
  },
  { name: "list-loading", client: silentScene("chat.list"), ready: "[data-list] [aria-busy=true]" },
  {
    name: "chat-loading",
    client: silentScene("message.list"),
    hash: `/chat/${ACCOUNTS.noor}`,
    ready: "[data-pane] textarea",
  },
  {
    name: "lost",
    client: makeScene,
    expectedFaults: /WebSocket connection to|net::ERR_/,
    hash: `/chat/${ACCOUNTS.noor}`,
    ready: "[role=log] article",
    act: async (page, server) => {
      await server.stop();
      await page.locator("[role=status] button").waitFor();
      await page.locator("textarea").fill("…");
      await page.locator("form button[type=submit]").click();
    },
  },
  {
    name: "none-found",
    client: makeScene,
    ready: "[data-list] nav li",
    act: async (page) => {
      await page.locator("[data-search]").fill("zzz");
      await page.locator("[data-list] p[role=status]").waitFor();
    },
  },
  { name: "reachable", client: nobody, origin: PEER_ORIGIN, ready: "form input", act: becomePeer },
  {
    name: "settings-peer",
    client: nobody,
    origin: PEER_ORIGIN,
    ready: "form input",
    act: async (page) => {
      await becomePeer(page);
      await page.locator("main > div > div button").last().click();
      await page.locator("[data-list]").waitFor();
      await page.evaluate(() => {
        location.hash = "#/settings";
      });
      const storage = page.locator("[data-pane] section:has([role=status])").last();
      await storage.waitFor();
      await storage.scrollIntoViewIfNeeded();
    },
  },
];
