/** Files in the page: chosen, dropped, pasted, refused, fetched, looked at and saved. */
import { readFileSync } from "node:fs";
import type { FileInfo } from "@kith/client";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { imageKind } from "../src/screens/files/image-kind.ts";
import { launchBrowser } from "./support/browser.ts";
import { runAxe } from "./support/measure-screen.ts";
import { type View, withScreen } from "./support/open-screen.ts";
import { ACCOUNTS, idOf, makeFilesScene, makeScene } from "./support/scene.ts";

const found = inject("browser");
const folder = inject("pageFolder");
const VIEW: View = { language: "en", theme: "light", width: 1280, height: 800 };
const chat = `/chat/${ACCOUNTS.noor}`;
const LOG = "[role=log] article";
const card = (page: Page, id: string) => page.locator(`${LOG}[data-message="${id}"]`);

function readWords(language: View["language"]): (key: string) => string {
  const file = new URL(`../src/i18n/messages/${language}.json`, import.meta.url);
  const words: Readonly<Record<string, string>> = JSON.parse(readFileSync(file, "utf8"));
  return (key) => words[key] ?? "";
}

describe.skipIf(found === null)("files in the page", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (found !== null) browser = await launchBrowser(found);
  });
  afterAll(() => browser.close());

  test("several are added at once, byte for byte, an image with a small picture of its own", async () => {
    const client = makeScene("en");
    const screen = { name: "add", client: () => client, hash: chat, ready: LOG };
    await withScreen(browser, folder, screen, VIEW, async ({ page, faults }) => {
      const picture = await page.evaluate(async () => {
        const canvas = new OffscreenCanvas(900, 600);
        canvas.getContext("2d")?.fillRect(10, 10, 400, 300);
        return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
      });
      const big = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251));
      await page.locator("form input[type=file]").setInputFiles([
        { name: "notes.txt", mimeType: "text/plain", buffer: big },
        { name: "صورة.png", mimeType: "image/png", buffer: Buffer.from(picture) },
      ]);
      await page.locator(`${LOG} bdi`, { hasText: "صورة.png" }).waitFor();
      const [notes, image] = [...client.uploads.values()];
      expect(Buffer.compare(Buffer.from(notes?.bytes ?? []), big)).toBe(0);
      expect(notes?.head).toMatchObject({ name: "notes.txt", sizeBytes: 300_000, mediaType: "text/plain" });
      expect(notes?.head.preview).toBeUndefined();
      const preview = imageKind(Buffer.from(image?.head.preview ?? "", "base64"));
      expect(preview).toEqual({ type: "image/jpeg", width: 480, height: 320 });
      expect(await page.locator("form ul li").count()).toBe(0);
      expect(faults).toEqual([]);
    });
  });

  test("a text that is too long for one message is sent as a text file", async () => {
    const client = makeScene("en");
    const screen = { name: "long", client: () => client, hash: chat, ready: LOG };
    await withScreen(browser, folder, screen, VIEW, async ({ page, faults }) => {
      const field = page.getByRole("textbox", { name: "Message", exact: true });
      const long = `${"नमस्ते ".repeat(3000)}end`;
      await field.fill(long);
      await page.getByText("it is sent as a text file").waitFor();
      expect(await field.getAttribute("aria-invalid")).toBe("false");
      await field.press("Enter");
      await page.locator(`${LOG} bdi`, { hasText: "message.txt" }).waitFor();
      const [upload] = [...client.uploads.values()];
      expect(upload?.head).toMatchObject({ name: "message.txt", mediaType: "text/plain" });
      expect(Buffer.from(upload?.bytes ?? []).toString("utf8")).toBe(long);
      expect(await field.inputValue()).toBe("");
      expect(faults).toEqual([]);
    });
  });

  test("what is dropped on the conversation and what is pasted is added too", async () => {
    const client = makeScene("en");
    const screen = { name: "drop", client: () => client, hash: chat, ready: `${LOG}` };
    await withScreen(browser, folder, screen, VIEW, async ({ page }) => {
      await page.locator("form input[type=file]").waitFor({ state: "attached" });
      await page.evaluate(() => {
        const give = (kind: "drop" | "paste", name: string): void => {
          const data = new DataTransfer();
          data.items.add(new File(["hello"], name));
          const area = document.querySelector("[role=log]");
          const init = { bubbles: true, cancelable: true };
          area?.dispatchEvent(
            kind === "drop"
              ? new DragEvent("drop", { ...init, dataTransfer: data })
              : new ClipboardEvent("paste", { ...init, clipboardData: data }),
          );
        };
        give("drop", "dropped.txt");
        give("paste", "pasted.txt");
      });
      await page.locator(`${LOG} bdi`, { hasText: "dropped.txt" }).waitFor();
      await page.locator(`${LOG} bdi`, { hasText: "pasted.txt" }).waitFor();
    });
  });

  test("by keyboard: an offer is fetched only when asked for, paused and given up", async () => {
    const client = makeFilesScene("en");
    client.messages = client.messages.map((each) =>
      each.id === idOf(4) && each.file ? { ...each, file: { ...each.file, state: "offered", doneBytes: 0 } } : each,
    );
    const screen = { name: "fetch", client: () => client, hash: chat, ready: `${LOG} progress` };
    await withScreen(browser, folder, screen, VIEW, async ({ page }) => {
      const press = async (name: string): Promise<void> => {
        await card(page, `t${idOf(4)}`)
          .getByRole("button", { name })
          .focus();
        await page.keyboard.press("Enter");
      };
      await press("Get");
      await card(page, `t${idOf(4)}`)
        .getByText(/Coming, .?0%.? here/)
        .waitFor();
      await press("Pause");
      await card(page, `t${idOf(4)}`)
        .getByText(/Paused at .?0%/)
        .waitFor();
      await press("Give up");
      await card(page, `t${idOf(4)}`)
        .getByText("Given up")
        .first()
        .waitFor();
    });
  });

  test.each(["en", "ar", "hi"] as const)(
    "what another own device sent is fetched here, and waits for that device in the words of %s",
    async (language) => {
      const client = makeScene(language);
      const own = { name: "plan.zip", sizeBytes: 4000, mediaType: "application/zip", hasPreview: false, doneBytes: 0 };
      const give = (at: number, file: Pick<FileInfo, "state" | "reason" | "isCopy">): void => {
        const message = client.messages[at];
        if (message !== undefined) client.messages[at] = { ...message, text: "", file: { ...own, ...file } };
      };
      give(1, { state: "elsewhere" });
      give(2, { state: "waiting", reason: "own-offline", isCopy: true });
      give(6, { state: "complete", isCopy: true });
      const screen = { name: "own", client: () => client, hash: chat, ready: `${LOG} progress` };
      await withScreen(browser, folder, screen, { ...VIEW, language }, async ({ page, faults }) => {
        const word = readWords(language);
        const cards = page.locator(LOG, { hasText: "plan.zip" });
        await cards.nth(0).getByText(word("file.own.elsewhere")).waitFor();
        await cards
          .nth(1)
          .getByText(word("file.waiting.own").split("{")[0] ?? "")
          .waitFor();
        await cards
          .nth(2)
          .getByRole("button", { name: word("file.do.save") })
          .waitFor();
        expect((await runAxe(page)).violations).toEqual([]);
        const get = cards.nth(0).getByRole("button", { name: word("file.do.get") });
        await get.focus();
        await page.keyboard.press("Enter");
        await cards.nth(0).locator("progress").waitFor();
        expect(client.calls).toContainEqual({ method: "file.accept", params: { who: ACCOUNTS.noor, id: idOf(2) } });
        expect(faults).toEqual([]);
      });
    },
  );

  test("a complete file is saved under its name, with its bytes", async () => {
    const client = makeFilesScene("en");
    const bytes = Buffer.from("the whole plan");
    client.fileBytes.set(idOf(1), [bytes.subarray(0, 8).toString("base64"), bytes.subarray(8).toString("base64")]);
    const screen = { name: "save", client: () => client, hash: chat, ready: `${LOG} progress` };
    await withScreen(browser, folder, screen, VIEW, async ({ page }) => {
      const saving = page.waitForEvent("download");
      await card(page, `t${idOf(1)}`)
        .getByRole("button", { name: "Save" })
        .click();
      const saved = await saving;
      expect(saved.suggestedFilename()).toBe("library.png");
      expect(readFileSync(await saved.path(), "utf8")).toBe("the whole plan");
    });
  });

  test("what calls itself a picture and is none is not drawn", async () => {
    const client = makeFilesScene("en");
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>document.title="x"</script></svg>';
    client.fileBytes.set(idOf(1), [Buffer.from(svg).toString("base64")]);
    const screen = { name: "svg", client: () => client, hash: chat, ready: `${LOG} progress` };
    await withScreen(browser, folder, screen, VIEW, async ({ page }) => {
      await card(page, `t${idOf(1)}`)
        .getByRole("button", { name: "View" })
        .click();
      await page.locator("dialog[open] [role=alert]").waitFor();
      expect(await page.locator("dialog[open] img").count()).toBe(0);
      expect(await page.title()).not.toBe("x");
    });
  });
});

