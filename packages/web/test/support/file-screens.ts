/** Screens with files in them. */
import type { FakeClient } from "./fake-client.ts";
import { ACCOUNTS, idOf, makeFilesScene, makeScene, type SceneLanguage } from "./scene.ts";
import type { ScreenCase } from "./screens.ts";

const chat = `/chat/${ACCOUNTS.noor}`;
const LOG = "[role=log] article";

/** A node that takes no empty files. */
function refusingScene(language: SceneLanguage): FakeClient {
  const client = makeScene(language);
  client.refusedUpload = "FILE_SIZE";
  return client;
}

/** Files in every state, a picture that is looked at, a file that is refused, and a text that becomes one. */
export const FILE_SCREENS: readonly ScreenCase[] = [
  { name: "files", client: makeFilesScene, hash: chat, ready: `${LOG} progress` },
  {
    name: "picture",
    client: makeFilesScene,
    hash: chat,
    ready: `${LOG} progress`,
    act: async (page) => {
      // The chat opens at its newest message, and what is far above is not in the page.
      await page.locator("[role=log]").hover();
      await page.mouse.wheel(0, -10_000);
      await page
        .locator(`${LOG}[data-message="t${idOf(1)}"] button`, { hasText: "library.png" })
        .first()
        .click();
      await page.locator("dialog[open] img").waitFor();
    },
  },
  {
    name: "attached",
    client: refusingScene,
    hash: chat,
    ready: "form button",
    act: async (page) => {
      const files = [{ name: "empty.txt", mimeType: "text/plain", buffer: Buffer.alloc(0) }];
      await page.locator("form input[type=file]").setInputFiles(files);
      await page.locator("form ul [role=alert]").waitFor();
    },
  },
  {
    name: "long-text",
    client: makeScene,
    hash: chat,
    ready: "form button",
    act: async (page) => {
      await page.locator("textarea[data-writing]").fill("a word ".repeat(8000));
      await page.locator("form [role=status]").waitFor();
    },
  },
];
