/** Files on two nodes of one person, over real connections: from the node that has them, and from relays while it is off. */
import { createHash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Contact, FileInfo, Message } from "@kith/client";
import { expect, test } from "vitest";
import type { PersonalNode } from "../../packages/node/src/daemon/node-contract.ts";
import { saveFile } from "../../packages/node/src/files/save-file.ts";
import { eventually, linkNode, makeFolder, meetByInvite, startPerson, startTestRelay } from "./nodes.ts";

/** A file is left to be fetched directly for a while first, and relays are asked again with pauses, in ms. */
const EVENTUALLY_MS = 90_000;
const TEST_MS = 300_000;

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function sendFile(node: PersonalNode, who: string): Promise<{ readonly id: string; readonly hash: string }> {
  const path = join(await makeFolder(), "notes.bin");
  const bytes = randomBytes(2_500_001);
  await writeFile(path, bytes);
  const { id } = await node.files().sendPath({ who, path, name: "notes.bin" });
  return { id, hash: sha256(bytes) };
}

/** The message of a file, once the file is so. */
function fileAt(node: PersonalNode, who: string, id: string, isSo: (file: FileInfo) => boolean): Promise<Message> {
  return eventually(
    "the file is as it should be",
    async () => {
      const found = (await node.client.call("file.list", { who })).find((each) => each.id === id);
      return found?.file !== undefined && isSo(found.file) ? found : null;
    },
    EVENTUALLY_MS,
  );
}

async function fetchFile(node: PersonalNode, who: string, id: string): Promise<string> {
  await node.client.call("file.accept", { who, id });
  await fileAt(node, who, id, ({ state }) => state === "complete");
  const { name, units } = await node.files().open({ who, id });
  return sha256(await readFile(await saveFile(await makeFolder(), name, units)));
}

test(
  "a file that one node sent comes to the other of the same person, directly, and from relays while the first is off",
  async () => {
    const { address } = await startTestRelay();
    const start = (folder: string): Promise<PersonalNode> => startPerson(folder, [address], { isRelayOn: false });
    const bobFolder = await makeFolder();
    const [desk, bob, laptop] = [
      await start(await makeFolder()),
      await start(bobFolder),
      await start(await makeFolder()),
    ];
    const [ada, bobAccount] = await meetByInvite(desk, bob);
    await linkNode(desk, laptop, { name: "laptop" });
    const isMet = async (node: PersonalNode, isSo: (contact: Contact) => boolean): Promise<true | null> =>
      (await node.client.call("contact.list", {})).some(isSo) ? true : null;
    await eventually(
      "the laptop knows bob",
      () => isMet(laptop, ({ relation }) => relation === "accepted"),
      EVENTUALLY_MS,
    );
    await eventually("bob knows both", () => isMet(bob, ({ devices }) => devices === 2), EVENTUALLY_MS);

    const direct = await sendFile(desk, bobAccount);
    await fileAt(laptop, bobAccount, direct.id, ({ state }) => state === "elsewhere");
    expect(await fetchFile(laptop, bobAccount, direct.id)).toBe(direct.hash);
    await fileAt(bob, ada, direct.id, ({ state }) => state === "offered");

    await bob.stop();
    const left = await sendFile(desk, bobAccount);
    await fileAt(laptop, bobAccount, left.id, ({ state }) => state === "elsewhere");
    await fileAt(desk, bobAccount, left.id, ({ parked }) => parked?.state === "there");
    await desk.stop();
    expect(await fetchFile(laptop, bobAccount, left.id)).toBe(left.hash);
    const back = await start(bobFolder);
    await fileAt(back, ada, left.id, ({ state }) => state === "offered");
    expect(await fetchFile(back, ada, left.id)).toBe(left.hash);
  },
  TEST_MS,
);
