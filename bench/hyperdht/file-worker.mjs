/**
 * hyperdht's side of W4: one end of a connection, which sends a file to whoever connects or takes one: written, synced,
 * not compared. Takes the path of the file to send, or nothing; answers like the workers of `worker-process.ts`.
 */
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import DHT from "hyperdht";
import createTestnet from "hyperdht/testnet.js";

const HOST = { host: "127.0.0.1" };
/** Longest for one file, in ms: a connection that was lost says nothing. */
const LIMIT_MS = 120_000;
/** Bytes read at once. */
const PIECE = 1024 * 1024;
const [, , source] = process.argv;

/** CPU seconds of this process so far. */
function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function serve() {
  const net = await createTestnet(3, HOST);
  const keys = DHT.keyPair();
  const server = net.nodes[0].createServer(async (socket) => {
    // Whoever takes the file goes when they have it.
    socket.on("error", () => undefined);
    for await (const piece of createReadStream(source, { highWaterMark: PIECE })) {
      if (!socket.write(piece)) await once(socket, "drain");
    }
    socket.end();
  });
  await server.listen(keys);
  process.send?.({ type: "ready", key: keys.publicKey.toString("hex"), bootstrap: net.bootstrap });
}

async function take({ key, bootstrap, path, sizeBytes }) {
  const node = new DHT({ bootstrap, ephemeral: true, ...HOST });
  const timer = setTimeout(() => process.exit(1), LIMIT_MS);
  const socket = node.connect(Buffer.from(key, "hex"));
  await once(socket, "open");
  const before = cpuSeconds();
  const startedMs = performance.now();
  const handle = await open(path, "w");
  let bytes = 0;
  for await (const piece of socket) {
    await handle.write(piece);
    bytes += piece.length;
    if (bytes >= sizeBytes) break;
  }
  await handle.sync();
  await handle.close();
  const seconds = (performance.now() - startedMs) / 1000;
  process.send?.({ type: "taken", seconds, bytes, cpuSeconds: cpuSeconds() - before });
  clearTimeout(timer);
  await node.destroy();
}

process.once("disconnect", () => process.exit(1));
process.on("message", (message) => {
  if (message.type === "stop") process.exit(0);
  if (message.type === "report") process.send?.({ type: "report", cpuSeconds: cpuSeconds() });
  if (message.type === "take") void take(message);
});
if (source !== undefined) void serve();
