import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connectClient, MessengerError } from "@kith/client";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { connectNode } from "../../daemon/control-client.ts";
import type { PageMethods } from "../../daemon/node-methods.ts";
import { createWebSocketCarrier } from "../../daemon/web-socket-carrier.ts";
import { FakeClient } from "../../testing/fake-client.ts";
import { createFakeMetrics, FakeNode } from "../../testing/fake-node.ts";
import { FakeTerminal } from "../../testing/fake-terminal.ts";
import { askPage, closeCode, dialPage, opened } from "../../testing/page-client.ts";
import { makeTemporaryFolder } from "../../testing/temporary-folder.ts";
import { readArguments } from "../arguments.ts";
import type { Command } from "../command.ts";
import { COMMON_OPTIONS } from "../options.ts";
import { printableJson } from "../printable.ts";
import { createEchoCommand } from "./echo.ts";
import { pageCommand } from "./node.ts";
import { createRelayCommand } from "./relay.ts";
import { createStartCommand, type StartNode } from "./start.ts";

let terminal: FakeTerminal;
let stop: AbortController;

beforeEach(() => {
  terminal = new FakeTerminal();
  stop = new AbortController();
  onTestFinished(() => stop.abort());
});

const PORTS = ["--port", "0", "--ws-port", "0"];
const PAGES = ["--page-port", "0", "--peer-page-port", "0"];

function run(command: Command, ...words: string[]): Promise<unknown> {
  const args = readArguments(words, { ...command, args: { ...command.args, ...COMMON_OPTIONS } });
  const isJson = args.flag("json");
  const connect = () => connectNode(args.text("data") ?? "");
  const print = (result: unknown) => terminal.line(printableJson(result));
  return command.run({ args, terminal, isJson, signal: stop.signal, connect, print });
}

async function started(node: FakeNode, ...words: string[]): Promise<{ folder: string; ended: Promise<unknown> }> {
  const folder = await makeTemporaryFolder();
  const startNode = vi.fn<StartNode>(async () => node);
  const ended = run(createStartCommand(startNode), "--data", folder, ...PORTS, ...PAGES, ...words);
  ended.catch(() => undefined);
  await vi.waitFor(() => expect(terminal.out.length).toBeGreaterThan(0));
  return { folder, ended };
}

