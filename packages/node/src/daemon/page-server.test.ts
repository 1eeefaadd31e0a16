import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openPageToken } from "../config/page-token.ts";
import { FakeNode } from "../testing/fake-node.ts";
import { askPage } from "../testing/page-client.ts";
import { makeTemporaryFolder } from "../testing/temporary-folder.ts";
import type { NodeStatus } from "./node-contract.ts";
import { type PageOptions, type PageServer, servePage } from "./page-server.ts";

async function serve(options: Partial<PageOptions> = {}): Promise<{ page: PageServer; port: number }> {
  const folder = await makeTemporaryFolder();
  const page = await servePage({
    port: 0,
    webFolder: join(folder, "web"),
    peerPage: null,
    token: await openPageToken(folder),
    readStatus: () => new FakeNode().status(),
    serve: () => undefined,
    ...options,
  });
  onTestFinished(() => page.close());
  return { page, port: Number(new URL(page.url).port) };
}

async function makeApp(): Promise<string> {
  const parent = await makeTemporaryFolder();
  const folder = join(parent, "web");
  await mkdir(join(folder, "assets", "deep"), { recursive: true });
  await writeFile(join(parent, "outside.txt"), "secret");
  await writeFile(join(folder, "index.html"), "<title>the app</title>");
  await writeFile(join(folder, "manifest.webmanifest"), "{}");
  await writeFile(join(folder, ".hidden.txt"), "secret");
  await writeFile(join(folder, "server.log"), "secret");
  await writeFile(join(folder, "assets", "main-a1B2_3-4.js"), "start()");
  await writeFile(join(folder, "assets", "plain.js"), "start()");
  await writeFile(join(folder, "assets", "font-a1b2c3d4.woff2"), Buffer.from([0, 255, 1]));
  return folder;
}

describe("the local page with the web app", () => {
  test("the root is the app under a strict policy, and is not kept", async () => {
    const { port } = await serve({ webFolder: await makeApp() });
    const { status, headers, body } = await askPage(port);
    expect([status, body]).toEqual([200, "<title>the app</title>"]);
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(headers["cache-control"]).toBe("no-store");
    expect(headers["content-security-policy"]).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; media-src blob:; " +
        "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
        "require-trusted-types-for 'script'; trusted-types kith",
    );
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    });
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  });

  test.each([
    ["/assets/main-a1B2_3-4.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"],
    ["/assets/font-a1b2c3d4.woff2", "font/woff2", "public, max-age=31536000, immutable"],
    ["/assets/plain.js", "text/javascript; charset=utf-8", "no-store"],
    ["/manifest.webmanifest", "application/manifest+json; charset=utf-8", "no-store"],
    ["/index.html?from=icon", "text/html; charset=utf-8", "no-store"],
  ])("%s is %s, kept as %s", async (path, type, cache) => {
    const { port } = await serve({ webFolder: await makeApp() });
    const { status, headers } = await askPage(port, { path });
    expect([status, headers["content-type"], headers["cache-control"]]).toEqual([200, type, cache]);
  });

  test.each([
    "/../outside.txt",
    "/assets/../../outside.txt",
    "/%2e%2e/outside.txt",
    "/..%2foutside.txt",
    "/..\\outside.txt",
    "//outside.txt",
    "/./index.html",
    "/.hidden.txt",
    "/server.log",
    "/assets",
    "/assets/deep",
    "/assets/",
    "/index.html/",
    "/index.html/x.js",
    "/missing.js",
    "/index.html%00.js",
    `/${"a".repeat(4000)}.js`,
    "http://127.0.0.1/index.html",
    "*",
  ])("%s is not found", async (path) => {
    const { port } = await serve({ webFolder: await makeApp() });
    const { status, body } = await askPage(port, { path });
    expect(status).toBe(404);
    expect(body).not.toContain("secret");
  });

  test("it says that it is the face of a node, and where peers of their own find their page", async () => {
    const webFolder = await makeApp();
    await writeFile(join(webFolder, "network.json"), '{"mode":"peer"}');
    const { port } = await serve({ webFolder, peerPage: "http://127.0.0.1:5481/" });
    const { body } = await askPage(port, { path: "/network.json" });
    expect(JSON.parse(body)).toEqual({ format: 1, mode: "node", peerPage: "http://127.0.0.1:5481/" });
  });

  test("HEAD gives the same headers and no content", async () => {
    const { port } = await serve({ webFolder: await makeApp() });
    const { status, headers, body } = await askPage(port, { method: "HEAD" });
    expect([status, headers["content-length"], body]).toEqual([200, "22", ""]);
  });

  test("an app that is built, or removed, while the node runs is noticed", async () => {
    const webFolder = await makeApp();
    const { port } = await serve({ webFolder });
    await rm(webFolder, { recursive: true });
    expect((await askPage(port)).body).toContain("kith join INVITE");
    await mkdir(webFolder);
    await writeFile(join(webFolder, "index.html"), "again");
    expect((await askPage(port)).body).toBe("again");
  });

  test.each(["127.0.0.1", "localhost", "[::1]"])("its own name %s is answered", async (name) => {
    const { port } = await serve({ webFolder: await makeApp() });
    expect((await askPage(port, { host: `${name}:${port}` })).status).toBe(200);
  });

  test.each([
    "evil.example",
    "evil.example:5480",
    "127.0.0.1",
    "127.0.0.1:1",
    "localhost",
    "[::1]:5480",
    "0.0.0.0:5480",
  ])("the host %s gets nothing, as a rebound name would", async (host) => {
    const { port } = await serve({ webFolder: await makeApp() });
    const { status, body } = await askPage(port, { host });
    expect(status).toBe(421);
    expect(body).not.toContain("the app");
  });

  test.each(["POST", "PUT", "DELETE", "OPTIONS"])("%s is refused", async (method) => {
    const { port } = await serve({ webFolder: await makeApp() });
    expect((await askPage(port, { method })).status).toBe(405);
  });
});

