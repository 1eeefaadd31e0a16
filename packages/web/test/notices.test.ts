/** Notifications of the system: chosen by a click, shown of what nobody looks at, and never more than was chosen. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import type { FakeClient } from "./support/fake-client.ts";
import { type OpenPage, openPage } from "./support/open-screen.ts";
import { type PageServer, servePage } from "./support/page-server.ts";
import { ACCOUNTS, makeScene } from "./support/scene.ts";

const found = inject("browser");
const folder = inject("pageFolder");
const VIEW = { language: "en", theme: "light", width: 1100, height: 800 } as const;

interface Seen {
  readonly title: string;
  readonly body: string;
}

describe.skipIf(found === null)("notifications", () => {
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

  /**
   * Opens the settings. A browser without a window shows no notice and allows none, so its interface is put in its place;
   * it notes what it would show.
   */
  async function start(client: FakeClient, isAllowed: boolean): Promise<Page> {
    server = await servePage(folder, client);
    open = await openPage(browser, server, VIEW, "/settings");
    const { page } = open;
    await page.evaluate(
      (permission) => {
        const seen: Seen[] = [];
        class Noted extends EventTarget {
          static readonly permission = permission;
          static readonly requestPermission = async (): Promise<string> => permission;
          constructor(title: string, options?: NotificationOptions) {
            super();
            seen.push({ title, body: options?.body ?? "" });
          }
          close(): void {
            this.dispatchEvent(new Event("close"));
          }
        }
        Object.assign(globalThis, { Notification: Noted, seen });
      },
      isAllowed ? "granted" : "denied",
    );
    return page;
  }

  const seenOn = (page: Page) => page.evaluate(() => (globalThis as unknown as { seen: Seen[] }).seen);
  const choose = (page: Page, name: string) => page.getByRole("radio", { name, exact: true }).check({ force: true });

  function arrive(client: FakeClient, id: string, change: object = {}): void {
    const message = {
      ...client.messages[0],
      id: id.repeat(32).slice(0, 32),
      isOwn: false,
      state: "received",
      ...change,
    };
    client.receive({ ...message, chat: ACCOUNTS.asha, sentAtMs: Date.now() } as never);
  }

  test("show the name, or the text too, and of vanishing messages the name only", async () => {
    const client = makeScene("en");
    const page = await start(client, true);
    arrive(client, "a", { text: "nobody chose to see this" });
    await choose(page, "The name");
    arrive(client, "b", { text: "the secret place" });
    await vi.waitFor(async () => expect(await seenOn(page)).toEqual([{ title: "Asha Verma", body: "New message" }]));
    await choose(page, "The name and the text");
    arrive(client, "c", { text: "come at six" });
    await vi.waitFor(async () => expect((await seenOn(page)).at(-1)?.body).toBe("come at six"));
    arrive(client, "d", { text: "gone soon", vanish: { afterMs: 30_000 } });
    await vi.waitFor(async () => expect(await seenOn(page)).toHaveLength(3));
    expect((await seenOn(page)).at(-1)?.body).toBe("New message");
  });

  test("that the browser refuses are said to be refused", async () => {
    const page = await start(makeScene("en"), false);
    await choose(page, "The name");
    await page.getByRole("alert").getByText("does not let Kith show notifications").waitFor();
    await choose(page, "Nothing");
    await page.getByRole("alert").waitFor({ state: "detached" });
  });
});
