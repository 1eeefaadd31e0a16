/** Serves the page of the tests on a loopback origin of its own, under a policy as strict as the web app's. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** Sockets to anywhere are what a peer is; everything else comes from this origin. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src ws: wss:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  "/": ["peer-page.html", "text/html; charset=utf-8"],
  "/store": ["store-page.html", "text/html; charset=utf-8"],
  "/protocol": ["protocol-page.html", "text/html; charset=utf-8"],
  "/peer-page.js": ["peer-page.js", "text/javascript"],
  "/store-page.js": ["store-page.js", "text/javascript"],
  "/protocol-page.js": ["protocol-page.js", "text/javascript"],
};

/** A served origin. */
export interface PageOrigin {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts on a free port of the loopback. */
export async function servePeerPage(folder: string): Promise<PageOrigin> {
  const server = createServer((request, response) => {
    const [file, type] = FILES[request.url ?? "/"] ?? [];
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    readFile(join(folder, file)).then(
      (body) => response.writeHead(200, { "content-security-policy": POLICY, "content-type": type }).end(body),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
