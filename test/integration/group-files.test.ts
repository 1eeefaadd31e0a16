/** Files in groups, over real connections: directly, from relays while their sender is away, and not for who was removed. */
import { createHash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FileInfo, GroupMessageInfo } from "@kith/client";
import { expect, test } from "vitest";
import type { PersonalNode } from "../../packages/node/src/daemon/node-contract.ts";
import { saveFile } from "../../packages/node/src/files/save-file.ts";
import { admit, eventually, makeFolder, startPerson, startTestRelay } from "./nodes.ts";

const MIB = 1024 * 1024;

/** A file is left to be fetched directly for a while first, and relays are asked again with pauses, in ms. */
const EVENTUALLY_MS = 90_000;
const TEST_MS = 300_000;

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Ada knows Bob and Eve, who are strangers to each other; all three are in one group. None is a relay. */
async function circle() {
  const { relay, address } = await startTestRelay();
  const start = (folder: string): Promise<PersonalNode> => startPerson(folder, [address], { isRelayOn: false });
  const folders = [await makeFolder(), await makeFolder(), await makeFolder()] as const;
  const [ada, bob, eve] = [await start(folders[0]), await start(folders[1]), await start(folders[2])];
  const { account } = await ada.client.call("account.create", {});
  const accounts = [await admit(ada, account, bob), await admit(ada, account, eve)] as const;
  const { group } = await ada.client.call("group.create", { name: "Reading circle", who: [...accounts] });
  for (const node of [bob, eve]) {
    await eventually("asked", async () => ((await node.client.call("group.list", {})).length > 0 ? true : null));
    await node.client.call("group.join", { group });
  }
  for (const node of [ada, bob, eve]) {
    await eventually("all are there and were met", async () => {
      const { members } = await node.client.call("group.get", { group });
      return members.length === 3 && members.every(({ isMet }) => isMet) ? true : null;
    });
  }
  return { relay, folders, start, ada, bob, eve, accounts, group };
}

async function sendFile(node: PersonalNode, group: string, sizeBytes: number) {
  const path = join(await makeFolder(), "notes.bin");
  const bytes = randomBytes(sizeBytes);
  await writeFile(path, bytes);
  const sent = await node.files().sendPath({ group, path, name: "notes.bin" });
  return { id: sent.id, hash: sha256(bytes) };
}

/** The file that was said under an id, once it is so. */
function fileIn(
  node: PersonalNode,
  group: string,
  id: string,
  isSo: (file: FileInfo) => boolean,
): Promise<GroupMessageInfo> {
  return eventually(
    "the file is as it should be",
    async () => {
      const lines = await node.client.call("group.messages", { group });
      const found = lines.find((line) => line.id === id);
      return found?.file !== undefined && isSo(found.file) ? found : null;
    },
    EVENTUALLY_MS,
  );
}

const isState =
  (state: FileInfo["state"]) =>
  (file: FileInfo): boolean =>
    file.state === state;

const nameOf = ({ author, group, id }: GroupMessageInfo) => ({ who: author.account, group, id });

async function fetchIn(node: PersonalNode, group: string, id: string): Promise<string> {
  const offer = await fileIn(node, group, id, isState("offered"));
  await node.client.call("file.accept", nameOf(offer));
  const here = await fileIn(node, group, id, isState("complete"));
  const { name, units } = await node.files().open(nameOf(here));
  return sha256(await readFile(await saveFile(await makeFolder(), name, units)));
}

test(
  "each member gets a file of a group: directly, from a relay once its sender is away, and from a stranger",
  async () => {
    const { folders, start, ada, bob, eve, group } = await circle();
    const { id, hash } = await sendFile(ada, group, 3 * MIB + 12_345);
    expect(await fetchIn(bob, group, id)).toBe(hash);
    // One member has it: it is offered to the others all the same, and left for them where it can be had.
    await fileIn(ada, group, id, ({ state, parked }) => state === "offered" && parked?.state === "there");
    await ada.stop();
    expect(await fetchIn(eve, group, id)).toBe(hash);

    // Bob has never met Eve but here, and has no way to her device.
    const byEve = await sendFile(eve, group, MIB);
    await fileIn(eve, group, byEve.id, ({ parked }) => parked?.state === "there");
    expect(await fetchIn(bob, group, byEve.id)).toBe(byEve.hash);

    const back = await start(folders[0]);
    await fileIn(back, group, id, isState("offered"));
    await fileIn(back, group, byEve.id, isState("offered"));
    const listed = await back.client.call("file.list", { group });
    expect(listed.map((each) => each.id).sort()).toEqual([id, byEve.id].sort());

    // What was fetched can go again; the line stays.
    const room = async () => (await bob.client.call("storage.list", {})).groups;
    expect(await room()).toMatchObject([{ group: { group }, files: 2, fileBytes: 4 * MIB + 12_345 }]);
    expect(await bob.client.call("storage.removeFiles", { group })).toEqual({
      files: 2,
      bytes: 4 * MIB + 12_345,
      isDone: true,
    });
    expect(await room()).toMatchObject([{ files: 0, fileBytes: 0 }]);
    await fileIn(bob, group, id, isState("removed"));
  },
  TEST_MS,
);

test(
  "who was removed gets nothing more of a file that was offered before; what was sent after is never seen",
  async () => {
    const { ada, bob, eve, accounts, group } = await circle();
    const { id, hash } = await sendFile(ada, group, 2 * MIB);
    const offer = await fileIn(eve, group, id, isState("offered"));
    await ada.client.call("group.remove", { group, who: accounts[1] });
    await eve.client.call("file.accept", nameOf(offer));
    const refused = await fileIn(eve, group, id, isState("failed"));
    expect(refused.file).toMatchObject({ state: "failed", reason: "gone", doneBytes: 0 });
    expect(await fetchIn(bob, group, id)).toBe(hash);
    await expect(eve.files().sendPath({ group, path: "/nowhere", name: "a" })).rejects.toMatchObject({
      code: "GROUP_NOT_JOINED",
    });
    const voided = ada.client.call("file.begin", { group, name: "a", sizeBytes: 1, isOnce: true });
    await expect(voided).rejects.toMatchObject({ code: "PARAMS_INVALID", details: { rule: "isOnce" } });
  },
  TEST_MS,
);

test(
  "a voice note and a file in pieces reach a group, and go with their message",
  async () => {
    const { ada, bob, group } = await circle();
    const bytes = randomBytes(5000);
    const voice = { durationMs: 1200, waveform: [1, 2, 3] };
    const { id } = await ada.client.call("file.begin", { group, name: "voice.webm", sizeBytes: bytes.length, voice });
    await ada.client.call("file.append", { id, offset: 0, data: bytes.toString("base64") });
    const sent = await ada.client.call("file.finish", { id });
    expect(sent).toMatchObject({ group, file: { voice, state: "offered" } });
    const again = await fileIn(bob, group, id, isState("offered"));
    expect(again.file?.voice).toEqual(voice);
    expect(await fetchIn(bob, group, id)).toBe(sha256(bytes));
    await ada.client.call("group.delete", { group, id, isForEveryone: true });
    await eventually("it is gone with its message", async () => {
      const said = await bob.client.call("group.messages", { group });
      return said.find((line) => line.id === id)?.isDeleted === true ? true : null;
    });
    await expect(bob.files().open(nameOf(again))).rejects.toMatchObject({ code: "MESSAGE_NOT_FILE" });
    expect(await ada.client.call("file.list", {})).toEqual([]);
  },
  TEST_MS,
);
