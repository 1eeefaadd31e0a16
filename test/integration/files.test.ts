import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import type { FileInfo, Message } from "@kith/client";
import { expect, onTestFinished, test } from "vitest";
import type { PersonalNode } from "../../packages/node/src/daemon/node-contract.ts";
import { saveFile } from "../../packages/node/src/files/save-file.ts";
import { madePicture } from "../support/made-picture.ts";
import { TcpCut } from "../support/tcp-cut.ts";
import { askCommand, FROM_SOURCE, Running, runCommand } from "../walk/program.ts";
import { eventually, makeFolder, meetByInvite, startPerson, waitForState } from "./nodes.ts";

const MIB = 1024 * 1024;

/** What a cut may cost: at most so many bytes are sent twice. */
const MAX_REPEATED_BYTES = 2 * MIB;

/** Everything on the line that is not the file: tags, frames, Noise, the hash list, messages beside it. */
const OVERHEAD = 0.02;

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function makeFile(sizeBytes: number, name = "holiday photos.zip"): Promise<{ path: string; bytes: Buffer }> {
  const path = join(await makeFolder(), name);
  const bytes = randomBytes(sizeBytes);
  await writeFile(path, bytes);
  return { path, bytes };
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A node whose only way in can be cut. */
async function startBehindCut(): Promise<{ node: PersonalNode; cut: TcpCut }> {
  const cut = new TcpCut();
  onTestFinished(() => cut.close());
  const announce = [`/ip4/127.0.0.1/tcp/${await cut.listen()}`];
  const peerPort = await findFreePort();
  cut.leadTo(peerPort);
  const listen = { host: "127.0.0.1", peerPort, wsPort: 0 };
  return { node: await startPerson(await makeFolder(), [], { announce, listen }), cut };
}

function waitForFile(
  node: PersonalNode,
  who: string,
  state: FileInfo["state"],
  reason?: FileInfo["reason"],
): Promise<Message> {
  return eventually(`a file is ${state}`, async () => {
    const [first] = await node.client.call("file.list", { who });
    const isSo = first?.file?.state === state && (reason === undefined || first.file.reason === reason);
    return isSo ? first : null;
  });
}

async function send(node: PersonalNode, who: string, path: string): Promise<Message> {
  return await node.files().sendPath({ who, path, name: path.split("/").at(-1) ?? "", mediaType: "application/zip" });
}

test("a file goes from a path of one node to a folder of the other, and both say truly where it stands", async () => {
  const ada = await startPerson(await makeFolder());
  const bob = await startPerson(await makeFolder());
  const [adaAccount, bobAccount] = await meetByInvite(ada, bob);
  const { path, bytes } = await makeFile(3_500_001);

  const sent = await send(ada, bobAccount, path);
  expect(sent.file).toEqual({
    name: "holiday photos.zip",
    sizeBytes: 3_500_001,
    mediaType: "application/zip",
    hasPreview: false,
    state: "offered",
    doneBytes: 0,
  });
  await waitForState(ada, sent, "delivered");
  const offer = await waitForFile(bob, adaAccount, "offered");
  await expect(bob.files().open({ who: adaAccount, id: offer.id })).rejects.toMatchObject({ code: "FILE_NOT_HERE" });

  await bob.client.call("file.accept", { who: adaAccount, id: offer.id });
  const here = await waitForFile(bob, adaAccount, "complete");
  expect(here.file?.doneBytes).toBe(3_500_001);
  const { name, units } = await bob.files().open({ who: adaAccount, id: offer.id });
  const saved = await saveFile(await makeFolder(), name, units);
  expect(sha256(await readFile(saved))).toBe(sha256(bytes));
  await waitForFile(ada, bobAccount, "complete");
});

test("a lost line costs at most 2 MiB, and the fetching goes on by itself once it is back", async () => {
  const { node: ada, cut } = await startBehindCut();
  const bob = await startPerson(await makeFolder());
  const [adaAccount, bobAccount] = await meetByInvite(ada, bob);
  const { path, bytes } = await makeFile(24 * MIB);
  const { id } = await send(ada, bobAccount, path);
  await waitForFile(bob, adaAccount, "offered");

  const before = cut.bytes;
  const isCut = cut.cutAfter(10 * MIB);
  await bob.client.call("file.accept", { who: adaAccount, id });
  await isCut;
  const waiting = await waitForFile(bob, adaAccount, "waiting", "offline");
  expect(waiting.file?.doneBytes).toBeGreaterThan(7 * MIB);
  expect(waiting.file?.doneBytes).toBeLessThan(10 * MIB);
  cut.mend();
  await waitForFile(bob, adaAccount, "complete");
  expect(cut.bytes - before).toBeLessThan(24 * MIB * (1 + OVERHEAD) + MAX_REPEATED_BYTES);
  const { name, units } = await bob.files().open({ who: adaAccount, id });
  expect(sha256(await readFile(await saveFile(await makeFolder(), name, units)))).toBe(sha256(bytes));
});

test("a pause of either side stops the bytes, and what is here stays", async () => {
  const { node: ada, cut } = await startBehindCut();
  const bob = await startPerson(await makeFolder());
  const [adaAccount, bobAccount] = await meetByInvite(ada, bob);
  const { path, bytes } = await makeFile(12 * MIB);
  const { id } = await send(ada, bobAccount, path);
  await waitForFile(bob, adaAccount, "offered");
  const atBob = { who: adaAccount, id };
  const atAda = { who: bobAccount, id };

  await ada.client.call("file.pause", atAda);
  await bob.client.call("file.accept", atBob);
  await waitForFile(bob, adaAccount, "waiting", "paused-there");
  await ada.client.call("file.accept", atAda);
  const isCut = cut.cutAfter(5 * MIB);
  await isCut;
  await bob.client.call("file.pause", atBob);
  const paused = await waitForFile(bob, adaAccount, "paused");
  expect(paused.file?.doneBytes).toBeGreaterThan(2 * MIB);
  cut.mend();
  const before = cut.bytes;
  await bob.client.call("file.accept", atBob);
  await waitForFile(bob, adaAccount, "complete");
  expect(cut.bytes - before).toBeLessThan(10 * MIB);
  const { name, units } = await bob.files().open(atBob);
  expect(sha256(await readFile(await saveFile(await makeFolder(), name, units)))).toBe(sha256(bytes));
});

test("the sender's restart, its edit of the file and its withdrawal are seen for what they are", async () => {
  const adaFolder = await makeFolder();
  const ada = await startPerson(adaFolder);
  const bob = await startPerson(await makeFolder());
  const [adaAccount, bobAccount] = await meetByInvite(ada, bob);
  const { path, bytes } = await makeFile(2 * MIB);
  const whole = await send(ada, bobAccount, path);
  const edited = await makeFile(3 * MIB, "edited.txt");
  const changing = await send(ada, bobAccount, edited.path);
  const withdrawn = await send(ada, bobAccount, path);
  await waitForState(ada, withdrawn, "delivered");
  await ada.client.call("file.cancel", { who: bobAccount, id: withdrawn.id });
  await ada.stop();
  await writeFile(edited.path, randomBytes(3 * MIB));

  for (const { id } of [whole, changing, withdrawn]) await bob.client.call("file.accept", { who: adaAccount, id });
  const stateOf = async (node: PersonalNode, who: string, id: string): Promise<FileInfo | undefined> =>
    (await node.client.call("file.list", { who })).find((each) => each.id === id)?.file;
  await eventually("it waits", async () => {
    const file = await stateOf(bob, adaAccount, whole.id);
    return file?.state === "waiting" && file.reason === "offline" ? file : null;
  });
  const again = await startPerson(adaFolder);
  await eventually("the whole one is here", async () =>
    (await stateOf(bob, adaAccount, whole.id))?.state === "complete" ? true : null,
  );
  for (const [{ id }, reason] of [
    [changing, "changed"],
    [withdrawn, "gone"],
  ] as const) {
    await eventually(reason, async () => {
      const file = await stateOf(bob, adaAccount, id);
      return file?.state === "failed" && file.reason === reason ? file : null;
    });
  }
  expect(await stateOf(again, bobAccount, changing.id)).toMatchObject({ state: "failed", reason: "changed" });
  const { name, units } = await bob.files().open({ who: adaAccount, id: whole.id });
  expect(sha256(await readFile(await saveFile(await makeFolder(), name, units)))).toBe(sha256(bytes));
});

test("a deleted message takes its file along on both sides", async () => {
  const ada = await startPerson(await makeFolder());
  const bobFolder = await makeFolder();
  const bob = await startPerson(bobFolder);
  const [adaAccount, bobAccount] = await meetByInvite(ada, bob);
  const { path } = await makeFile(MIB);
  const { id } = await send(ada, bobAccount, path);
  await waitForFile(bob, adaAccount, "offered");
  await bob.client.call("file.accept", { who: adaAccount, id });
  await waitForFile(bob, adaAccount, "complete");
  expect(await readdir(join(bobFolder, "files"))).toHaveLength(1);
  await ada.client.call("message.delete", { who: bobAccount, id, isForEveryone: true });
  await eventually("the bytes are gone", async () =>
    (await readdir(join(bobFolder, "files"))).length === 0 ? true : null,
  );
  expect(await bob.client.call("file.list", {})).toEqual([]);
  expect(await ada.client.call("file.list", {})).toEqual([]);
});

test("by commands, with the receiver killed in the middle: what was here is not sent again", async () => {
  const { node: ada, cut } = await startBehindCut();
  await ada.client.call("account.create", {});
  const folder = await makeFolder();
  const networkFile = join(folder, "network.json");
  const relayWork = { create: 6, bundleGet: 4, boxPut: 6 };
  const parameters = { claimBits: 8, receiptDelayMs: 50, retryFirstMs: 200, relayWork };
  await writeFile(networkFile, JSON.stringify({ netId: "test", parameters }));
  const bob = { command: FROM_SOURCE, env: { ...process.env, KITH_DATA: join(folder, "bob") } };
  const place = ["--network", networkFile, "--listen", "127.0.0.1", "--no-mdns", "--no-page", "--no-peer-page"];
  const start = async (): Promise<Running> => {
    const running = new Running(bob, ["start", ...place, "--port", "0", "--ws-port", "0", "--json"]);
    onTestFinished(() => running.kill());
    await running.waitFor(/"ready":true/, 60_000);
    return running;
  };
  const first = await start();
  const { text: invite } = await ada.client.call("invite.create", {});
  await askCommand(bob, "join", invite);
  const { account } = await askCommand<{ account: string }>(bob, "handle");
  const { account: adaWho = "" } = await ada.client.call("account.status", {});
  await eventually("both are contacts", async () => {
    const contacts = await ada.client.call("contact.list", {});
    return contacts.find((each) => each.account === account && each.relation === "accepted") ?? null;
  });
  const { path, bytes } = await makeFile(24 * MIB, "\u0635\u0648\u0631 \u0627\u0644\u0639\u0637\u0644\u0629.zip");
  const { id } = await send(ada, account, path);
  await eventually("bob has the offer", async () => {
    const [offer] = await askCommand<readonly Message[]>(bob, "files");
    return offer?.id === id ? offer : null;
  });

  const before = cut.bytes;
  const isCut = cut.cutAfter(12 * MIB);
  const accepted = await askCommand<Message>(bob, "files", "accept", id.slice(0, 8));
  expect(["waiting", "moving"]).toContain(accepted.file?.state);
  await isCut;
  first.kill();
  expect((await first.ended).signal).toBe("SIGKILL");
  cut.mend();
  await start();
  const saved = await askCommand<{ path: string }>(bob, "files", "save", id.slice(0, 8), "--to", folder);
  expect(saved.path).toBe(join(folder, "\u0635\u0648\u0631 \u0627\u0644\u0639\u0637\u0644\u0629.zip"));
  expect(sha256(await readFile(saved.path))).toBe(sha256(bytes));
  expect(cut.bytes - before).toBeLessThan(24 * MIB * (1 + OVERHEAD) + MAX_REPEATED_BYTES);
  const picture = join(folder, "small.jpg");
  const jpeg = Buffer.from(madePicture(64, 20), "base64");
  await writeFile(picture, jpeg);
  const back = await askCommand<readonly Message[]>(bob, "send-file", "--preview", picture, adaWho, path);
  expect(back[0]?.file?.hasPreview).toBe(true);
  const drawn = await eventually("ada sees the preview", async () => {
    const given = (await ada.client.call("file.list", {})).find((each) => each.id === back[0]?.id);
    return given === undefined ? null : ada.client.call("file.preview", { who: given.chat, id: given.id });
  });
  expect(drawn.jpeg).toBe(jpeg.toString("base64"));
  const two = await runCommand(bob, "send-file", "--preview", picture, adaWho, path, path);
  expect(two).toMatchObject({ code: 2, stderr: expect.stringContaining("one file") });
  const long = "x".repeat(48 * 1024 + 1);
  const sent = await askCommand<Message>(bob, "send", adaWho, long);
  expect(sent).toMatchObject({
    text: "",
    file: { name: "message.txt", sizeBytes: long.length, mediaType: "text/plain" },
  });
  const unknown = await runCommand(bob, "files", "pause", "ffffffff");
  expect(unknown).toMatchObject({ code: 4, stderr: expect.stringContaining("there is no such file") });
  const none = await runCommand(bob, "send-file", "@nobody", join(folder, "not-there"));
  expect(none.code).toBe(4);
}, 400_000);

test("a file that comes in pieces, as from a page, arrives whole and is read unit by unit", async () => {
  const ada = await startPerson(await makeFolder());
  const bob = await startPerson(await makeFolder());
  const [adaAccount, bobAccount] = await meetByInvite(ada, bob);
  const bytes = randomBytes(2 * MIB + 100_000);
  const begin = { who: bobAccount, name: "../up/CON", sizeBytes: bytes.length, mediaType: "Text/Plain; x=1" };
  await expect(ada.client.call("file.begin", { ...begin, sizeBytes: 0 })).rejects.toMatchObject({ code: "FILE_SIZE" });
  const { id } = await ada.client.call("file.begin", begin);
  const pieceAt = (offset: number) => ({
    id,
    offset,
    data: bytes.subarray(offset, offset + 128 * 1024).toString("base64"),
  });
  const offsets = Array.from({ length: Math.ceil(bytes.length / (128 * 1024)) }, (_, at) => at * 128 * 1024);
  await expect(ada.client.call("file.append", pieceAt(128 * 1024))).rejects.toMatchObject({ code: "PARAMS_INVALID" });
  await expect(ada.client.call("file.finish", { id })).rejects.toMatchObject({ code: "PARAMS_INVALID" });
  await expect(ada.client.call("file.append", { id, offset: 0, data: "é" })).rejects.toMatchObject({
    code: "PARAMS_INVALID",
  });
  await Promise.all(offsets.map((offset) => ada.client.call("file.append", pieceAt(offset))));
  const sent = await ada.client.call("file.finish", { id });
  expect(sent).toMatchObject({ id, file: { name: "_up_CON", mediaType: "application/octet-stream" } });
  await expect(ada.client.call("file.append", pieceAt(0))).rejects.toMatchObject({ code: "UPLOAD_GONE" });

  await waitForFile(bob, adaAccount, "offered");
  await bob.client.call("file.accept", { who: adaAccount, id });
  await waitForFile(bob, adaAccount, "complete");
  const units: Buffer[] = [];
  for (let unit = 0; unit < 3; unit++) {
    const read = await bob.client.call("file.read", { who: adaAccount, id, unit });
    expect(read.unitCount).toBe(3);
    units.push(Buffer.from(read.data, "base64"));
  }
  expect(sha256(Buffer.concat(units))).toBe(sha256(bytes));
  await expect(bob.client.call("file.read", { who: adaAccount, id, unit: 3 })).rejects.toMatchObject({
    code: "PARAMS_INVALID",
  });
});

test("a file that is given up half-way leaves nothing in the vault", async () => {
  const folder = await makeFolder();
  const ada = await startPerson(folder);
  const bob = await startPerson(await makeFolder());
  const [, bobAccount] = await meetByInvite(ada, bob);
  const { id } = await ada.client.call("file.begin", { who: bobAccount, name: "a", sizeBytes: 3 * MIB });
  const data = randomBytes(128 * 1024).toString("base64");
  for (let at = 0; at < 9; at++) await ada.client.call("file.append", { id, offset: at * 128 * 1024, data });
  expect(await readdir(join(folder, "files"))).toHaveLength(1);
  await ada.client.call("file.discard", { id });
  expect(await readdir(join(folder, "files"))).toEqual([]);
  expect(await ada.client.call("message.list", { who: bobAccount })).toEqual([]);
});