describe("the local page without the web app", () => {
  const withStatus = (status: Partial<NodeStatus>) =>
    serve({ readStatus: async () => ({ ...(await new FakeNode().status()), ...status }) });

  test("it shows the status and how to use the terminal", async () => {
    const { port } = await serve();
    const { status, headers, body } = await askPage(port);
    expect(status).toBe(200);
    expect(body).toContain("/ip4/127.0.0.1/tcp/5484/p2p/12D3");
    expect(body).toContain("kith join INVITE");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect((await askPage(port, { path: "/style.css" })).headers["content-type"]).toBe("text/css; charset=utf-8");
  });

  test("what a status holds is text, never markup", async () => {
    const { port } = await withStatus({ netId: "<script>alert(1)</script>" });
    const { body } = await askPage(port);
    expect(body).not.toContain("<script>");
    expect(body).toContain("&#60;script&#62;");
  });

  test("a node that cannot say how it is shows no inner text", async () => {
    const { port } = await serve({ readStatus: () => Promise.reject(new Error("inner text")) });
    const { status, body } = await askPage(port);
    expect(status).toBe(503);
    expect(body).not.toContain("inner text");
  });

  test("neither page nor answers hold the token, which is in the link's fragment only", async () => {
    const { page, port } = await serve();
    const token = /^http:\/\/127\.0\.0\.1:\d+\/#t=([A-Za-z0-9_-]{43})$/.exec(page.link)?.[1] ?? "none";
    expect(page.url).not.toContain(token);
    const answer = await askPage(port);
    expect(JSON.stringify(answer)).not.toContain(token);
  });

  test("a port in use is PORT_BUSY", async () => {
    const { port } = await serve();
    await expect(serve({ port })).rejects.toMatchObject({ code: "PORT_BUSY" });
  });
});
