import { copyFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { get } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { makeTemporaryFolder } from "../testing/temporary-folder.ts";
import { SourceAddresses } from "./source-addresses.ts";
import { openWebFront, type WebFront, type WebFrontOptions } from "./web-front.ts";

const PEM = fileURLToPath(new URL("./testing/", import.meta.url));

interface Inner {
  readonly port: number;
  /** Ports from which connections came. */
  readonly ports: number[];
}

/** A relay's WebSocket port: repeats what it gets. */
async function startInner(): Promise<Inner> {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  const ports: number[] = [];
  sockets.on("connection", (socket, request) => {
    ports.push(request.socket.remotePort ?? 0);
    socket.on("message", (data) => socket.send(data));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const each of sockets.clients) each.terminate();
    server.close();
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new TypeError("no port");
  return { port: address.port, ports };
}

async function openFront(
  changes: Partial<WebFrontOptions> = {},
): Promise<{ front: WebFront; sources: SourceAddresses; inner: Inner; certificates: unknown[] }> {
  const inner = await startInner();
  const sources = new SourceAddresses();
  const certificates: unknown[] = [];
  const front = await openWebFront({
    host: "127.0.0.1",
    port: 0,
    tls: { certificate: join(PEM, "first.cert.pem"), key: join(PEM, "first.key.pem") },
    isBehindProxy: false,
    wsPort: inner.port,
    sources,
    handle: (_, response) => response.end("page"),
    onCertificate: (outcome) => certificates.push(outcome),
    ...changes,
  });
  onTestFinished(() => front.close());
  return { front, sources, inner, certificates };
}

function dial(url: string, headers: Record<string, string> = {}): WebSocket {
  const socket = new WebSocket(url, { rejectUnauthorized: false, headers });
  onTestFinished(() => socket.terminate());
  return socket;
}

function echoed(socket: WebSocket, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("message", (data) => resolve(String(data)));
    socket.once("open", () => socket.send(text));
  });
}

/** Fingerprint of the certificate that a new connection sees, and the body of the page. */
function look(port: number): Promise<{ fingerprint: string; body: string }> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, rejectUnauthorized: false, agent: false as const };
    get(options, (response: IncomingMessage) => {
      const fingerprint = (
        response.socket as unknown as { getPeerCertificate(): { fingerprint256: string } }
      ).getPeerCertificate().fingerprint256;
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve({ fingerprint, body }));
    }).on("error", reject);
  });
}

describe("the web front", () => {
  test("serves pages and WebSocket connections over TLS on one port", async () => {
    const { front, inner, sources } = await openFront();
    expect((await look(front.port)).body).toBe("page");
    const socket = dial(`wss://127.0.0.1:${front.port}/`);
    expect(await echoed(socket, "over TLS")).toBe("over TLS");
    expect(sources.find(inner.ports[0] ?? 0)).toMatch(/127\.0\.0\.1$/);
    socket.close();
    await vi.waitFor(() => expect(sources.size).toBe(0));
  });

  test("behind a proxy the client is the last address that the proxy names", async () => {
    const { front, inner, sources } = await openFront({ tls: null, isBehindProxy: true });
    const socket = dial(`ws://127.0.0.1:${front.port}/`, { "X-Forwarded-For": "198.51.100.1, 203.0.113.9" });
    expect(await echoed(socket, "x")).toBe("x");
    expect(sources.find(inner.ports[0] ?? 0)).toBe("203.0.113.9");
    expect(sources.find(1)).toBeUndefined();
  });

  test.each([
    ["a proxy that names nobody", "/", {}],
    ["another path", "/rpc", { "X-Forwarded-For": "203.0.113.9" }],
    ["an address that is none", "/", { "X-Forwarded-For": "unknown" }],
  ])("%s is not let through", async (_, path, headers) => {
    const { front, inner } = await openFront({ tls: null, isBehindProxy: true });
    const socket = dial(`ws://127.0.0.1:${front.port}${path}`, headers as Record<string, string>);
    await expect(echoed(socket, "x")).rejects.toThrow("404");
    expect(inner.ports).toEqual([]);
  });

  test("a connection ends when the relay's side ends, and with the front", async () => {
    const { front, sources } = await openFront();
    const socket = dial(`wss://127.0.0.1:${front.port}/`);
    await echoed(socket, "x");
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await front.close();
    await closed;
    expect(sources.size).toBe(0);
  });

  test("a busy port is said at the start", async () => {
    const { front } = await openFront();
    await expect(openFront({ port: front.port })).rejects.toMatchObject({ code: "PORT_BUSY" });
  });

  test("bytes that are no HTTP end that connection only", async () => {
    const { front } = await openFront({ tls: null, isBehindProxy: true });
    const socket = connect(front.port, "127.0.0.1");
    const ended = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined);
    socket.resume();
    socket.end(Buffer.alloc(4096, 0xff));
    await ended;
    const next = dial(`ws://127.0.0.1:${front.port}/`, { "X-Forwarded-For": "203.0.113.9" });
    expect(await echoed(next, "still here")).toBe("still here");
  });
});

describe("certificates", () => {
  async function copied(
    name: string,
  ): Promise<{ certificate: string; key: string; replace: (by: string) => Promise<void> }> {
    const folder = await makeTemporaryFolder();
    const [certificate, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    const replace = async (by: string): Promise<void> => {
      await copyFile(join(PEM, `${by}.cert.pem`), certificate);
      await copyFile(join(PEM, `${by}.key.pem`), key);
    };
    await replace(name);
    return { certificate, key, replace };
  }

  test("a renewed certificate is served without a restart, and open connections stay", async () => {
    const tls = await copied("first");
    const { front, certificates } = await openFront({ tls });
    const before = await look(front.port);
    const socket = dial(`wss://127.0.0.1:${front.port}/`);
    await echoed(socket, "x");
    await tls.replace("second");
    await front.checkCertificate();
    expect(certificates).toEqual(["reloaded"]);
    expect((await look(front.port)).fingerprint).not.toBe(before.fingerprint);
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });

  test("a wrong one is told, and the one of before stays in use", async () => {
    const tls = await copied("first");
    const { front, certificates } = await openFront({ tls });
    const before = await look(front.port);
    await writeFile(tls.certificate, "nonsense");
    await front.checkCertificate();
    expect(certificates).toEqual([expect.objectContaining({ code: "CERTIFICATE" })]);
    expect((await look(front.port)).fingerprint).toBe(before.fingerprint);
  });

  test("at the start a missing file, or a key of another certificate, is refused", async () => {
    const certificate = join(PEM, "first.cert.pem");
    for (const key of [join(PEM, "none.pem"), join(PEM, "second.key.pem")]) {
      await expect(openFront({ tls: { certificate, key } })).rejects.toMatchObject({ code: "CERTIFICATE" });
    }
  });
});
