import { request } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { FakeNode } from "../testing/fake-node.ts";
import type { NodeStatus } from "./node-contract.ts";
import { serveStatusPage } from "./status-page.ts";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

async function start(status?: Partial<NodeStatus>): Promise<number> {
  const node = new FakeNode();
  const page = await serveStatusPage(0, async () => ({ ...(await node.status()), ...status }));
  onTestFinished(() => page.close());
  return Number(new URL(page.url).port);
}

function ask(port: number, options: { path?: string; method?: string; host?: string } = {}): Promise<Answer> {
  const { path = "/", method = "GET", host = `127.0.0.1:${port}` } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port, path, method, headers: { host } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    outgoing.once("error", reject);
    outgoing.end();
  });
}

describe("the local page", () => {
  test("it shows the status under a strict policy", async () => {
    const port = await start();
    const { status, headers, body } = await ask(port);
    expect(status).toBe(200);
    expect(body).toContain("/ip4/127.0.0.1/tcp/5484/p2p/12D3");
    expect(body).toContain("kith join INVITE");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["cache-control"]).toBe("no-store");
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  });

  test("both of its own names are answered", async () => {
    const port = await start();
    expect((await ask(port, { host: `localhost:${port}` })).status).toBe(200);
  });

  test.each(["evil.example", "evil.example:5480", "127.0.0.1", "127.0.0.1:1", "localhost", "[::1]:5480"])(
    "the host %s gets nothing of the node",
    async (host) => {
      const { status, body } = await ask(await start(), { host });
      expect(status).toBe(421);
      expect(body).not.toContain("12D3");
    },
  );

  test.each(["POST", "PUT", "DELETE", "OPTIONS"])("%s is refused", async (method) => {
    expect((await ask(await start(), { method })).status).toBe(405);
  });

  test("another path is not found", async () => {
    expect((await ask(await start(), { path: "/../control.sock" })).status).toBe(404);
    expect((await ask(await start(), { path: "/?x" })).status).toBe(404);
  });

  test("what a status holds is text, never markup", async () => {
    const { body } = await ask(await start({ netId: "<script>alert(1)</script>" }));
    expect(body).not.toContain("<script>");
    expect(body).toContain("&#60;script&#62;");
  });

  test("a node that cannot say how it is shows no inner text", async () => {
    const page = await serveStatusPage(0, () => Promise.reject(new Error("inner text")));
    onTestFinished(() => page.close());
    const { status, body } = await ask(Number(new URL(page.url).port));
    expect(status).toBe(503);
    expect(body).not.toContain("inner text");
  });

  test("a port in use is PORT_BUSY", async () => {
    const port = await start();
    await expect(serveStatusPage(port, () => new FakeNode().status())).rejects.toMatchObject({ code: "PORT_BUSY" });
  });
});
