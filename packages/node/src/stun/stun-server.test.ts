import { createSocket } from "node:dgram";
import { once } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { probeStun } from "./probe-stun.ts";
import { encodeBindingRequest } from "./stun-message.ts";
import { StunServer } from "./stun-server.ts";

const TRANSACTION = Uint8Array.from({ length: 12 }, (_, at) => at);

async function start(host: string) {
  const server = new StunServer({ host, port: 0 });
  onTestFinished(() => server.stop());
  expect(await server.start()).toBe(true);
  return { server, port: server.port ?? 0 };
}

async function asker(kind: "udp4" | "udp6", host: string) {
  const socket = createSocket(kind);
  onTestFinished(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  socket.bind(0, host);
  await once(socket, "listening");
  return socket;
}

describe("a STUN server", () => {
  test.each([
    ["udp4", "127.0.0.1"],
    ["udp6", "::1"],
  ] as const)("tells where the request came from over %s", async (kind, host) => {
    const { port } = await start(host);
    const socket = await asker(kind, host);
    socket.send(encodeBindingRequest(TRANSACTION), port, host);
    const [answer] = (await once(socket, "message")) as [Buffer];
    expect(answer.readUInt16BE(0)).toBe(0x0101);
    expect(answer.subarray(8, 20)).toEqual(Buffer.from(TRANSACTION));
    expect(answer.readUInt16BE(26) ^ 0x2112).toBe(socket.address().port);
    const mask = answer.subarray(4, 20);
    const address = [...answer.subarray(28)].map((byte, at) => byte ^ (mask[at] ?? 0));
    expect(address).toEqual(kind === "udp4" ? [127, 0, 0, 1] : [...Array(15).fill(0), 1]);
  });

  test("answers nothing else, and one source only so often", async () => {
    const { port } = await start("127.0.0.1");
    const socket = await asker("udp4", "127.0.0.1");
    let answers = 0;
    socket.on("message", () => {
      answers += 1;
    });
    for (const packet of [Buffer.alloc(0), Buffer.alloc(20), Buffer.alloc(1400, 1), Buffer.from("hello")]) {
      socket.send(packet, port, "127.0.0.1");
    }
    for (let each = 0; each < 300; each++) socket.send(encodeBindingRequest(TRANSACTION), port, "127.0.0.1");
    // The last answers are there when the server is asked from elsewhere: it takes packets in order.
    await expect.poll(() => answers).toBeGreaterThan(50);
    expect(answers).toBeLessThan(120);
  });

  test("says when another program has its port, and is silent once it is stopped", async () => {
    const { server, port } = await start("127.0.0.1");
    const second = new StunServer({ host: "127.0.0.1", port });
    expect(await second.start()).toBe(false);
    expect(second.port).toBeNull();
    expect(await probeStun("127.0.0.1", port, 5000)).toBe(true);
    await server.stop();
    expect(server.port).toBeNull();
    expect(await probeStun("127.0.0.1", port, 300)).toBe(false);
  });
});
