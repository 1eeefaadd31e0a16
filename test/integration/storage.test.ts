/** Files that are taken away to make room: gone from the disk, said so in the chat, and fetched again while they can be. */
import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Message } from "@kith/client";
import { expect, test } from "vitest";
import type { PersonalNode } from "../../packages/node/src/daemon/node-contract.ts";
import { saveFile } from "../../packages/node/src/files/save-file.ts";
import { eventually, makeFolder, meetByInvite, startPerson } from "./nodes.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const vaultOf = async (folder: string): Promise<number> => (await readdir(join(folder, "files"))).length;

function waitFor(node: PersonalNode, who: string, id: string, state: string): Promise<Message> {
  return eventually(`a file is ${state}`, async () => {
    const found = (await node.client.call("file.list", { who })).find((each) => each.id === id);
    return found?.file?.state === state ? found : null;
  });
}

test("a received file goes from the disk, can be asked for again, and an own one that was fetched stays gone", async () => {
  const [adaFolder, bobFolder] = [await makeFolder(), await makeFolder()];
  const ada = await startPerson(adaFolder);
  const bob = await startPerson(bobFolder);
  const [adaAccount, bobAccount] = await meetByInvite(ada, bob);
  const bytes = randomBytes(2_500_000);
  const path = join(await makeFolder(), "plans.pdf");
  await writeFile(path, bytes);
  const { id } = await ada.files().sendPath({ who: bobAccount, path, name: "plans.pdf" });
  await waitFor(bob, adaAccount, id, "offered");
  // Nothing is here yet, and what others still have to fetch stays.
  const nothing = { files: 0, bytes: 0, isDone: true };
  expect(await bob.client.call("storage.removeFiles", {})).toEqual(nothing);
  expect(await ada.client.call("storage.removeFiles", {})).toEqual(nothing);
  await bob.client.call("file.accept", { who: adaAccount, id });
  await waitFor(bob, adaAccount, id, "complete");
  expect(await vaultOf(bobFolder)).toBe(1);
  const { chats } = await bob.client.call("storage.list", {});
  expect(chats).toMatchObject([{ files: 1, fileBytes: 2_500_000 }]);

  expect(await bob.client.call("storage.removeFiles", { who: adaAccount, olderThanMs: 3_600_000 })).toEqual(nothing);
  expect(await bob.client.call("storage.removeFiles", { who: adaAccount })).toEqual({
    files: 1,
    bytes: 2_500_000,
    isDone: true,
  });
  expect(await vaultOf(bobFolder)).toBe(0);
  expect((await waitFor(bob, adaAccount, id, "removed")).file).toMatchObject({ name: "plans.pdf", doneBytes: 0 });
  await expect(bob.files().open({ who: adaAccount, id })).rejects.toMatchObject({ code: "FILE_NOT_HERE" });
  expect((await bob.client.call("storage.list", {})).chats).toMatchObject([{ files: 0, fileBytes: 0 }]);

  await bob.client.call("file.accept", { who: adaAccount, id });
  await waitFor(bob, adaAccount, id, "complete");
  const { name, units } = await bob.files().open({ who: adaAccount, id });
  expect(sha256(await readFile(await saveFile(await makeFolder(), name, units)))).toBe(sha256(bytes));

  // A file whose bytes came in pieces lies in the sender's own vault; once it was fetched it may go from there too.
  const small = randomBytes(700).toString("base64");
  const begun = await ada.client.call("file.begin", { who: bobAccount, name: "note.txt", sizeBytes: 700 });
  await ada.client.call("file.append", { id: begun.id, offset: 0, data: small });
  await ada.client.call("file.finish", { id: begun.id });
  await waitFor(bob, adaAccount, begun.id, "offered");
  expect(await ada.client.call("storage.removeFiles", {})).toEqual(nothing);
  await bob.client.call("file.accept", { who: adaAccount, id: begun.id });
  await waitFor(ada, bobAccount, begun.id, "complete");
  expect(await ada.client.call("storage.removeFiles", {})).toMatchObject({ files: 1, bytes: 700 });
  expect(await vaultOf(adaFolder)).toBe(0);
  await ada.client.call("file.accept", { who: bobAccount, id: begun.id });
  await waitFor(ada, bobAccount, begun.id, "removed");

  await eventually("both files are with bob", async () =>
    (await bob.client.call("file.list", { who: adaAccount })).every(({ file }) => file?.state === "complete")
      ? true
      : null,
  );
  expect(await bob.client.call("storage.clearChat", { who: adaAccount })).toMatchObject({
    messages: expect.any(Number),
  });
  await eventually("the vault is empty", async () => ((await vaultOf(bobFolder)) === 0 ? true : null));
});
