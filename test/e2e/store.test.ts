/** The store of a page, in a real browser. */
import { STORE_CONFORMANCE, VAULT_CONFORMANCE } from "@kith/client/testing";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { launchBrowser } from "../../packages/web/test/support/browser.ts";
import { type PageOrigin, servePeerPage } from "./support/page-origin.ts";

const found = inject("peerBrowser");

describe.skipIf(found === null)("the store on IndexedDB", () => {
  let browser: Browser;
  let context: BrowserContext;
  let origin: PageOrigin;
  let page: Page;

  beforeAll(async () => {
    if (found === null) return;
    browser = await launchBrowser(found);
    context = await browser.newContext();
    origin = await servePeerPage(inject("peerFolder"));
    page = await openPage();
  });

  afterAll(async () => {
    await browser?.close();
    await origin?.stop();
  });

  async function openPage(): Promise<Page> {
    const opened = await context.newPage();
    await opened.goto(`${origin.url}store`);
    await opened.waitForFunction(() => "runStoreCase" in window);
    return opened;
  }

  /** The code an opening was refused with, or null when the store is open now. */
  async function refusalOf(opener: Page, name: string): Promise<string | null> {
    return await opener.evaluate(async (given) => {
      try {
        await window.openStore({ name: given });
        return null;
      } catch (error) {
        return window.isStoreError(error) ? error.code : String(error);
      }
    }, name);
  }

  test.each(STORE_CONFORMANCE.map(({ name }) => name))("%s", async (name) => {
    expect(await page.evaluate((given) => window.runStoreCase(given), name)).toBeNull();
  });

  test.each(VAULT_CONFORMANCE.map(({ name }) => name))("its vault: %s", async (name) => {
    expect(await page.evaluate((given) => window.runVaultCase(given), name)).toBeNull();
  });

  test("a commit asks for the strongest durability there is", async () => {
    const asked = await page.evaluate(async () => {
      const store = await window.openStore({ name: "durability" });
      const modes: string[] = [];
      const open = store.database.transaction.bind(store.database);
      store.database.transaction = (...given) => {
        const transaction = open(...given);
        if (transaction.mode === "readwrite") modes.push(transaction.durability);
        return transaction;
      };
      await store.commit([{ key: "a", value: new Uint8Array(1) }]);
      await store.close();
      return modes;
    });
    expect(asked).toEqual(["strict"]);
  });

  test("a second tab is refused while the first has it open, and let in after it was closed", async () => {
    const other = await openPage();
    expect(await refusalOf(page, "tabs")).toBeNull();
    expect(await refusalOf(other, "tabs")).toBe("STORE_LOCKED");
    expect(await refusalOf(page, "tabs")).toBe("STORE_LOCKED");
    await page.reload();
    await page.waitForFunction(() => "runStoreCase" in window);
    expect(await refusalOf(other, "tabs")).toBeNull();
    await other.close();
  });

  test("a database that is deleted while it is open ends every call with STORE_WIPED, and says so once", async () => {
    const other = await openPage();
    onTestFinished(() => other.close());
    const told = page.evaluate(async () => {
      let calls = 0;
      const wiped = new Promise<void>((resolve) => {
        const onWiped = () => {
          calls += 1;
          resolve();
        };
        void window.openStore({ name: "wiped", onWiped }).then(async (store) => {
          Object.assign(window, { wipedStore: store });
          await store.commit([{ key: "a", value: new Uint8Array(1) }]);
        });
      });
      await wiped;
      const store = (window as unknown as { wipedStore: Awaited<ReturnType<typeof window.openStore>> }).wipedStore;
      const codes: string[] = [];
      for (const call of [() => store.get("a"), () => store.commit([{ key: "b", value: new Uint8Array(1) }])]) {
        await call().catch((error) => codes.push(error.code));
      }
      await store.close();
      return { calls, codes };
    });
    await page.waitForFunction(() => "wipedStore" in window);
    await other.evaluate(() => window.deleteDatabase("wiped"));
    expect(await told).toEqual({ calls: 1, codes: ["STORE_WIPED", "STORE_WIPED"] });
    expect(await refusalOf(other, "wiped")).toBeNull();
  });

  test("a database that the browser takes away in the middle of commits leaves none of them without an end", async () => {
    const apart = await browser.newContext();
    onTestFinished(() => apart.close());
    for (let round = 0; round < 12; round += 1) {
      const writer = await apart.newPage();
      await writer.goto(`${origin.url}store`);
      await writer.waitForFunction(() => "openStore" in window);
      await writer.evaluate(async () => {
        const wiped = new Promise<void>((resolve) => {
          void window.openStore({ name: "taken", onWiped: resolve }).then(async (store) => {
            const commits: Promise<unknown>[] = [];
            const write = (): void => {
              const end = store.commit([{ key: `${commits.length % 7}`, value: new Uint8Array(2000) }]);
              commits.push(end.catch((error) => error.code));
            };
            const writing = setInterval(write, 4);
            Object.assign(window, {
              codes: wiped.then(() => {
                clearInterval(writing);
                return Promise.all(commits).then((codes) => codes.filter((code) => code !== undefined));
              }),
            });
          });
        });
      });
      await writer.waitForFunction(() => "codes" in window);
      await writer.waitForTimeout(100 + round * 7);
      const session = await apart.newCDPSession(writer);
      await session.send("Storage.clearDataForOrigin", {
        origin: new URL(origin.url).origin,
        storageTypes: "indexeddb",
      });
      const codes = await writer.evaluate(() => (window as unknown as { codes: Promise<string[]> }).codes);
      expect(codes.filter((code) => code !== "STORE_WIPED" && code !== "STORE_FAILED")).toEqual([]);
      await writer.close();
    }
  });
});
