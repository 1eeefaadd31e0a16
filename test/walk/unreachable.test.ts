import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MessengerErrorDetails } from "@kith/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askCommand, FROM_SOURCE, type Program, Running, runCommand } from "./program.ts";

const NETWORK = { netId: "walk", parameters: { relayWork: { create: 4, bundleGet: 4, boxPut: 4 } } };
const START = ["start", "--ws-port", "0", "--listen", "127.0.0.1", "--no-mdns", "--no-page", "--no-peer-page"];
const READY_TIMEOUT_MS = 60_000;

/** A port of this machine on which nobody listens. */
async function findClosedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new TypeError("a TCP server has a port");
  return address.port;
}

describe("two people without a way to each other", () => {
  let folder = "";
  const nodes: Running[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kith-walk-"));
    await writeFile(join(folder, "network.json"), JSON.stringify(NETWORK));
  });

  afterEach(async () => {
    for (const node of nodes.splice(0)) node.kill();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  async function start(name: string, port: number, ...options: readonly string[]): Promise<Program> {
    const program = { command: FROM_SOURCE, env: { ...process.env, KITH_DATA: join(folder, name) } };
    const node = new Running(program, [
      ...START,
      "--port",
      `${port}`,
      "--network",
      join(folder, "network.json"),
      ...options,
    ]);
    nodes.push(node);
    await node.waitFor(/^ready$/m, READY_TIMEOUT_MS);
    return program;
  }

  it("join says which addresses were tried and what one of the two needs, and makes no contact", async () => {
    const address = `/ip4/127.0.0.1/tcp/${await findClosedPort()}`;
    const [alice, bob] = await Promise.all([start("alice", 0, "--announce", address), start("bob", 0)]);
    const invite = await askCommand<{ text: string }>(alice, "invite");

    const inWords = await runCommand(bob, "join", invite.text);
    expect([inWords.code, inWords.stdout]).toEqual([6, ""]);
    expect(inWords.stderr).toContain(`Nobody named in the invite could be reached. Tried: ${address}.`);
    expect(inWords.stderr).toContain("one of the two sides needs an open port or a relay");

    const inJson = await runCommand(bob, "join", invite.text, "--json");
    const { error } = JSON.parse(inJson.stdout) as { error: { code: string; details: MessengerErrorDetails } };
    expect([inJson.code, error.code, error.details.tried]).toEqual([6, "INVITE_UNREACHABLE", [address]]);

    expect(await askCommand(bob, "contacts")).toEqual([]);
    expect([await askCommand(alice, "contacts"), await askCommand(alice, "requests")]).toEqual([[], []]);
  });

  it("an invite whose maker has gone offline can be joined once they are back", async () => {
    const port = await findClosedPort();
    const alice = await start("alice", port);
    const invite = await askCommand<{ text: string }>(alice, "invite");
    const bob = await start("bob", 0);
    expect(await nodes[0]?.terminate()).toMatchObject({ code: 0 });
    expect(await runCommand(bob, "join", invite.text)).toMatchObject({ code: 6 });
    expect(await askCommand(bob, "contacts")).toEqual([]);

    await start("alice", port);
    expect(await askCommand(bob, "join", invite.text)).toMatchObject({ isByInvite: true });
  });
});
