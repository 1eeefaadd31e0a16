/** What people do with a message: answer, edit, delete, react, forward; by keyboard, pointer and finger. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import { type FakeClient, PICTURE } from "./support/fake-client.ts";
import { GROUP_SCREENS } from "./support/group-screens.ts";
import { type OpenPage, openPage } from "./support/open-screen.ts";
import { type PageServer, servePage } from "./support/page-server.ts";
import { ACCOUNTS, idOf, makeEditedScene, makeScene } from "./support/scene.ts";

const found = inject("browser");
const folder = inject("pageFolder");
const VIEW = { language: "en", theme: "light", width: 1100, height: 800 } as const;
const CHAT = `/chat/${ACCOUNTS.noor}`;

describe.skipIf(found === null)("a message", () => {
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

  async function start(client: FakeClient, hash = CHAT): Promise<Page> {
    server = await servePage(folder, client);
    open = await openPage(browser, server, VIEW, hash);
    await open.page.getByRole("article").last().waitFor();
    await open.page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
    return open.page;
  }

  const paramsOf = (client: FakeClient, method: string) =>
    client.calls.filter((call) => call.method === method).map(({ params }) => params);
  const focusedLabel = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
  const article = (page: Page, words: RegExp | string) => page.getByRole("article", { name: words });
  const field = (page: Page) => page.locator("[data-writing]");
  const isWriting = (page: Page) => page.waitForFunction(() => document.activeElement?.hasAttribute("data-writing"));

  test("is reached by arrow keys from the conversation, answered with R, and its quote leads back to it", async () => {
    const client = makeScene("en");
    const page = await start(client);
    await page.getByRole("log").focus();
    await page.keyboard.press("ArrowUp");
    await vi.waitFor(async () => expect(await focusedLabel(page)).toContain("See you all at six"));
    for (let step = 0; step < 7; step += 1) await page.keyboard.press("ArrowUp");
    await vi.waitFor(async () => expect(await focusedLabel(page)).toContain("The workshop moved"));
    await page.keyboard.press("r");
    await isWriting(page);
    await page.getByText(/Answer to .*Noor Haddad/).waitFor();
    await page.keyboard.type("which entrance?");
    await page.keyboard.press("Enter");
    await vi.waitFor(() =>
      expect(paramsOf(client, "message.send")).toMatchObject([{ text: "which entrance?", replyTo: idOf(1) }]),
    );
    await article(page, /in answer to: .*The workshop moved.*which entrance/).waitFor();
    await page.getByRole("button", { name: /Noor Haddad.*The workshop moved/ }).click();
    await vi.waitFor(async () => expect(await focusedLabel(page)).toMatch(/^Noor Haddad, The workshop moved/));
    await page.keyboard.press("Escape");
    await isWriting(page);
  });

  test("of one's own is edited with the arrow up in an empty field; Escape brings back what was there", async () => {
    const client = makeScene("en");
    const page = await start(client);
    await page.keyboard.press("ArrowUp");
    expect(await field(page).inputValue()).toBe("See you all at six then");
    await page.keyboard.press("Escape");
    expect(await field(page).inputValue()).toBe("");
    expect(new URL(page.url()).hash).toBe(`#${CHAT}`);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("See you at seven");
    await page.keyboard.press("Enter");
    await article(page, /^You, See you at seven, edited,/).waitFor();
    expect(paramsOf(client, "message.edit")).toMatchObject([{ id: idOf(8), text: "See you at seven" }]);
    expect(await field(page).inputValue()).toBe("");
    await page.getByText(/still sees the old words/).waitFor();
    client.change(idOf(8), { change: { kind: "edit", state: "delivered" } });
    await page.getByText(/still sees the old words/).waitFor({ state: "detached" });
  });

  test("that cannot be edited any more keeps the words that were typed", async () => {
    const client = makeScene("en");
    const { MessengerError } = await import("@kith/client");
    const page = await start(client);
    client.refusals["message.edit"] = new MessengerError("EDIT_TOO_LATE", "late");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.type(", really");
    await page.keyboard.press("Enter");
    await page.getByText("A message can be edited for 24 hours").waitFor();
    expect(await field(page).inputValue()).toBe("See you all at six then, really");
  });

  test("has a menu on right click; arrows walk it, Escape gives the focus back", async () => {
    const page = await start(makeScene("en"));
    await article(page, /Perfect, then we are five/).click({ button: "right" });
    const menu = page.getByRole("menu");
    await menu.waitFor();
    await vi.waitFor(async () => expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Answer"));
    await page.keyboard.press("ArrowUp");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("❤️");
    await page.keyboard.press("ArrowRight");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("👍");
    await page.keyboard.press("End");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Delete");
    await page.keyboard.press("Escape");
    await menu.waitFor({ state: "detached" });
    expect(await focusedLabel(page)).toContain("Perfect, then we are five");
  });

  test("keeps its menu inside a window that becomes narrow while it is open", async () => {
    const page = await start(makeScene("en"));
    await article(page, /See you all at six/).click({ button: "right" });
    const menu = page.getByRole("dialog");
    await menu.waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    await vi.waitFor(async () => {
      const box = await menu.boundingBox();
      expect(box).not.toBeNull();
      expect(box?.x).toBe(0);
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(844);
    });
  });

  test("has its menu on a long press, and none when the finger moves", async () => {
    const page = await start(makeScene("en"));
    const message = article(page, /Perfect, then we are five/);
    const pointer = { pointerType: "touch", bubbles: true, clientX: 700, clientY: 500 };
    await message.dispatchEvent("pointerdown", pointer);
    await message.dispatchEvent("pointermove", { ...pointer, clientY: 530 });
    await article(page, /See you all/).dispatchEvent("pointerdown", pointer);
    await page.getByRole("menu").waitFor();
    await page.getByRole("menuitem", { name: "Answer" }).click();
    await page.getByText("See you all at six then").nth(2).waitFor();
    await isWriting(page);
  });

  test("is answered by a swipe that goes far enough, and not by a shorter one", async () => {
    const page = await start(makeScene("en"));
    const message = article(page, /Perfect, then we are five/);
    const swipe = async (length: number): Promise<void> => {
      const pointer = { pointerType: "touch", isPrimary: true, bubbles: true, clientX: 700, clientY: 500 };
      await message.dispatchEvent("pointerdown", pointer);
      await message.dispatchEvent("pointermove", { ...pointer, clientX: 700 + length });
      await message.dispatchEvent("pointerup", { ...pointer, clientX: 700 + length });
    };
    await swipe(40);
    expect(await page.getByText(/Answer to/).count()).toBe(0);
    await swipe(60);
    await page.getByText(/Answer to .*You/).waitFor();
    expect(await message.evaluate((row) => row.style.translate)).toBe("");
    await isWriting(page);
  });

  test("is reacted to once; the chip takes it back", async () => {
    const client = makeScene("en");
    const page = await start(client);
    await article(page, /The workshop moved/).focus();
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menuitemradio", { name: "👍" }).click();
    const chip = page.getByRole("button", { name: /👍.* from .*You/ });
    await chip.waitFor();
    expect(await chip.getAttribute("aria-pressed")).toBe("true");
    expect(await article(page, /The workshop moved.*👍.* from .*You/).count()).toBe(1);
    await chip.click();
    await chip.waitFor({ state: "detached" });
    await article(page, /The workshop moved/).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "More emoji" }).click();
    await page.getByLabel("Or type any emoji").fill("🪁");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /🪁.* from .*You/ }).waitFor();
    expect(paramsOf(client, "message.react")).toEqual([
      { who: ACCOUNTS.noor, id: idOf(1), emoji: "👍" },
      { who: ACCOUNTS.noor, id: idOf(1) },
      { who: ACCOUNTS.noor, id: idOf(1), emoji: "🪁" },
    ]);
  });

  test("is deleted for everyone as a request, which the dialog says, and leaves a tombstone", async () => {
    const client = makeScene("en");
    const page = await start(client);
    await article(page, /See you all/).focus();
    await page.keyboard.press("Delete");
    await page.getByText(/For everyone is a request/).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Cancel");
    await page.getByRole("button", { name: "Delete for everyone" }).click();
    await article(page, /^You, You deleted this message/).waitFor();
    expect(await page.getByText("See you all at six then").count()).toBe(0);
    await page.getByText(/still sees it until/).waitFor();
    expect(paramsOf(client, "message.delete")).toEqual([{ who: ACCOUNTS.noor, id: idOf(8), isForEveryone: true }]);
  });

  test("of somebody else is deleted on this device only", async () => {
    const client = makeScene("en");
    const page = await start(client);
    await article(page, /The workshop moved/).focus();
    await page.keyboard.press("Delete");
    await page.getByText(/on this device only; .*Noor Haddad.* keeps it/).waitFor();
    expect(await page.getByRole("button", { name: "Delete for everyone" }).count()).toBe(0);
    await page.getByRole("button", { name: "Delete for me" }).click();
    await article(page, /The workshop moved/).waitFor({ state: "detached" });
    expect(client.messages.some(({ id }) => id === idOf(1))).toBe(false);
    await vi.waitFor(async () =>
      expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("log"),
    );
  });

  test("is forwarded to another chat, found by typing", async () => {
    const client = makeScene("en");
    const page = await start(client);
    await article(page, /The workshop moved/).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Forward" }).click();
    await page.getByRole("dialog").getByLabel("Search chats").fill("sara");
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /Sara & Omar/ })
      .click();
    await page.getByText(/Forwarded to .*Sara & Omar/).waitFor();
    expect(paramsOf(client, "message.forward")).toMatchObject([{ id: idOf(1), to: ACCOUNTS.sara }]);
  });

  test("with a forged quote says so and shows none of its words; a deleted one has no text and no reaction", async () => {
    const page = await start(makeEditedScene("en"));
    await article(page, /in answer to: .*This quote is forged.*has the map/).waitFor();
    await article(page, /^Noor Haddad, This message was deleted/).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menu").waitFor();
    expect(await page.getByRole("menuitem").allTextContents()).toEqual(["Delete"]);
    await page.keyboard.press("Escape");
  });

  test("marks one's own handle, and leads to a contact whose handle it names", async () => {
    const client = makeScene("en");
    client.messages = client.messages.map((each) =>
      each.id === idOf(8) ? { ...each, text: "@Asha_V and @nobody, look what @YOU did" } : each,
    );
    const page = await start(client);
    const message = article(page, /look what/);
    expect(await message.locator("mark").allTextContents()).toEqual(["@YOU"]);
    expect(await message.locator("a").allTextContents()).toEqual(["@Asha_V"]);
    await message.locator("a").click();
    await page.getByRole("heading", { name: /Asha Verma/ }).waitFor();
  });

  test("that the other side deletes while it is being answered ends the answer", async () => {
    const client = makeScene("en");
    const page = await start(client);
    await article(page, /The workshop moved/).focus();
    await page.keyboard.press("r");
    await page.getByText(/Answer to .*Noor Haddad/).waitFor();
    client.change(idOf(1), { text: "", isDeleted: true });
    await page.getByText(/Answer to .*Noor Haddad/).waitFor({ state: "detached" });
  });

  describe("of a group", () => {
    const scene = GROUP_SCREENS.find(({ name }) => name === "group");
    const startGroup = async (): Promise<{ client: FakeClient; page: Page }> => {
      const client = scene?.client("en") as FakeClient;
      return { client, page: await start(client, scene?.hash) };
    };

    test("is answered by its menu, with the author's name above the field and in the quote", async () => {
      const { client, page } = await startGroup();
      await article(page, /^@omar_said/).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("menuitem", { name: "Answer" }).click();
      await isWriting(page);
      await page.getByText(/Answer to .*@omar_said/).waitFor();
      await page.keyboard.type("I am here");
      await page.keyboard.press("Enter");
      await vi.waitFor(() =>
        expect(paramsOf(client, "group.send")).toMatchObject([{ text: "I am here", replyTo: idOf(6) }]),
      );
      await page
        .getByRole("button", { name: /@omar_said/ })
        .last()
        .waitFor();
    });

    test("is edited, reacted to and deleted by the same keys as between two people", async () => {
      const { client, page } = await startGroup();
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("Control+A");
      await page.keyboard.type("Other words");
      await page.keyboard.press("Enter");
      await article(page, /^You, .*Other words, edited,/).waitFor();
      expect(paramsOf(client, "group.edit")).toMatchObject([{ id: idOf(7), text: "Other words" }]);
      await article(page, /^@omar_said/).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("menuitemradio", { name: "❤️" }).click();
      await article(page, /@omar_said.*❤️/).waitFor();
      expect(paramsOf(client, "group.react")).toMatchObject([{ id: idOf(6), emoji: "❤️" }]);
      await article(page, /^You/).last().focus();
      await page.keyboard.press("Delete");
      await page.getByRole("dialog").getByRole("button", { name: "Delete for everyone" }).click();
      await vi.waitFor(() =>
        expect(paramsOf(client, "group.delete")).toMatchObject([{ id: idOf(7), isForEveryone: true }]),
      );
    });

    test("vanishes after a time that an admin sets among the members", async () => {
      const { client, page } = await startGroup();
      await page.getByTitle(/New messages vanish after .*1 week/).waitFor();
      await page
        .getByRole("link", { name: /Who belongs to/ })
        .first()
        .click();
      await page.getByRole("radio", { name: "1 day" }).check();
      await vi.waitFor(() => expect(paramsOf(client, "group.setTimer")).toMatchObject([{ afterMs: 86_400_000 }]));
    });

    test("goes on into a group that is shown by its picture, as in the list", async () => {
      const client = scene?.client("en") as FakeClient;
      const [garden] = client.groups.list;
      client.groups.picture = PICTURE;
      client.groups.list = client.groups.list.map((each) =>
        each === garden ? { ...each, pictureId: "1", hasPicture: true } : each,
      );
      const page = await start(client, scene?.hash);
      await article(page, /^@omar_said/).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("menuitem", { name: "Forward" }).click();
      const choices = page.getByRole("dialog").getByRole("listitem");
      await choices
        .filter({ hasText: garden?.name ?? "" })
        .locator("img")
        .waitFor();
      expect(await choices.filter({ hasText: "Sara & Omar" }).locator("img").count()).toBe(0);
    });

    test("has a picture that an admin takes back whose own device has not got it", async () => {
      const client = scene?.client("en") as FakeClient;
      const [garden] = client.groups.list;
      client.groups.list = client.groups.list.map((each) => (each === garden ? { ...each, hasPicture: true } : each));
      const page = await start(client, scene?.hash);
      await page
        .getByRole("link", { name: /Who belongs to/ })
        .first()
        .click();
      await page.getByRole("button", { name: "Remove the picture" }).click();
      await page.getByRole("button", { name: "Remove the picture" }).waitFor({ state: "detached" });
      expect(paramsOf(client, "group.setPicture")).toEqual([{ group: garden?.group }]);
    });

    test("that only tells what happened to the group has no menu", async () => {
      const { page } = await startGroup();
      await article(page, /founded the group/).focus();
      await page.keyboard.press("Enter");
      expect(await page.getByRole("menu").count()).toBe(0);
    });
  });
});
