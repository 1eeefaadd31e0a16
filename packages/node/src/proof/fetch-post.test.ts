import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Handle, PostId } from "@kith/protocol";
import { afterEach, describe, expect, test } from "vitest";
import { createPostFetch } from "./fetch-post.ts";

let server: Server | null = null;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  server = null;
});

/** A server that answers like X's, or as an attacker would. */
async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

const ask = (origin: string, timeoutMs = 5000) =>
  createPostFetch({ endpoint: `${origin}/oembed`, timeoutMs })("alice_1" as Handle, "12" as PostId);

const json: RequestListener = (_, response) => {
  response.writeHead(200, { "content-type": "application/json; charset=utf-8" }).end('{"a":1}');
};

describe("asking X about a post", () => {
  test("asks for exactly this post, without a script and without being followed, and hands out the body", async () => {
    let asked = "";
    const origin = await serve((request, response) => {
      asked = request.url ?? "";
      json(request, response);
    });
    expect(await ask(origin)).toEqual({ type: "answer", body: '{"a":1}' });
    const query = new URL(asked, origin).searchParams;
    expect(Object.fromEntries(query)).toEqual({
      omit_script: "1",
      dnt: "1",
      url: "https://twitter.com/alice_1/status/12",
    });
  });

  test("only 404 means that the post is gone", async () => {
    const origin = await serve((_, response) => response.writeHead(404).end());
    expect(await ask(origin)).toEqual({ type: "gone" });
  });

  test.each<[string, RequestListener]>([
    ["refused", (_, response) => response.writeHead(403).end("{}")],
    ["limited", (_, response) => response.writeHead(429).end()],
    ["broken", (_, response) => response.writeHead(500).end()],
    ["of another type", (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("{}")],
    ["without a type", (_, response) => response.writeHead(200).end("{}")],
    [
      "larger than any",
      (_, response) => response.writeHead(200, { "content-type": "application/json" }).end("x".repeat(70_000)),
    ],
    [
      "a redirect to another host",
      (_, response) => response.writeHead(302, { location: "http://localhost:9/oembed" }).end(),
    ],
    ["a redirect to nowhere", (_, response) => response.writeHead(302).end()],
    ["a redirect in a circle", (request, response) => response.writeHead(302, { location: request.url ?? "" }).end()],
    ["cut off", (request) => request.socket.destroy()],
  ])("an answer that is %s says nothing", async (_, listener) => {
    expect(await ask(await serve(listener))).toEqual({ type: "unreachable" });
  });

  test("a redirect on the same host is followed", async () => {
    const origin = await serve((request, response) => {
      if (request.url === "/elsewhere") json(request, response);
      else response.writeHead(302, { location: "/elsewhere" }).end();
    });
    expect(await ask(origin)).toMatchObject({ type: "answer" });
  });

  test("an answer that does not come, or drips, is given up", async () => {
    expect(await ask(await serve(() => undefined), 50)).toEqual({ type: "unreachable" });
  });

  test("nobody there says nothing", async () => {
    expect(await ask("http://127.0.0.1:9")).toEqual({ type: "unreachable" });
  });
});
