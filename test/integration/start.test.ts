import { type ChildProcess, spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { makeFolder, startPerson, startTestRelay } from "./nodes.ts";

const PROGRAM = fileURLToPath(new URL("../../packages/node/src/main.ts", import.meta.url));
const ANY_PORT = ["--listen", "127.0.0.1", "--no-mdns", "--port", "0", "--ws-port", "0", "--no-page"];

/** An address where nobody listens, of a peer that is not there. */
const NOBODY = "/ip4/127.0.0.1/tcp/9/p2p/12D3KooWQYV9dGMFoRzNStwpXztXaBUjtPqi6aU76ZgUriHhKust";

function runProgram(...words: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, ["--conditions=source", PROGRAM, ...words, "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

function endOf(child: ChildProcess): Promise<{ readonly code: number | null; readonly output: string }> {
  let output = "";
  child.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, output })));
}

function firstLineOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => child.stdout?.once("data", (chunk) => resolve(String(chunk).split("\n")[0] ?? "")));
}

test("a port in use gives way to the next free one", async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void blocker.close());
  const { port } = blocker.address() as { port: number };
  const listen = { host: "127.0.0.1", peerPort: port, wsPort: 0 };
  const { listening } = await (await startPerson(await makeFolder(), [], { listen })).status();
  const ports = listening.filter((each) => /\/tcp\/\d+\/p2p\//.test(each)).map((each) => Number(each.split("/")[4]));
  expect(ports).toHaveLength(1);
  expect(ports[0]).toBeGreaterThan(port);
});

test("a relay that cannot be reached does not keep a node from starting", async () => {
  const startedMs = performance.now();
  const node = await startPerson(await makeFolder(), [NOBODY]);
  expect(performance.now() - startedMs).toBeLessThan(5000);
  await node.client.call("account.create", {});
  const { text } = await node.client.call("invite.create", {});
  expect(text).toMatch(/^kith:i\//);
  const relays = await node.client.call("relay.list", {});
  expect(relays.find(({ source }) => source === "added")?.state).not.toBe("connected");
});

test("a store that another process has open is refused with exit code 8 and left as it is", async () => {
  const folder = await makeFolder();
  const node = await startPerson(folder);
  const { account } = await node.client.call("account.create", {});
  const { code, output } = await endOf(runProgram("start", "--data", folder, ...ANY_PORT));
  expect(code).toBe(8);
  expect(JSON.parse(output)).toMatchObject({ error: { code: "STORE_LOCKED" } });
  expect(await node.client.call("account.status", {})).toMatchObject({ state: "ready", account });
});

test("a damaged store is refused as corrupt, and opens again once it is restored", async () => {
  const folder = await makeFolder();
  const node = await startPerson(folder);
  const { account } = await node.client.call("account.create", {});
  await node.stop();
  const store = join(folder, "account");
  const current = await readFile(join(store, "CURRENT"));
  await writeFile(join(store, "CURRENT"), "no manifest");
  await expect(startPerson(folder)).rejects.toMatchObject({ code: "STORE_CORRUPT" });
  await writeFile(join(store, "CURRENT"), current);
  const again = await startPerson(folder);
  expect(await again.client.call("account.status", {})).toMatchObject({ state: "ready", account });
});

test("the doctor finds ports, relay and dial-back in order, and says what is missing when alone", async () => {
  const { address } = await startTestRelay();
  const node = await startPerson(await makeFolder(), [address]);
  await node.client.call("account.create", {});
  await node.client.call("invite.create", {});
  const stateBySubject = new Map((await node.doctor()).map(({ subject, state }) => [subject, state]));
  for (const subject of ["node-version", "store", "clock", "ports", "relays", "dht", "dial-back-tcp"] as const) {
    expect([subject, stateBySubject.get(subject)]).toEqual([subject, "ok"]);
  }
  const alone = await startPerson(await makeFolder());
  const found = new Map((await alone.doctor()).map(({ subject, state }) => [subject, state]));
  expect(found.get("dial-back-tcp")).toBe("warn");
  expect(found.get("dht")).toBe("warn");
});

test("the program starts without a terminal, asks nothing, and ends by SIGTERM and by `stop` with code 0", async () => {
  const folder = await makeFolder();
  const first = runProgram("start", "--data", folder, ...ANY_PORT);
  const ended = endOf(first);
  expect(JSON.parse(await firstLineOf(first))).toMatchObject({ ready: true, account: { state: "none" }, invite: null });
  first.kill("SIGTERM");
  expect((await ended).code).toBe(0);

  const second = runProgram("start", "--data", folder, ...ANY_PORT);
  const secondEnded = endOf(second);
  await firstLineOf(second);
  expect((await endOf(runProgram("stop", "--data", folder))).code).toBe(0);
  expect((await secondEnded).code).toBe(0);
});
