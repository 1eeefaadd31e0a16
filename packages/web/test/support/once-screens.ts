/** Screens with messages to be seen once: waiting, opened, own ones, while one is seen, and while one is written. */
import type { Message } from "@kith/client";
import type { FakeClient } from "./fake-client.ts";
import { ACCOUNTS, idOf, makeScene, type SceneLanguage } from "./scene.ts";
import type { ScreenCase } from "./screens.ts";

const chat = `/chat/${ACCOUNTS.noor}`;
const LOG = "[role=log] article";

/** A client in whose conversation messages to be seen once stand in every state. */
export function makeOnceScene(language: SceneLanguage): FakeClient {
  const client = makeScene(language);
  const give = (at: number, once: Message["once"], more: Partial<Message> = {}): void => {
    const message = client.messages[at];
    if (message === undefined || once === undefined) return;
    const { missingBefore: _, ...rest } = message;
    client.messages[at] = { ...rest, text: "", once, ...more };
  };
  const file = { name: "", sizeBytes: 150_000, mediaType: "", hasPreview: false, doneBytes: 0 } as const;
  give(0, { state: "opened" });
  give(1, { state: "sent" });
  give(2, { state: "sent" }, { state: "read" });
  give(3, { state: "unopened", what: "image" }, { file: { ...file, state: "offered" } });
  give(4, { state: "unopened", what: "voice" }, { file: { ...file, state: "complete", doneBytes: 150_000 } });
  client.onceInside.set(idOf(6), { text: client.messages[5]?.text ?? "" });
  give(5, { state: "unopened", what: "text" });
  give(6, { state: "sent", what: "file" }, { file: { ...file, state: "offered" } });
  return client;
}

/** All states, one that is being seen, and one that is being written. */
export const ONCE_SCREENS: readonly ScreenCase[] = [
  { name: "once", client: makeOnceScene, hash: chat, ready: `${LOG}[data-message="t${idOf(6)}"] button` },
  {
    name: "once-seen",
    client: makeOnceScene,
    hash: chat,
    ready: `${LOG}[data-message="t${idOf(6)}"] button`,
    act: async (page) => {
      await page
        .locator(`${LOG}[data-message="t${idOf(6)}"] button:not([aria-haspopup])`)
        .first()
        .click();
      await page.locator("dialog[open]").waitFor();
    },
  },
  {
    name: "once-written",
    client: makeScene,
    hash: chat,
    ready: "form button[aria-pressed]",
    act: async (page) => {
      await page.locator("form button[aria-pressed]").click();
      await page.locator("form [role=status]").waitFor();
    },
  },
];
