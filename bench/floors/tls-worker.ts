/** One end of the TLS floor: a ping-pong and a pipelined stream of framed messages, no session, no storage. */
import { connect, createServer, type TLSSocket } from "node:tls";
import { ONLINE_WORK, type OnlineFigures } from "../online-figures.ts";
import { percentile } from "../report.ts";
import { serveWork, tellWork, type WorkerMessage } from "../worker-process.ts";
import type { Certificate } from "./certificate.ts";

/** Told by the listening end. */
export interface TlsReady extends WorkerMessage {
  readonly port: number;
}

/** Told by the sending end. */
export interface TlsDone extends WorkerMessage {
  readonly figures: OnlineFigures;
}

/** Told by either end: CPU seconds it used so far. */
export interface CpuUsed extends WorkerMessage {
  readonly cpuSeconds: number;
}

const PING = 1;
const DATA = 2;
const LAST = 3;
const RECEIPT = 4;

function frame(kind: number, size: number, value: number): Buffer {
  const bytes = Buffer.alloc(4 + size);
  bytes.writeUInt32BE(size, 0);
  bytes.writeUInt8(kind, 4);
  bytes.writeUInt32BE(value, 5);
  return bytes;
}

function readFrames(socket: TLSSocket, onFrame: (frame: Buffer) => void): void {
  let unread: Buffer = Buffer.alloc(0);
  socket.setNoDelay();
  socket.on("error", (error) => process.stderr.write(`${error.message}\n`));
  socket.on("data", (chunk: Buffer) => {
    unread = unread.length === 0 ? chunk : Buffer.concat([unread, chunk]);
    while (unread.length >= 4 && unread.length >= 4 + unread.readUInt32BE(0)) {
      const end = 4 + unread.readUInt32BE(0);
      onFrame(unread.subarray(0, end));
      unread = unread.subarray(end);
    }
  });
}

function listen(certificate: Certificate): void {
  const server = createServer({ ...certificate, minVersion: "TLSv1.3" }, (socket) => {
    let count = 0;
    readFrames(socket, (received) => {
      const kind = received.readUInt8(4);
      if (kind === PING) socket.write(received);
      else if (++count % ONLINE_WORK.confirmedTogether === 0 || kind === LAST) socket.write(frame(RECEIPT, 16, count));
    });
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new TypeError("a TCP server has a port");
    const ready: TlsReady = { type: "ready", port: address.port };
    tellWork(ready);
  });
}

async function send(port: number): Promise<OnlineFigures> {
  const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false, minVersion: "TLSv1.3" });
  await new Promise((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
  let onPong: () => void = () => undefined;
  let onReceipt: (count: number) => void = () => undefined;
  readFrames(socket, (received) => {
    if (received.readUInt8(4) === PING) onPong();
    else onReceipt(received.readUInt32BE(5));
  });
  const { warmUps, pingPongs, pipelined, maxUnconfirmed, sizeBytes } = ONLINE_WORK;
  const roundTripsMs: number[] = [];
  for (let i = 0; i < warmUps + pingPongs; i++) {
    const startedMs = performance.now();
    const answered = new Promise<void>((resolve) => {
      onPong = resolve;
    });
    socket.write(frame(PING, sizeBytes, i));
    await answered;
    if (i >= warmUps) roundTripsMs.push(performance.now() - startedMs);
  }
  const startedMs = performance.now();
  let sent = 0;
  await new Promise<void>((resolve) => {
    onReceipt = (confirmed) => {
      if (confirmed >= pipelined) resolve();
      while (sent < pipelined && sent - confirmed < maxUnconfirmed) {
        sent += 1;
        socket.write(frame(sent === pipelined ? LAST : DATA, sizeBytes, sent));
      }
    };
    onReceipt(0);
  });
  const seconds = (performance.now() - startedMs) / 1000;
  socket.destroy();
  return {
    rttP50Ms: percentile(roundTripsMs, 0.5),
    rttP99Ms: percentile(roundTripsMs, 0.99),
    messagesPerSecond: pipelined / seconds,
  };
}

const certificate = process.argv[2];
if (certificate !== undefined) listen(JSON.parse(certificate) as Certificate);
serveWork(
  {
    async run({ port }: TlsReady) {
      const done: TlsDone = { type: "done", figures: await send(port) };
      tellWork(done);
    },
    cpu() {
      const { user, system } = process.cpuUsage();
      const used: CpuUsed = { type: "cpu", cpuSeconds: (user + system) / 1e6 };
      tellWork(used);
    },
  },
  () => Promise.resolve(),
);
