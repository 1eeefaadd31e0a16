/** What people do: get in, begin, write, read, lose the connection, come back. In a real browser, over a real socket. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import { FakeClient } from "./support/fake-client.ts";
import { type OpenPage, openPage } from "./support/open-screen.ts";
import { type PageServer, servePage, TOKEN } from "./support/page-server.ts";
import { ACCOUNTS, idOf, makeScene } from "./support/scene.ts";

const found = inject("browser");
const folder = inject("pageFolder");
const VIEW = { language: "en", theme: "light", width: 1100, height: 800 } as const;
const CHAT = `/chat/${ACCOUNTS.noor}`;

/** Scrolls up until older messages have come; the pixels by which they moved what the reader saw. Runs in the page. */
async function movedByOlder(log: HTMLElement): Promise<number> {
  const frame = () => new Promise(requestAnimationFrame);
  const articles = () => [...log.querySelectorAll("article")];
  const total = () => articles()[0]?.getAttribute("aria-setsize");
  const topOf = (label: string | null | undefined) =>
    articles()
      .find((each) => each.getAttribute("aria-label") === label)
      ?.getBoundingClientRect().top;
  const before = total();
  for (let turn = 0; turn < 2000; turn += 1) {
    log.scrollTop -= 20;
    await frame();
    const seen = articles().find((each) => each.getBoundingClientRect().top > 100);
    const label = seen?.getAttribute("aria-label");
    const top = topOf(label);
    await frame();
    if (total() !== before) return (topOf(label) ?? Number.NaN) - (top ?? Number.NaN);
  }
  return Number.NaN;
}

/** Runs in a page: sizes are told half a second late. */
function measureSlowly(): void {
  const Observer = globalThis.ResizeObserver;
  globalThis.ResizeObserver = class extends Observer {
    constructor(callback: ResizeObserverCallback) {
      super((entries, observer) => void setTimeout(() => callback(entries, observer), 500));
    }
  };
}