describe("kith start", () => {
  test("without a terminal it asks nothing, says ready and how to begin, and ends with the signal", async () => {
    const node = new FakeNode();
    node.client.status = { state: "none" };
    const { ended } = await started(node);
    expect(terminal.out[0]).toBe("ready");
    expect(terminal.out.join("\n")).toContain("kith echo");
    expect(terminal.out.join("\n")).toContain("kith join INVITE");
    expect(node.client.callsOf("account.create")).toEqual([]);
    expect(node.client.callsOf("invite.create")).toEqual([]);
    stop.abort();
    await ended;
    expect(node.stops).toBe(1);
  });

  test("with an account it prints an invite, and the reminder until the words are confirmed", async () => {
    const node = new FakeNode();
    node.client.status = { state: "ready", account: "kith1me", areWordsConfirmed: false };
    await started(node);
    const printed = terminal.out.join("\n");
    expect(printed).toContain("Your invite kith:i/abc");
    expect(printed).toContain("24 words are not confirmed");
  });

  test("an invite that cannot be made does not stop the node", async () => {
    const node = new FakeNode();
    node.client.overrides["invite.create"] = () => {
      throw new MessengerError("RELAY_NONE", "no relay");
    };
    const { folder } = await started(node);
    expect(terminal.out.join("\n")).toContain("No invite now: This node has no relay it can use.");
    (await connectNode(folder)).close();
  });

  test("a PIN file unlocks; a wrong one is said and the node runs on locked", async () => {
    const node = new FakeNode();
    node.client.status = { state: "locked", hasPin: true };
    terminal.input = "9999\n";
    await started(node, "--pin-file", "-");
    expect(terminal.notes).toContain("Wrong PIN.");
    expect(terminal.out.join("\n")).toContain("kith unlock");
  });

  test("with --json it is one line", async () => {
    await started(new FakeNode(), "--json", "--no-page", "--no-peer-page", "--no-serve");
    expect(JSON.parse(terminal.out.join("\n"))).toMatchObject({
      ready: true,
      pageUrl: null,
      peerPageUrl: null,
      isRelayOn: false,
    });
  });

  test("it serves a page for peers that knows the network and has no door to the account", async () => {
    await started(new FakeNode(), "--json");
    const { peerPageUrl } = JSON.parse(terminal.out.join("\n")) as { peerPageUrl: string };
    const port = Number(new URL(peerPageUrl).port);
    const answer = await askPage(port, { path: "/network.json" });
    expect(JSON.parse(answer.body)).toMatchObject({ mode: "peer", netId: "main", parameters: { claimBits: 22 } });
    expect(answer.headers["content-security-policy"]).toContain("connect-src 'self' ws: wss:;");
    const socket = dialPage(port);
    await expect(opened(socket)).rejects.toThrow();
  });

  test("a page for peers that had to move to another port says that the accounts are at the old one", async () => {
    const taken = await started(new FakeNode(), "--json");
    const { peerPageUrl } = JSON.parse(terminal.out.join("\n")) as { peerPageUrl: string };
    const port = Number(new URL(peerPageUrl).port);
    const folder = await makeTemporaryFolder();
    const ports = { peer: 20_001, ws: 20_002, page: 20_003, peerPage: port };
    await writeFile(join(folder, "config.json"), JSON.stringify({ ports }));
    void run(
      createStartCommand(async () => new FakeNode()),
      "--data",
      folder,
      ...PORTS,
      "--page-port",
      "0",
    );
    await vi.waitFor(() => expect(terminal.notes.join("\n")).toContain(`port ${port} is used by another program`));
    expect(taken.folder).not.toBe(folder);
  });

  test("kith stop ends it and it has stopped the node before the caller's connection closes", async () => {
    const node = new FakeNode();
    const { folder, ended } = await started(node);
    const client = await connectNode(folder);
    const stopsAtClose = new Promise<number>((resolve) => client.onClose(() => resolve(node.stops)));
    await client.call("node.stop", {});
    expect(await stopsAtClose).toBe(1);
    await ended;
  });

  test("a second start of the same folder is NODE_RUNNING and starts nothing", async () => {
    const { folder } = await started(new FakeNode());
    const startNode = vi.fn<StartNode>(async () => new FakeNode());
    await expect(run(createStartCommand(startNode), "--data", folder, ...PORTS)).rejects.toMatchObject({
      code: "NODE_RUNNING",
    });
    expect(startNode).not.toHaveBeenCalled();
  });

  test("a node that stops by itself is NODE_CLOSED", async () => {
    const node = new FakeNode();
    const { ended } = await started(node);
    node.fail();
    await expect(ended).rejects.toMatchObject({ code: "NODE_CLOSED" });
  });

  test.each([
    [["--listen", "example.org"]],
    [["--relay", "/ip4/1.2.3.4/tcp/1"]],
    [["--port", "70000"]],
    [["--network", "/nowhere.json"]],
  ])("%j is refused before anything starts", async (words) => {
    const startNode = vi.fn<StartNode>(async () => new FakeNode());
    const folder = await makeTemporaryFolder();
    await expect(run(createStartCommand(startNode), "--data", folder, ...words)).rejects.toMatchObject({
      code: expect.stringMatching(/^(USAGE|NETWORK_FILE)$/),
    });
    expect(startNode).not.toHaveBeenCalled();
  });
});

