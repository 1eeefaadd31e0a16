import { mkdir, readdir, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { serveClient } from "@kith/client";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { FakeClient } from "../testing/fake-client.ts";
import { FakeNode } from "../testing/fake-node.ts";
import { makeTemporaryFolder } from "../testing/temporary-folder.ts";
import { connectNode } from "./control-client.ts";
import { controlPath } from "./control-path.ts";
import { type ControlServer, listenForControl } from "./control-server.ts";
import { createNodeService } from "./node-methods.ts";

const isWindows = process.platform === "win32";

async function serve(folder: string, client = new FakeClient(), requestStop = () => undefined): Promise<ControlServer> {
  const node = new FakeNode(client);
  const server = await listenForControl(folder, (carrier) => {
    serveClient(client, carrier, [createNodeService(node, requestStop)]);
  });
  onTestFinished(() => server.close());
  return server;
}

function openRaw(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket));
    socket.once("error", reject);
    onTestFinished(() => {
      socket.destroy();
    });
  });
}

describe("the control socket", () => {
  test("engine and node are reached over it, events too", async () => {
    const folder = await makeTemporaryFolder();
    const client = new FakeClient();
    await serve(folder, client);
    const node = await connectNode(folder);
    expect(await node.call("account.status", {})).toEqual(client.status);
    expect(await node.call("node.status", {})).toMatchObject({ netId: "test" });
    expect(await node.call("node.doctor", {})).toHaveLength(1);
    const events = node.events(-1, new AbortController().signal)[Symbol.asyncIterator]();
    const next = events.next();
    await vi.waitFor(() => expect(client.openStreams).toBe(1));
    client.receive("salām");
    expect((await next).value).toMatchObject({ type: "message.received", message: { text: "salām" } });
    node.close();
    await vi.waitFor(() => expect(client.openStreams).toBe(0));
  });

  test("a text of the longest kind crosses it whole, cut into chunks by the system", async () => {
    const folder = await makeTemporaryFolder();
    const client = new FakeClient();
    await serve(folder, client);
    const node = await connectNode(folder);
    const text = "ق".repeat(24 * 1024);
    const sent = await Promise.all(Array.from({ length: 8 }, () => node.call("message.send", { who: "@noor", text })));
    expect(sent.every((message) => message.text === text)).toBe(true);
    node.close();
  });

  test("a request to stop is answered first", async () => {
    const folder = await makeTemporaryFolder();
    const requestStop = vi.fn();
    await serve(folder, new FakeClient(), requestStop);
    const node = await connectNode(folder);
    expect(await node.call("node.stop", {})).toEqual({ isStopping: true });
    await vi.waitFor(() => expect(requestStop).toHaveBeenCalledTimes(1));
    node.close();
  });

  test("without a node the error is NO_NODE", async () => {
    const folder = await makeTemporaryFolder();
    await expect(connectNode(folder)).rejects.toMatchObject({ code: "NO_NODE" });
    await expect(connectNode(join(folder, "missing"))).rejects.toMatchObject({ code: "NO_NODE" });
  });

  test("a closing server ends its connections", async () => {
    const folder = await makeTemporaryFolder();
    const server = await serve(folder);
    const node = await connectNode(folder);
    const closed = vi.fn();
    node.onClose(closed);
    await server.close();
    await vi.waitFor(() => expect(closed).toHaveBeenCalledTimes(1));
    await expect(node.call("account.status", {})).rejects.toMatchObject({ code: "STOPPED" });
    await expect(connectNode(folder)).rejects.toMatchObject({ code: "NO_NODE" });
  });

  test.skipIf(isWindows)("folder and socket are the owner's alone", async () => {
    const folder = join(await makeTemporaryFolder(), "open");
    await mkdir(folder, { mode: 0o755 });
    const { path } = await serve(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test("a second node of the folder is NODE_RUNNING, and the first goes on", async () => {
    const folder = await makeTemporaryFolder();
    await serve(folder);
    await expect(serve(folder)).rejects.toMatchObject({ code: "NODE_RUNNING" });
    const node = await connectNode(folder);
    expect(await node.call("account.status", {})).toMatchObject({ state: "ready" });
    node.close();
  });

  test.skipIf(isWindows)("a socket that a killed node left behind is replaced", async () => {
    const folder = await makeTemporaryFolder();
    const { path } = controlPath(folder);
    await leaveSocketBehind(path);
    await expect(connectNode(folder)).rejects.toMatchObject({ code: "NO_NODE" });
    await serve(folder);
    (await connectNode(folder)).close();
  });

  test.skipIf(isWindows)("a file in its place is replaced too", async () => {
    const folder = await makeTemporaryFolder();
    await writeFile(controlPath(folder).path, "");
    await serve(folder);
    (await connectNode(folder)).close();
  });

  test.skipIf(isWindows)("a data folder with a long path is reached all the same", async () => {
    const folder = join(await makeTemporaryFolder(), "x".repeat(120));
    await mkdir(folder);
    const { path } = await serve(folder);
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(103);
    (await connectNode(folder)).close();
  });

  test.skipIf(isWindows)("a folder that is a link, as another user could have made it, gets nothing", async () => {
    const folder = join(await makeTemporaryFolder(), "y".repeat(120));
    const elsewhere = await makeTemporaryFolder();
    const shared = controlPath(folder).folder ?? "";
    await symlink(elsewhere, shared);
    onTestFinished(() => rm(shared));
    await expect(serve(folder)).rejects.toMatchObject({ code: "DATA_FOLDER" });
    await expect(connectNode(folder)).rejects.toMatchObject({ code: "DATA_FOLDER" });
    expect(await readdir(elsewhere)).toEqual([]);
  });

  test("a line over 256 KiB closes its connection and no other", async () => {
    const folder = await makeTemporaryFolder();
    const { path } = await serve(folder);
    const node = await connectNode(folder);
    const raw = await openRaw(path);
    const closed = new Promise<void>((resolve) => raw.once("close", () => resolve()));
    raw.on("error", () => raw.destroy());
    raw.write(Buffer.alloc(256 * 1024 + 1, "x"));
    await closed;
    expect(await node.call("account.status", {})).toMatchObject({ state: "ready" });
    node.close();
  });

  test("bytes that are no JSON are answered with an error", async () => {
    const folder = await makeTemporaryFolder();
    const { path } = await serve(folder);
    const raw = await openRaw(path);
    const answer = new Promise<string>((resolve) => raw.once("data", (chunk) => resolve(chunk.toString("utf8"))));
    raw.write(Buffer.from([0xff, 0xfe, 0x00, 0x0a]));
    expect(JSON.parse(await answer)).toMatchObject({ error: { code: -32700 } });
  });
});

/** A socket file whose listener is gone, as after SIGKILL: Node removes the path it closes, so it is moved meanwhile. */
async function leaveSocketBehind(path: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  await rename(path, `${path}.moved`);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await rename(`${path}.moved`, path);
}
