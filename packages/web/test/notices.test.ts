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
  readonly isClosed?: boolean;
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
            this.seen = { title, body: options?.body ?? "" };
            seen.push(this.seen);
          }
          readonly seen: Seen;
          close(): void {
            Object.assign(this.seen, { isClosed: true });
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

  test("of a call show the name and the kind while it rings, are closed when it ends, and there are none unchosen", async () => {
    const client = makeScene("en");
    const page = await start(client, true);
    // A page without a window counts as looked at.
    await page.evaluate(() => {
      document.hasFocus = () => false;
    });
    const call = { account: ACCOUNTS.asha, isOutgoing: false, phase: "ringing" } as const;
    const closes = async (count: number) =>
      vi.waitFor(async () => expect((await seenOn(page)).filter(({ isClosed }) => isClosed)).toHaveLength(count));
    client.setCall({ ...call, id: "1a".repeat(16) });
    await page.getByRole("dialog").waitFor();
    client.setCall({ phase: "ended", end: { reason: "hang-up", isOwn: false } });
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await seenOn(page)).toEqual([]);
    await choose(page, "The name");
    client.setCall({ ...call, id: "1b".repeat(16), isVideo: true });
    const shown = { title: "Asha Verma", body: "Video call" };
    await vi.waitFor(async () => expect(await seenOn(page)).toEqual([shown]));
    client.setCall({ phase: "ended", end: { reason: "elsewhere", isOwn: false } });
    await closes(1);
    client.setCall({ ...call, id: "1c".repeat(16), isVideo: false });
    await vi.waitFor(async () => expect((await seenOn(page)).at(-1)?.body).toBe("Voice call"));
    await page.getByRole("button", { name: "Decline" }).click();
    await closes(2);
    expect(await seenOn(page)).toHaveLength(2);
  });

  test("that the browser refuses are said to be refused", async () => {
    const page = await start(makeScene("en"), false);
    await choose(page, "The name");
    await page.getByRole("alert").getByText("does not let Kith show notifications").waitFor();
    await choose(page, "Nothing");
    await page.getByRole("alert").waitFor({ state: "detached" });
  });
});
