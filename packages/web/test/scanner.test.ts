/** Scanning codes with a camera, and what is said where there is none. A real Chromium looks at a film of a code. */
import type { Browser, Page } from "playwright-core";
import { afterEach, describe, expect, inject, test, vi } from "vitest";
import { safetyNumberCode } from "../src/state/scanned-code.ts";
import { launchBrowser } from "./support/browser.ts";
import { type FakeCamera, filmCode } from "./support/fake-camera.ts";
import type { FakeClient } from "./support/fake-client.ts";
import { type OpenPage, openPage } from "./support/open-screen.ts";
import { type PageServer, servePage } from "./support/page-server.ts";
import { ACCOUNTS, makeScene } from "./support/scene.ts";

const found = inject("browser");
const folder = inject("pageFolder");
const VIEW = { language: "en", theme: "light", width: 1100, height: 800 } as const;
const INVITE = `kith:i/${"AbCdEf0123".repeat(12)}`;
const PERSON = `/person/${ACCOUNTS.layla}`;

/** Remembers every track the page was given, so that a test sees whether the camera is off. Runs in the page. */
function watchTracks(): void {
  const tracks: MediaStreamTrack[] = [];
  const media = navigator.mediaDevices;
  const open = media.getUserMedia.bind(media);
  media.getUserMedia = async (wanted) => {
    const stream = await open(wanted);
    tracks.push(...stream.getTracks());
    return stream;
  };
  Object.assign(globalThis, { tracksGiven: tracks });
}

const trackStates = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    (globalThis as unknown as { tracksGiven: MediaStreamTrack[] }).tracksGiven.map(({ readyState }) => readyState),
  );

describe.skipIf(found === null)("the scanner", () => {
  let browser: Browser | null = null;
  let camera: FakeCamera | null = null;
  let server: PageServer;
  let open: OpenPage;
  let client: FakeClient;

  afterEach(async () => {
    await open.close();
    await server.stop();
    await browser?.close();
    await camera?.remove();
    camera = null;
  });

  /** Opens a screen with a camera that looks at `film`, or with none; the browser answers its question by itself. */
  async function start(options: { hash: string; film?: string; isAllowed?: boolean }): Promise<Page> {
    if (found === null) throw new TypeError("no browser");
    if (options.film !== undefined) camera = await filmCode(options.film);
    const answer = `--use-fake-ui-for-media-stream${options.isAllowed === false ? "=deny" : ""}`;
    browser = await launchBrowser(found, [answer, ...(camera?.args ?? [])]);
    client = makeScene("en");
    server = await servePage(folder, client);
    open = await openPage(browser, server, VIEW, options.hash);
    await open.page.context().addInitScript(watchTracks);
    await open.page.reload();
    return open.page;
  }

  const trust = (): string | undefined => client.contacts.find(({ account }) => account === ACCOUNTS.layla)?.trust;
  const safetyNumber = async (): Promise<string> => {
    const { safetyNumber } = await makeScene("en").call("contact.get", { who: ACCOUNTS.layla });
    return safetyNumber;
  };

  test("reads an invite by camera, meets that person and turns the camera off", async () => {
    const page = await start({ hash: "/new/invite", film: INVITE });
    await page.getByRole("button", { name: "Scan a code" }).click();
    await vi.waitFor(() => {
      const join = client.calls.find(({ method }) => method === "invite.join");
      expect(join?.params).toEqual({ invite: INVITE });
    }, 20_000);
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await trackStates(page)).toEqual(["ended"]);
    expect(open.faults).toEqual([]);
  });

  test("keeps looking and says so when the code is something else, and is off once closed", async () => {
    const page = await start({ hash: "/new/invite", film: "https://example.org/menu" });
    await page.getByRole("button", { name: "Scan a code" }).click();
    await page.getByText("That is a code, but no Kith invite.").waitFor();
    expect(await trackStates(page)).toEqual(["live"]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await trackStates(page)).toEqual(["ended"]);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Scan a code");
    expect(client.calls.some(({ method }) => method === "invite.join")).toBe(false);
  });

  test("marks a person as compared when the scanned safety number is theirs", async () => {
    const page = await start({ hash: PERSON, film: safetyNumberCode(await safetyNumber()) });
    await page.getByRole("button", { name: "Scan theirs" }).click();
    await page.getByText("Marked as compared with").waitFor({ timeout: 20_000 });
    expect(trust()).toBe("VERIFIED");
    expect(await trackStates(page)).toEqual(["ended"]);
    expect(open.faults).toEqual([]);
  });

  test("says plainly that a scanned safety number differs, and changes nothing", async () => {
    const page = await start({ hash: PERSON, film: safetyNumberCode("0".repeat(60)) });
    await page.getByRole("button", { name: "Scan theirs" }).click();
    await page.getByRole("alert").filter({ hasText: "The numbers differ" }).waitFor({ timeout: 20_000 });
    expect(trust()).toBe("INTRODUCED");
    expect(client.calls.some(({ method }) => method === "contact.verify")).toBe(false);
    expect(await trackStates(page)).toEqual(["ended"]);
  });

  test("says that the camera is not allowed, and reads a picture instead", async () => {
    const page = await start({ hash: PERSON, film: "unseen", isAllowed: false });
    const code = await page.getByRole("img", { name: /as a QR code/ }).screenshot();
    await page.getByRole("button", { name: "Scan theirs" }).click();
    await page.getByText("The browser does not let this page use the camera").waitFor();
    await page.locator("input[type=file]").setInputFiles({
      name: "note.png",
      mimeType: "image/png",
      buffer: Buffer.from("this is no picture"),
    });
    await page.getByText("No code was found in this picture.").waitFor();
    await page.locator("input[type=file]").setInputFiles({ name: "code.png", mimeType: "image/png", buffer: code });
    await page.getByText("Marked as compared with").waitFor();
    expect(trust()).toBe("VERIFIED");
  });

  test("says that there is no camera, and reads a picture that is pasted", async () => {
    const page = await start({ hash: PERSON });
    const code = await page.getByRole("img", { name: /as a QR code/ }).screenshot();
    await page.getByRole("button", { name: "Scan theirs" }).click();
    await page.getByText("This device has no camera").waitFor();
    await page.evaluate(
      (bytes) => {
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(bytes)], "code.png", { type: "image/png" }));
        document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data }));
      },
      [...code],
    );
    await page.getByText("Marked as compared with").waitFor();
    expect(trust()).toBe("VERIFIED");
  });
});
