/** Data folders that earlier versions wrote, one of each layout of the stores, opened by this version. */
import { chmod, cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { TEXTS } from "../compat/texts.ts";
import { makeFolder, startPerson } from "./nodes.ts";

const FOLDERS = fileURLToPath(new URL("../compat/", import.meta.url));

/** A copy as its owner would have it: readable by nobody else. */
async function copyOf(layout: string): Promise<string> {
  const folder = join(await makeFolder(), "data");
  await cp(join(FOLDERS, layout), folder, { recursive: true });
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o700 : 0o600);
  }
  await chmod(folder, 0o700);
  return folder;
}

test.each(["layout-1"])(
  "a folder of %s opens with everything in it, and the conversation can go on",
  async (layout) => {
    const { client } = await startPerson(await copyOf(layout));
    const [chat] = await client.call("chat.list", {});
    expect(chat).toMatchObject({ isPinned: true, draft: { text: TEXTS.draft }, contact: { relation: "accepted" } });
    const who = chat?.contact.account ?? "";
    const messages = await client.call("message.list", { who, limit: 100 });
    const shown = messages.filter(({ call, timer }) => call === undefined && timer === undefined);
    expect(shown.map(({ isDeleted, text }) => (isDeleted === true ? null : text))).toEqual([
      TEXTS.arabic,
      TEXTS.answer,
      TEXTS.after,
      null,
      TEXTS.liked,
      TEXTS.last,
    ]);
    expect(shown[1]?.replyTo).toMatchObject({ state: "checked", text: TEXTS.arabic });
    expect(shown[2]?.editedAtMs).toBeGreaterThan(0);
    expect(shown[4]?.reactions).toMatchObject([{ emoji: TEXTS.emoji, isOwn: true }]);
    expect(shown[5]?.state).toBe("delivered");
    const search = await client.call("message.search", { text: TEXTS.after.slice(0, 9), limit: 10 });
    expect(search.found.map(({ message }) => message.text)).toEqual([TEXTS.after]);
    const next = await client.call("message.send", { who, text: "and now?" });
    expect(next.state).toBe("queued");
  },
);