describe("kith page", () => {
  function runPage(folder: string, ...words: string[]): Promise<unknown> {
    terminal.out.length = 0;
    return run(pageCommand, "--data", folder, "--json", ...words);
  }

  async function linkOf(folder: string, ...words: string[]): Promise<URL> {
    await runPage(folder, ...words);
    return new URL((JSON.parse(terminal.out.join("\n")) as { url: string }).url);
  }

  test("a start that nobody watches prints the address without the token; kith page prints the link", async () => {
    const { folder } = await started(new FakeNode());
    const [address, ...more] = terminal.out.join("\n").match(/http:\/\/127\.0\.0\.1:\d+\/\S*/g) ?? [];
    const link = await linkOf(folder);
    expect([address, more.length]).toEqual([`${link.origin}/`, 1]);
    expect(link.hash).toMatch(/^#t=[A-Za-z0-9_-]{43}$/);
    expect(terminal.notes.join("\n")).not.toContain("#t=");
  });

  test("--new makes another link and ends the page that came with the old one", async () => {
    const { folder } = await started(new FakeNode());
    const before = await linkOf(folder);
    const page = dialPage(Number(before.port), { token: before.hash.slice(3) });
    await opened(page);
    const code = closeCode(page);
    const after = await linkOf(folder, "--new");
    expect(await code).toBe(4401);
    expect([after.origin === before.origin, after.hash === before.hash]).toEqual([true, false]);
    await opened(dialPage(Number(after.port), { token: after.hash.slice(3) }));
  });

  test("the page itself cannot ask for the link", async () => {
    const { folder } = await started(new FakeNode());
    const link = await linkOf(folder);
    const page = dialPage(Number(link.port), { token: link.hash.slice(3) });
    await opened(page);
    const client = connectClient<PageMethods>(createWebSocketCarrier(page));
    await expect(client.call("node.page", { renew: false })).rejects.toMatchObject({ code: "METHOD_UNKNOWN" });
  });

  test("a node without a page has no link and makes no token", async () => {
    const { folder } = await started(new FakeNode(), "--no-page");
    expect(await runPage(folder, "--new")).toBe(7);
    expect(JSON.parse(terminal.out.join("\n"))).toEqual({ url: null });
    expect(await readdir(folder)).not.toContain("page.token");
  });

  test("without a node it is NO_NODE", async () => {
    await expect(runPage(await makeTemporaryFolder())).rejects.toMatchObject({ code: "NO_NODE" });
  });
});

describe("kith relay", () => {
  test("it has no account, and answers status over its socket", async () => {
    const folder = await makeTemporaryFolder();
    const node = new FakeNode();
    const withoutClient = {
      status: () => node.status(),
      doctor: () => node.doctor(),
      peerNetwork: () => node.peerNetwork(),
      stop: () => node.stop(),
      onStopped: (listener: () => void) => node.onStopped(listener),
      metrics: () => createFakeMetrics(),
      health: () => "ok" as const,
      peers: () => 0,
      addresses: () => [],
      wsPort: 0,
    };
    const ended = run(
      createRelayCommand(async () => withoutClient),
      "--data",
      folder,
      ...PORTS,
    );
    await vi.waitFor(() => expect(terminal.out[0]).toBe("ready"));
    const client = await connectNode(folder);
    expect(await client.call("node.status", {})).toMatchObject({ netId: "test" });
    await expect(client.call("account.status", {})).rejects.toMatchObject({ code: "METHOD_UNKNOWN" });
    client.close();
    stop.abort();
    await ended;
    expect(node.stops).toBe(1);
  });
});

describe("kith echo", () => {
  test("it meets the running node, and repeats what is written", async () => {
    const main = new FakeNode();
    main.client.contacts.length = 0;
    const { folder } = await started(main);
    terminal.out.length = 0;
    main.client.overrides["contact.rename"] = ({ name }) => ({ ...ECHO, name });
    main.client.overrides["invite.join"] = () => ECHO;
    const echo = new FakeNode(new FakeClient());
    echo.client.status = { state: "none" };
    const ended = run(
      createEchoCommand(async () => echo),
      "--data",
      await makeTemporaryFolder(),
      "--node",
      folder,
      ...PORTS,
    );
    await vi.waitFor(() => expect(terminal.out.join("\n")).toContain("kith chat Echo"));
    expect(main.client.callsOf("invite.join")).toEqual([{ invite: "kith:i/abc" }]);
    echo.client.receive("salām");
    await vi.waitFor(() => expect(echo.client.callsOf("message.send")).toMatchObject([{ text: "salām" }]));
    stop.abort();
    await ended;
  });

  test("without a running node it shows its invite", async () => {
    const nowhere = await makeTemporaryFolder();
    const echo = new FakeNode();
    const ended = run(
      createEchoCommand(async () => echo),
      "--data",
      await makeTemporaryFolder(),
      "--node",
      nowhere,
      ...PORTS,
    );
    await vi.waitFor(() => expect(terminal.out.join("\n")).toContain("kith join kith:i/abc"));
    stop.abort();
    await ended;
  });
});

const ECHO = {
  account: "kith1echo",
  name: "kith1echo",
  trust: "NONE",
  isByInvite: true,
  relation: "accepted",
  devices: 1,
} as const;
