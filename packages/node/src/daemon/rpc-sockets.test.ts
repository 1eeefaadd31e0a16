import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connectClient, type LineCarrier, serveClient } from "@kith/client";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { WebSocket } from "ws";
import { openPageToken } from "../config/page-token.ts";
import { FakeClient } from "../testing/fake-client.ts";
import { FakeNode } from "../testing/fake-node.ts";
import { closeCode, type DialOptions, dialPage, opened, refusalStatus } from "../testing/page-client.ts";
import { makeTemporaryFolder } from "../testing/temporary-folder.ts";
import { createNodeService } from "./node-methods.ts";
import { type PageServer, servePage } from "./page-server.ts";
import { createWebSocketCarrier } from "./web-socket-carrier.ts";

class Served {
  readonly client = new FakeClient();
  readonly carriers: LineCarrier[] = [];
  readonly page: PageServer;
  readonly port: number;
  readonly folder: string;

  constructor(folder: string, page: PageServer) {
    this.folder = folder;
    this.page = page;
    this.port = Number(new URL(page.url).port);
  }

  get token(): string {
    return new URL(this.page.link).hash.slice("#t=".length);
  }

  dial(options: DialOptions = {}): WebSocket {
    return dialPage(this.port, { token: this.token, ...options });
  }

  async open(options: DialOptions = {}): Promise<WebSocket> {
    const socket = this.dial(options);
    await opened(socket);
    return socket;
  }
}

async function serve(): Promise<Served> {
  const folder = await makeTemporaryFolder();
  const page = await servePage({
    port: 0,
    webFolder: join(folder, "web"),
    token: await openPageToken(folder),
    peerPage: null,
    readStatus: () => new FakeNode().status(),
    serve: (carrier) => {
      served.carriers.push(carrier);
      const node = new FakeNode(served.client);
      serveClient(served.client, carrier, [createNodeService(node, () => undefined)]);
    },
  });
  const served = new Served(folder, page);
  onTestFinished(() => page.close());
  return served;
}

/** An open connection answers a call. */
async function expectServed(socket: WebSocket): Promise<void> {
  const answer = new Promise<string>((resolve) => {
    socket.on("message", (data) => {
      const line = data.toString();
      if (line.startsWith("{")) resolve(line);
    });
  });
  socket.send('{"jsonrpc":"2.0","id":1,"method":"node.status"}');
  expect(JSON.parse(await answer)).toMatchObject({ id: 1, result: { netId: "test" } });
}

describe("who is let in", () => {
  test("the page with the token is, and is never sent the token back", async () => {
    const served = await serve();
    const socket = await served.open();
    expect(socket.protocol).toBe("kith.rpc.1");
    await expectServed(socket);
  });

  test.each(["127.0.0.1", "localhost", "[::1]"])("the page under its name %s is", async (name) => {
    const served = await serve();
    const host = `${name}:${served.port}`;
    await expectServed(await served.open({ host, origin: `http://${host}` }));
  });

  test.each<[string, (token: string) => readonly string[]]>([
    ["another token", () => ["kith.rpc.1", `kith.token.${"A".repeat(43)}`]],
    ["half of it", (token) => ["kith.rpc.1", `kith.token.${token.slice(0, 20)}`]],
    ["more than it", (token) => ["kith.rpc.1", `kith.token.${token}A`]],
    ["none", () => ["kith.rpc.1"]],
    ["no subprotocol at all", () => []],
    ["two, one of them right", (token) => ["kith.rpc.1", `kith.token.${token}`, "kith.token.A"]],
  ])("a token that is %s is told by code 4401 and served nothing", async (_name, protocols) => {
    const served = await serve();
    const socket = served.dial({ protocols: protocols(served.token) });
    socket.once("open", () => socket.send('{"jsonrpc":"2.0","id":1,"method":"account.status"}'));
    expect(await closeCode(socket)).toBe(4401);
    expect([served.carriers.length, served.client.calls.length]).toEqual([0, 0]);
  });

  test.each([
    "http://evil.example",
    "https://127.0.0.1:5480",
    "http://127.0.0.1",
    "http://localhost:1",
    "null",
    "file://",
    null,
  ])("the origin %j is refused at the upgrade, token or not", async (origin) => {
    const served = await serve();
    expect(await refusalStatus(served.dial({ origin }))).toBe(403);
    expect(served.carriers).toEqual([]);
  });

  test.each(["evil.example", "evil.example:5480", "127.0.0.1", "localhost:1"])(
    "the host %s is refused at the upgrade even with an origin to match, as a rebound name would send",
    async (host) => {
      const served = await serve();
      expect(await refusalStatus(served.dial({ host, origin: `http://${host}` }))).toBe(421);
      expect(await refusalStatus(served.dial({ host }))).toBe(421);
      expect(served.carriers).toEqual([]);
    },
  );

  test("another path, and a page of another version, are refused at the upgrade", async () => {
    const served = await serve();
    expect(await refusalStatus(served.dial({ path: "/" }))).toBe(404);
    expect(await refusalStatus(served.dial({ path: `/rpc?t=${served.token}` }))).toBe(404);
    expect(await refusalStatus(served.dial({ protocols: ["kith.rpc.2", `kith.token.${served.token}`] }))).toBe(400);
    expect(served.carriers).toEqual([]);
  });

  test("the seventeenth is told by code 4429; when one leaves, another may come", async () => {
    const served = await serve();
    await Promise.all(Array.from({ length: 16 }, () => served.open()));
    expect(await closeCode(served.dial())).toBe(4429);
    const [first] = served.carriers;
    const isClosed = new Promise<void>((resolve) => first?.onClose(resolve));
    first?.close();
    await isClosed;
    await expectServed(await served.open());
  });

  test("a wrong token takes nobody's place", async () => {
    const served = await serve();
    const wrong = Array.from({ length: 20 }, () => closeCode(served.dial({ token: "wrong" })));
    expect(new Set(await Promise.all(wrong))).toEqual(new Set([4401]));
    await expectServed(await served.open());
  });
});

