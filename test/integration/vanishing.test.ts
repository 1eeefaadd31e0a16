import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { argon2id, createSystemClock, cryptoSuite, LocalSecret, randomBytes } from "@kith/client";
import { MemoryStore } from "@kith/client/testing";
import { expect, test } from "vitest";
import { createSealedStore } from "../../packages/client/src/store/sealed-store.ts";
import { openVanishParts } from "../../packages/client/src/vanish/vanish-parts.ts";
import { createDeviceSecretFile } from "../../packages/node/src/config/device-secret.ts";
import { createTableKeyFile } from "../../packages/node/src/config/table-key.ts";
import type { PersonalNode } from "../../packages/node/src/daemon/node-contract.ts";
import { readOldValues } from "../support/level-log.ts";
import { folderBytes } from "./folder-bytes.ts";
import { eventually, makeFolder, meetByInvite, startPerson, waitForTexts } from "./nodes.ts";

const WORDS = "the orchid is under the third stone";
const LIFE_MS = 30_000;
const VAULT = "files";

/** Names of rows; the store's own marks have others. */
const IS_ROW = /^[ -~]+$/;

/** Values that were ever written to the store of a folder, as far as everything in the folder opens them. */
async function openFolder(folder: string): Promise<readonly { readonly name: string; readonly value: Uint8Array }[]> {
  const written = (await readOldValues(join(folder, "account"))).filter(({ name }) => IS_ROW.test(name));
  const tools = { suite: cryptoSuite, random: randomBytes, clock: createSystemClock() };
  const disk = new MemoryStore({ snapshot: new Map(written.map(({ name, value }) => [name, value])) });
  const secret = new LocalSecret({ store: disk, argon2id, deviceSecret: createDeviceSecretFile(folder), ...tools });
  const key = await secret.unlock(null);
  if (!key.ok) throw new Error("the folder's store is locked");
  const tableKey = createTableKeyFile(folder);
  const { keys } = await openVanishParts({
    store: createSealedStore(disk, { key: key.value, ...tools }),
    tableKey,
    ...tools,
  });
  const opened = [];
  for (const { name, value } of written) {
    const one = createSealedStore(new MemoryStore({ snapshot: new Map([[name, value]]) }), {
      key: key.value,
      ...tools,
    });
    const plain = keys.open(name, (await one.get(name)) ?? new Uint8Array(0));
    if (plain !== null) opened.push({ name, value: plain });
  }
  return opened;
}

const isTrace = ({ value }: { readonly value: Uint8Array }): boolean => Buffer.from(value).includes(WORDS);

/** Sends a file whose name is the words, and waits until it is there. */
async function sendFile(from: PersonalNode, to: PersonalNode, who: string, back: string): Promise<void> {
  const path = join(await makeFolder(), "x.bin");
  await writeFile(path, randomBytes(100_000));
  await from.files().sendPath({ who, path, name: `${WORDS}.bin`, mediaType: "application/octet-stream" });
  const offer = await eventually("the offer came", async () => {
    const [first] = await to.client.call("file.list", { who: back });
    return first ?? null;
  });
  await to.client.call("file.accept", { who: back, id: offer.id });
  await eventually("the file came", async () => {
    const [first] = await to.client.call("file.list", { who: back });
    return first?.file?.state === "complete" ? first : null;
  });
}

test("after a message and a file have vanished, no file of either node has their words or a key that opens them", async () => {
  const folders = [await makeFolder(), await makeFolder()] as const;
  const ada = await startPerson(folders[0]);
  const bob = await startPerson(folders[1]);
  const [adaAccount, bobAccount] = await meetByInvite(ada, bob);
  await ada.client.call("chat.setTimer", { who: bobAccount, afterMs: LIFE_MS });
  await ada.client.call("message.send", { who: bobAccount, text: WORDS });
  await eventually("it came", async () => {
    const [message] = (await waitForTexts(bob, adaAccount, 1)).filter((text) => text === WORDS);
    return message ?? null;
  });
  await sendFile(ada, bob, bobAccount, adaAccount);
  expect(await readdir(join(folders[1], VAULT))).not.toEqual([]);
  await bob.client.call("message.markRead", { who: adaAccount });

  const secrets = await Promise.all(folders.map((folder) => createTableKeyFile(folder).load()));
  for (const folder of folders) expect((await openFolder(folder)).some(isTrace)).toBe(true);

  for (const [index, folder] of folders.entries()) {
    const secret = Buffer.from(secrets[index]?.secret ?? []);
    expect(secret).toHaveLength(32);
    await gone([ada, bob][index] as PersonalNode);
    // An erasure may be under way between two reads of the folder; then it does not open, and is read once more.
    await eventually("the keys went", () =>
      openFolder(folder).then(
        (opened) => (opened.some(isTrace) ? null : true),
        () => null,
      ),
    );
    await eventually("the file went", async () => ((await readdir(join(folder, VAULT))).length === 0 ? true : null));
    expect((await folderBytes(folder)).includes(secret)).toBe(false);
    expect((await folderBytes(folder)).includes(WORDS)).toBe(false);
  }
}, 120_000);

/** Waits for the message's time: the real one, for these nodes have no other clock. */
async function gone({ client }: PersonalNode): Promise<void> {
  let left = 2;
  for await (const event of client.events(0, AbortSignal.timeout(LIFE_MS * 2))) {
    if (event.type === "message.removed") left -= 1;
    if (left === 0) return;
  }
  throw new Error("nothing vanished");
}