describe("the kind of a picture", () => {
  const png = (width: number, height: number): Uint8Array => {
    const bytes = Buffer.alloc(40);
    bytes.write("\x89PNG\r\n\x1a\n", 0, "latin1");
    bytes.write("IHDR", 12, "latin1");
    bytes.writeUInt32BE(width, 16);
    bytes.writeUInt32BE(height, 20);
    return bytes;
  };

  test("is read from its bytes", () => {
    expect(imageKind(png(640, 480))).toEqual({ type: "image/png", width: 640, height: 480 });
    const gif = Buffer.from("GIF89a\x03\x00\x02\x00", "latin1");
    expect(imageKind(gif)).toEqual({ type: "image/gif", width: 3, height: 2 });
    const webp = Buffer.alloc(30);
    webp.write("RIFF\x00\x00\x00\x00WEBPVP8X", 0, "latin1");
    webp.writeUIntLE(99, 24, 3);
    webp.writeUIntLE(49, 27, 3);
    expect(imageKind(webp)).toEqual({ type: "image/webp", width: 100, height: 50 });
    const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc2, 0, 17, 8, 0, 9, 0, 16, 3, 0]);
    expect(imageKind(jpeg)).toEqual({ type: "image/jpeg", width: 16, height: 9 });
  });

  test("is none for a picture that would not fit into memory, for other bytes and for cut ones", () => {
    expect(imageKind(png(60_000, 60_000))).toBeNull();
    expect(imageKind(png(0, 5))).toBeNull();
    for (const text of ["<svg>", "", "%PDF-1.7", "GIF89a", "\xff\xd8\xff"]) {
      expect(imageKind(Buffer.from(text, "latin1"))).toBeNull();
    }
    for (let length = 0; length < 24; length++) expect(imageKind(png(5, 5).subarray(0, length))).toBeNull();
  });
});