describe("what is let through", () => {
  test("one text message is one request, and a later connection resumes the events", async () => {
    const served = await serve();
    const first = connectClient(createWebSocketCarrier(await served.open()));
    expect(await first.call("account.status", {})).toEqual(served.client.status);
    const events = first.events(0, new AbortController().signal)[Symbol.asyncIterator]();
    for (const text of ["one", "two", "three"]) served.client.receive(text);
    expect((await events.next()).value).toMatchObject({ seq: 1, message: { text: "one" } });
    first.close();
    await vi.waitFor(() => expect(served.client.openStreams).toBe(0));
    const second = connectClient(createWebSocketCarrier(await served.open()));
    const stop = new AbortController();
    const rest: number[] = [];
    for await (const { seq } of second.events(1, stop.signal)) {
      rest.push(seq);
      if (seq === 3) stop.abort();
    }
    expect(rest).toEqual([2, 3]);
  });

  test("a text of the longest kind crosses whole", async () => {
    const served = await serve();
    const client = connectClient(createWebSocketCarrier(await served.open()));
    const text = "ق".repeat(24 * 1024);
    expect((await client.call("message.send", { who: "@noor", text })).text).toBe(text);
  });

  test("a message over 256 KiB closes its connection with code 1009 and no other", async () => {
    const served = await serve();
    const [socket, other] = await Promise.all([served.open(), served.open()]);
    const code = closeCode(socket);
    socket.send("x".repeat(256 * 1024 + 1));
    expect(await code).toBe(1009);
    await expectServed(other);
  });

  test("a binary message closes its connection with code 1003, and nothing after it is run", async () => {
    const served = await serve();
    const socket = await served.open();
    const code = closeCode(socket);
    socket.send(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"account.status"}'));
    socket.send('{"jsonrpc":"2.0","id":2,"method":"account.status"}');
    expect(await code).toBe(1003);
    expect(served.client.calls).toEqual([]);
  });

  test("a text that is no JSON is answered with an error, and the connection goes on", async () => {
    const served = await serve();
    const socket = await served.open();
    const answer = new Promise<string>((resolve) => socket.once("message", (data) => resolve(data.toString())));
    socket.send("hello");
    expect(JSON.parse(await answer)).toMatchObject({ error: { code: -32700 } });
    await expectServed(socket);
  });

  test("a reader that stops reading makes the sender wait until it goes on", async () => {
    const served = await serve();
    const [socket, other] = [await served.open(), await served.open()];
    const [carrier] = served.carriers;
    if (carrier === undefined) throw new Error("not served");
    socket.pause();
    const sent = vi.fn();
    const all = Promise.all(Array.from({ length: 24 }, () => carrier.send("x".repeat(1024 * 1024)).then(sent)));
    await expectServed(other);
    expect(sent.mock.calls.length).toBeLessThan(24);
    socket.resume();
    await all;
    await expectServed(socket);
  });

  test("a reader that never goes on loses its connection at 32 MiB", async () => {
    const served = await serve();
    const socket = await served.open();
    const [carrier] = served.carriers;
    if (carrier === undefined) throw new Error("not served");
    const isClosed = new Promise<void>((resolve) => carrier.onClose(resolve));
    const code = closeCode(socket);
    socket.pause();
    const sent = Array.from({ length: 48 }, () => carrier.send("x".repeat(1024 * 1024)));
    await isClosed;
    await Promise.all(sent);
    socket.resume();
    expect(await code).toBe(1006);
  });

  test("a connection that leaves a ping unanswered is ended at the next", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => void vi.useRealTimers());
    const served = await serve();
    const [silent, live] = await Promise.all([served.open({ autoPong: false }), served.open()]);
    const pings = [silent, live].map((socket) => new Promise((resolve) => socket.once("ping", resolve)));
    vi.advanceTimersByTime(30_000);
    await Promise.all(pings);
    await expectServed(live);
    const code = closeCode(silent);
    vi.advanceTimersByTime(30_000);
    expect(await code).toBe(1006);
    await expectServed(live);
  });
});

describe("the end of connections", () => {
  test("a renewed token ends the connections of the old one, which opens nothing any more", async () => {
    const served = await serve();
    const old = served.token;
    const code = closeCode(await served.open());
    await served.page.renewToken();
    expect(await code).toBe(4401);
    expect(await readFile(join(served.folder, "page.token"), "utf8")).toBe(served.token);
    expect(await closeCode(served.dial({ token: old }))).toBe(4401);
    await expectServed(await served.open());
  });

  test("a closing page says that it goes away", async () => {
    const served = await serve();
    const code = closeCode(await served.open());
    await served.page.close();
    expect(await code).toBe(1001);
    await expect(opened(served.dial())).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});
