/** Messages to be seen once between two real nodes: what each side shows, and what their disks hold afterwards. */
import { randomBytes as nodeRandom } from "node:crypto";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { argon2id, createSystemClock, cryptoSuite, LocalSecret, type Message, randomBytes } from "@kith/client";
import { MemoryStore } from "@kith/client/testing";
import { expect, test } from "vitest";
import { createSealedStore } from "../../packages/client/src/store/sealed-store.ts";
import { openVanishParts } from "../../packages/client/src/vanish/vanish-parts.ts";
import { createDeviceSecretFile } from "../../packages/node/src/config/device-secret.ts";
import { createTableKeyFile } from "../../packages/node/src/config/table-key.ts";
import type { PersonalNode } from "../../packages/node/src/daemon/node-contract.ts";
import { readOldValues } from "../support/level-log.ts";
import { folderBytes } from "./folder-bytes.ts";
import { eventually, makeFolder, meetByInvite, startPerson, waitForState } from "./nodes.ts";

const WORDS = "the heron stands in the third canal";
const OTHER = "the second one waits for its day";
const VAULT = "files";
const IS_ROW = /^[ -~]+$/;

/** Values that were ever written to the store of a folder, as far as everything in the folder opens them. */
async function openFolder(folder: string): Promise<readonly Uint8Array[]> {
  const written = (await readOldValues(join(folder, "account"))).filter(({ name }) => IS_ROW.test(name));
  const tools = { suite: cryptoSuite, random: randomBytes, clock: createSystemClock() };
  const disk = new MemoryStore({ snapshot: new Map(written.map(({ name, value }) => [name, value])) });
  const secret = new LocalSecret({ store: disk, argon2id, deviceSecret: createDeviceSecretFile(folder), ...tools });
  const key = await secret.unlock(null);
  if (!key.ok) throw new Error("the folder's store is locked");
  const { keys } = await openVanishParts({
    store: createSealedStore(disk, { key: key.value, ...tools }),
    tableKey: createTableKeyFile(folder),
    ...tools,
  });
  const opened: Uint8Array[] = [];
  for (const { name, value } of written) {
    const one = createSealedStore(new MemoryStore({ snapshot: new Map([[name, value]]) }), {
      key: key.value,
      ...tools,
    });
    const plain = keys.open(name, (await one.get(name)) ?? new Uint8Array(0));
    if (plain !== null) opened.push(plain);
  }
  return opened;
}

async function holds(folder: string, words: string): Promise<boolean> {
  return (await openFolder(folder)).some((value) => Buffer.from(value).includes(words));
}

/** Waits until nothing that was ever written to a folder opens to the words. */
async function gone(folder: string, words: string): Promise<void> {
  // An erasure may be under way between two reads of the folder; then it does not open, and is read once more.
  await eventually("the keys went", () =>
    holds(folder, words).then(
      (isThere) => (isThere ? null : true),
      () => null,
    ),
  );
  expect((await folderBytes(folder)).includes(words)).toBe(false);
}

function lastOf(node: PersonalNode, who: string, isWanted: (message: Message) => boolean): Promise<Message> {
  return eventually("the message came", async () => {
    const all = await node.client.call("message.list", { who });
    return all.find(isWanted) ?? null;
  });
}

async function twoPeople() {
  const folders = [await makeFolder(), await makeFolder()] as const;
  const ada = await startPerson(folders[0]);
  const bob = await startPerson(folders[1]);
  const [adaAccount, bobAccount] = await meetByInvite(ada, bob);
  return { folders, ada, bob, adaAccount, bobAccount };
}