describe.skipIf(found === null)("the page", () => {
  let browser: Browser;
  let server: PageServer;
  let open: OpenPage;

  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found);
  });
  afterEach(async () => {
    await open.close();
    await server.stop();
  });
  afterAll(() => browser.close());

  async function start(client: FakeClient, hash?: string, prepare?: () => void): Promise<Page> {
    server = await servePage(folder, client);
    open = await openPage(browser, server, VIEW, hash, prepare);
    return open.page;
  }

  const callsOf = (client: FakeClient, method: string) => client.calls.filter((call) => call.method === method);

  test("takes the token out of the address and keeps it", async () => {
    const page = await start(makeScene("en"));
    await page.getByRole("heading", { name: "Open the door to your node" }).waitFor();
    await page.goto(`${server.origin}/#t=${TOKEN}`);
    await page.getByRole("link", { name: /Noor Haddad/ }).waitFor();
    expect(page.url()).toBe(`${server.origin}/#/`);
    await page.reload();
    await page.getByRole("link", { name: /Noor Haddad/ }).waitFor();
    expect(open.faults).toEqual([]);
  });

  test("says how to get in when the node refuses the token", async () => {
    const page = await start(makeScene("en"));
    await page.goto(`${server.origin}/#t=a-token-of-another-node`);
    await page.getByText("The node did not accept the key").waitFor();
    await page.getByText("npm start").waitFor();
  });

  test("leads a newcomer by keyboard from nothing to the three ways to meet someone", async () => {
    const client = new FakeClient();
    const page = await start(client, "/");
    await page.getByLabel("Handle").waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === "INPUT");
    await page.keyboard.type("noor_h");
    await page.keyboard.press("Enter");
    await page.getByLabel("PIN", { exact: true }).waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("type") === "password");
    await page.keyboard.type("١٢٣٤");
    await page.keyboard.press("Tab");
    await page.keyboard.type("١٢٣٤");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /Nobody can say whether .*@noor_h/ }).waitFor();
    await page.getByRole("button", { name: /Claim .*@noor_h/ }).click();
    await page.getByRole("button", { name: "Show the words" }).click();
    await page.getByRole("button", { name: "I have written them down" }).waitFor();
    const words = await page.locator("ol li").allTextContents();
    expect(words.length).toBe(24);
    await page.getByRole("button", { name: "I have written them down" }).click();
    for (const field of await page.locator("form input").all()) {
      const label = await page.locator(`label[for="${await field.getAttribute("id")}"]`).textContent();
      const position = Number(/\d+/.exec(label ?? "")?.[0]);
      await field.fill(client.words?.[position - 1] ?? "");
    }
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Nobody here yet" }).waitFor();
    expect(callsOf(client, "account.create")[0]?.params).toEqual({ pin: "١٢٣٤" });
    expect(callsOf(client, "account.claimHandle")[0]?.params).toEqual({ handle: "noor_h" });
    expect(client.status.areWordsConfirmed).toBe(true);
    expect(open.faults).toEqual([]);
  });

  test("keeps reminding those who put the words off", async () => {
    const page = await start(new FakeClient(), "/");
    await page.getByRole("button", { name: "Later, without a handle" }).click();
    await page.getByRole("button", { name: "No PIN" }).click();
    await page.getByRole("button", { name: "Later" }).click();
    await page.getByText("Your 24 words are not written down yet").waitFor();
    await page.reload();
    await page.getByText("Your 24 words are not written down yet").waitFor();
  });

  test("sends with Enter and follows the message until it was read", async () => {
    const client = makeScene("en");
    const page = await start(client, CHAT);
    await page.getByRole("textbox", { name: "Message", exact: true }).click();
    await page.keyboard.type("one");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("two");
    await page.keyboard.press("Enter");
    const message = page.getByRole("article").last();
    await page.getByText("Waiting to leave this device").waitFor();
    const id = client.messages.at(-1)?.id ?? "";
    expect(client.messages.at(-1)?.text).toBe("one\ntwo");
    client.change(id, { state: "sent", heldBy: { relays: 1, isDirect: false } });
    await page.getByText(/Kept by 1 relay until .*Noor Haddad.* is back/).waitFor();
    client.change(id, { state: "delivered" });
    await vi.waitFor(async () => expect(await message.getAttribute("aria-label")).toContain("Delivered"));
    client.change(id, { state: "read" });
    await vi.waitFor(async () => expect(await message.getAttribute("aria-label")).toMatch(/^You, one\ntwo, .*Read$/));
  });

  test("sends what was written without a connection once, when it is back", async () => {
    const client = makeScene("en");
    const page = await start(client, CHAT);
    await page.getByRole("article").first().waitFor();
    const port = Number(new URL(server.origin).port);
    await server.stop();
    await page.getByText("Your node does not answer").waitFor();
    await page.getByRole("textbox", { name: "Message", exact: true }).fill("written in the dark");
    await page.keyboard.press("Enter");
    await page.getByText("Waiting for your node").waitFor();
    client.messages.push({ ...(client.messages[0] as never as object), id: idOf(900), text: "meanwhile" } as never);
    server = await servePage(folder, client, { port });
    await page.getByText("Waiting to leave this device").waitFor({ timeout: 30_000 });
    await page.getByRole("article", { name: /meanwhile/ }).waitFor();
    expect(client.messages.filter(({ text }) => text === "written in the dark").length).toBe(1);
    expect(await page.getByRole("article", { name: /written in the dark/ }).count()).toBe(1);
    expect(await page.getByText("Your node does not answer").count()).toBe(0);
  });

  test("marks messages read only where they are seen", async () => {
    const client = makeScene("en");
    const page = await start(client, "/");
    await page.getByRole("link", { name: /Asha Verma/ }).waitFor();
    const message = { chat: ACCOUNTS.noor, isOwn: false, sentAtMs: Date.now(), state: "received" } as const;
    client.receive({ ...message, id: idOf(500), text: "are you there?" });
    await page.getByRole("link", { name: /Noor Haddad.*1 unread message/ }).waitFor();
    expect(callsOf(client, "message.markRead").length).toBe(0);
    await page.getByRole("link", { name: /Noor Haddad/ }).click();
    await vi.waitFor(() => expect(callsOf(client, "message.markRead").length).toBe(1));
    await page.getByRole("article", { name: /are you there/ }).waitFor();
  });

  test("accepts a request, and asks before it deletes one", async () => {
    const client = makeScene("en");
    const page = await start(client, `/request/${ACCOUNTS.stranger}`);
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Delete");
    expect(callsOf(client, "request.delete").length).toBe(0);
    await page.getByRole("button", { name: "Accept" }).click();
    await page.getByRole("textbox", { name: "Message", exact: true }).waitFor();
    expect(client.contacts.find(({ account }) => account === ACCOUNTS.stranger)?.relation).toBe("accepted");
  });

  test("chooses none of several accounts that claim a handle", async () => {
    const client = makeScene("en");
    const page = await start(client, "/new/handle");
    await page.getByLabel("Handle").fill("imran_m");
    await page.keyboard.press("Enter");
    await page.getByText("More than one account claims").waitFor();
    expect(await page.locator("input[type=radio]:checked").count()).toBe(0);
    expect(await page.getByRole("button", { name: "Ask for contact" }).count()).toBe(0);
    await page.locator("input[type=radio]").nth(1).check();
    await page.getByRole("button", { name: "Ask for contact" }).click();
    await vi.waitFor(() => expect(callsOf(client, "contact.add").length).toBe(1));
    expect(callsOf(client, "contact.add")[0]?.params).toEqual({ who: ACCOUNTS.kiran });
  });

  test("contests another's claim of the own handle, and says that claims may be kept back", async () => {
    const client = makeScene("en");
    const rival = { account: ACCOUNTS.noor, handle: "me", trust: "CLAIMED", claimedAtMs: 0, isContact: false } as const;
    client.status = { ...client.status, handle: { written: "me", publication: "published" } };
    client.lookup = { handle: "me", asked: 8, isWeak: false, isSuspect: true, candidates: [rival] };
    const page = await start(client, "/settings");
    await page.getByRole("button", { name: "Who else claims it?" }).click();
    await page.getByText("keeping claims back").waitFor();
    await page.getByRole("button", { name: "Not mine" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Not mine" }).click();
    await page.getByText("Your account says now that this claim is not yours.").waitFor();
    expect(client.contested).toEqual([ACCOUNTS.noor]);
    const again = await start(client, "/settings");
    await again.getByRole("button", { name: "Who else claims it?" }).click();
    await again.getByText("Your account says now that this claim is not yours.").waitFor();
    expect(await again.getByRole("button", { name: "Not mine" }).count()).toBe(0);
  });

  test("never says that nobody else claims the own handle where nobody was asked", async () => {
    const client = makeScene("en");
    client.lookup = { handle: "you", asked: 0, isWeak: true, isSuspect: false, candidates: [] };
    const page = await start(client, "/settings");
    await page.getByRole("button", { name: "Who else claims it?" }).click();
    await page.getByText("There was nobody to ask").waitFor();
    client.lookup = { ...client.lookup, asked: 3 };
    await page.getByRole("button", { name: "Who else claims it?" }).click();
    await page.getByText("know of nobody else").waitFor();
  });

  test("locks, waits after a wrong PIN and opens with the right one", async () => {
    const client = makeScene("en");
    client.pin = "1234";
    client.retryAfterMs = 1500;
    client.status = { ...client.status, hasPin: true };
    const page = await start(client, "/settings");
    await page.getByLabel("Relay address").fill("/ip4/192.0.2.1/tcp/1/p2p/12D3KooWx");
    await page.keyboard.press("Enter");
    await page.getByText("The relay is added.").waitFor();
    await page.getByRole("button", { name: "Lock now" }).click();
    await page.getByLabel("PIN").fill("9999");
    expect(await page.getByText("The relay is added.").count()).toBe(0);
    await page.keyboard.press("Enter");
    await page.getByText("Too many wrong tries").waitFor();
    expect(await page.getByRole("button", { name: "Unlock" }).isDisabled()).toBe(true);
    await page.getByText("Wrong PIN.").waitFor();
    await page.getByLabel("PIN").fill("1234");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Settings" }).waitFor();
  });

  test("moves through chats by keyboard and gives the focus back to the row", async () => {
    const page = await start(makeScene("en"), "/");
    await page.getByRole("link", { name: /Noor Haddad/ }).waitFor();
    await page.keyboard.press("Alt+ArrowDown");
    await page.getByRole("textbox", { name: "Message", exact: true }).waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
    await page.keyboard.press("Alt+ArrowDown");
    await page.getByRole("heading", { name: /Asha Verma/ }).waitFor();
    await page.keyboard.press("Escape");
    await page.waitForFunction((chat) => document.activeElement?.getAttribute("data-chat") === chat, ACCOUNTS.asha);
  });

  test("shows hostile text as text", async () => {
    const client = makeScene("en");
    const hostile = [
      "<img src=x onerror=alert(1)><script>alert(2)</script>",
      "javascript:alert(3) data:text/html,x",
      "\u202e\u202eoverride me\u2066",
      `z${"\u0301".repeat(3000)}`,
      "👩‍💻".repeat(4000),
      "x".repeat(40_000),
    ];
    client.messages = hostile.map((text, at) => ({
      id: idOf(at + 1),
      chat: ACCOUNTS.noor,
      isOwn: false,
      text,
      sentAtMs: Date.now(),
      state: "received" as const,
    }));
    const page = await start(client, CHAT);
    await page.getByRole("article").last().waitFor();
    expect(await page.locator("article img, article script, article a").count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(open.faults).toEqual([]);
  });

  test("keeps few rows of a long conversation in the page, and the reader's place when older ones come", async () => {
    const client = makeScene("en");
    client.messages = Array.from({ length: 10_000 }, (_, at) => ({
      id: idOf(at + 1),
      chat: ACCOUNTS.noor,
      isOwn: at % 3 === 0,
      text: `message ${at + 1}`,
      sentAtMs: Date.now() - (10_000 - at) * 1000,
      state: at % 3 === 0 ? ("read" as const) : ("received" as const),
    }));
    const page = await start(client, CHAT);
    await page.getByRole("article", { name: /message 10000/ }).waitFor();
    expect(await page.getByRole("article").count()).toBeLessThanOrEqual(40);
    const moved = await page.getByRole("log").evaluate(movedByOlder);
    expect(Math.abs(moved)).toBeLessThanOrEqual(2);
    expect(await page.getByRole("article").count()).toBeLessThanOrEqual(40);
    await page.getByRole("button", { name: "To the newest message" }).click();
    await page.getByRole("article", { name: /message 10000/ }).waitFor();
  });

  test("reaches the newest message on a machine that is slow to measure what it shows", async () => {
    const client = makeScene("en");
    client.messages = Array.from({ length: 400 }, (_, at) => ({
      id: idOf(at + 1),
      chat: ACCOUNTS.noor,
      isOwn: at % 3 === 0,
      text: `message ${at + 1}. ${"words and ".repeat((at * 7) % 60)}`,
      sentAtMs: Date.now() - (400 - at) * 1000,
      state: at % 3 === 0 ? ("read" as const) : ("received" as const),
    }));
    const page = await start(client, CHAT, measureSlowly);
    const newest = page.getByRole("article", { name: /message 400\./ });
    const log = page.getByRole("log");
    const left = () => log.evaluate((each) => each.scrollHeight - each.clientHeight - each.scrollTop);
    await newest.waitFor();
    await expect.poll(left, { timeout: 60_000 }).toBeLessThan(2);
    await log.evaluate((each) => each.scrollTo(0, 0));
    await page.getByRole("button", { name: "To the newest message" }).click();
    await newest.waitFor();
    await expect.poll(left, { timeout: 60_000 }).toBeLessThan(2);
  });

  test("changes language, direction and theme at once", async () => {
    const page = await start(makeScene("en"), "/settings");
    await page.getByRole("radio", { name: "العربية" }).check();
    await page.getByRole("heading", { name: "الإعدادات" }).waitFor();
    expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir])).toEqual([
      "ar",
      "rtl",
    ]);
    await page.getByRole("radio", { name: "داكنة" }).check();
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
    await page.reload();
    await page.getByRole("heading", { name: "الإعدادات" }).waitFor();
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
    expect(open.faults).toEqual([]);
  });
});