test("a text is seen once: its sender keeps nothing of it, and its reader nothing after it was opened", async () => {
  const { folders, ada, bob, adaAccount, bobAccount } = await twoPeople();
  const sent = await ada.client.call("message.send", { who: bobAccount, text: WORDS, isOnce: true });
  expect(sent).toMatchObject({ text: "", once: { state: "sent" } });
  const waiting = await ada.client.call("message.send", { who: bobAccount, text: OTHER, isOnce: true });
  const came = await lastOf(bob, adaAccount, ({ id }) => id === sent.id);
  expect(came).toMatchObject({ text: "", once: { state: "unopened", what: "text" } });
  await lastOf(bob, adaAccount, ({ id }) => id === waiting.id);
  const named = { who: adaAccount, id: sent.id };

  // Reading the chat opens nothing; answers, forwarding and search have nothing to take hold of.
  await bob.client.call("message.markRead", { who: adaAccount });
  await waitForState(ada, sent, "delivered");
  await expect(bob.client.call("message.send", { ...named, text: "x", replyTo: sent.id })).rejects.toMatchObject({
    code: "MESSAGE_ONCE",
  });
  await expect(bob.client.call("message.forward", { ...named, to: adaAccount })).rejects.toMatchObject({
    code: "MESSAGE_ONCE",
  });
  expect((await bob.client.call("message.search", { text: "heron" })).found).toEqual([]);
  await gone(folders[0], WORDS);
  expect(await holds(folders[1], WORDS)).toBe(true);

  // Two pages at once: one of them sees it.
  const tries = await Promise.allSettled([1, 2].map(() => bob.client.call("message.open", named)));
  expect(tries.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const [seen] = tries.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  expect(seen).toMatchObject({ text: WORDS, message: { once: { state: "opened" }, text: "" } });
  await gone(folders[1], WORDS);
  await expect(bob.client.call("message.open", named)).rejects.toMatchObject({ code: "MESSAGE_OPENED" });
  await waitForState(ada, sent, "read");

  // What waits beside it is still there, and its sender cannot look at either.
  await expect(ada.client.call("message.open", { who: bobAccount, id: sent.id })).rejects.toMatchObject({
    code: "MESSAGE_ONCE",
  });
  expect((await bob.client.call("message.open", { who: adaAccount, id: waiting.id })).text).toBe(OTHER);
  await gone(folders[1], OTHER);
}, 120_000);

test("a restart loses neither what waits to be seen nor what was seen, and one that is deleted is gone", async () => {
  const { folders, ada, bob, adaAccount, bobAccount } = await twoPeople();
  const ids: string[] = [];
  for (const text of [WORDS, OTHER, "a third"]) {
    ids.push((await ada.client.call("message.send", { who: bobAccount, text, isOnce: true })).id);
  }
  const [first = "", second = "", third = ""] = ids;
  await lastOf(bob, adaAccount, ({ id }) => id === third);
  expect((await bob.client.call("message.open", { who: adaAccount, id: first })).text).toBe(WORDS);
  await ada.client.call("message.delete", { who: bobAccount, id: second, isForEveryone: true });
  await lastOf(bob, adaAccount, ({ id, isDeleted }) => id === second && isDeleted === true);
  await gone(folders[1], OTHER);
  await bob.stop();
  const again = await startPerson(folders[1]);
  for (const id of [first, second]) {
    await expect(again.client.call("message.open", { who: adaAccount, id })).rejects.toMatchObject({
      code: "MESSAGE_OPENED",
    });
  }
  expect((await again.client.call("message.open", { who: adaAccount, id: third })).text).toBe("a third");
}, 120_000);

test("a file is read once, until it is closed, and neither side keeps its bytes or its key", async () => {
  const { folders, ada, bob, adaAccount, bobAccount } = await twoPeople();
  const path = join(await makeFolder(), "x.png");
  const bytes = nodeRandom(150_000);
  await writeFile(path, bytes);
  const name = `${WORDS}.png`;
  const sent = await ada.files().sendPath({ who: bobAccount, path, name, mediaType: "image/png", isOnce: true });
  const named = { who: adaAccount, id: sent.id };
  const came = await lastOf(bob, adaAccount, ({ once }) => once !== undefined);
  expect(came.once).toEqual({ state: "unopened", what: "image" });
  expect(came.file).toMatchObject({ name: "", mediaType: "", hasPreview: false, sizeBytes: 150_000 });
  await expect(bob.client.call("message.open", named)).rejects.toMatchObject({ code: "FILE_NOT_HERE" });
  await bob.client.call("file.accept", named);
  await lastOf(bob, adaAccount, ({ file }) => file?.state === "complete");
  await expect(bob.client.call("file.read", { ...named, unit: 0 })).rejects.toMatchObject({ code: "MESSAGE_ONCE" });
  await expect(bob.files().open(named)).rejects.toMatchObject({ code: "MESSAGE_ONCE" });
  await lastOf(ada, bobAccount, ({ id, file }) => id === sent.id && file === undefined);
  await gone(folders[0], WORDS);

  const opened = await bob.client.call("message.open", named);
  expect(opened.file).toEqual({ name, sizeBytes: 150_000, mediaType: "image/png" });
  await gone(folders[1], WORDS);
  const { data } = await bob.client.call("file.read", { ...named, unit: 0 });
  expect(Buffer.compare(Buffer.from(data, "base64"), bytes)).toBe(0);
  await bob.client.call("message.close", named);
  await expect(bob.client.call("file.read", { ...named, unit: 0 })).rejects.toMatchObject({ code: "MESSAGE_NOT_FILE" });
  for (const folder of folders) {
    await eventually("the bytes went", async () => ((await readdir(join(folder, VAULT))).length === 0 ? true : null));
  }
}, 120_000);
