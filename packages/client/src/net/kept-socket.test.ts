import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type MainHost, startMainHost } from "./host.ts";
import { startClientHost } from "./host-options.ts";
import { stopHost } from "./peer-client.ts";

/** Diallers that go on asking at a socket whose listener is gone: what ended the process before. */
const REQUESTS = 50;
const ROUNDS = 6;

describe("the UDP socket of webrtc-direct", () => {
  let dialler: Socket;
  beforeAll(async () => {
    dialler = createSocket("udp4");
    dialler.bind(0, "127.0.0.1");
    await once(dialler, "listening");
  });
  afterAll(() => void dialler.close());

  test("outlives its listener, whatever arrives, and serves the next one on its port", async () => {
    let port = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const main = await startOn(port);
      const [address] = main.host.getMultiaddrs().filter((each) => `${each}`.includes("/webrtc-direct/"));
      if (address === undefined) throw new Error("WebRTC is not there");
      const heldPort = Number(/\/udp\/(\d+)\//.exec(`${address}`)?.[1]);
      if (round > 0) expect(heldPort).toBe(port);
      port = heldPort;
      const client = await startClientHost(true);
      onTestFinished(() => stopHost(client));
      const { remotePeer } = await client.dial([address], { signal: AbortSignal.timeout(30_000) });
      expect(remotePeer.equals(main.host.peerId)).toBe(true);
      await stopHost(main.host);
      for (let count = 0; count < REQUESTS; count += 1) await ask(dialler, port, `${round}-${count}`);
    }
  });

  test("is another one for each of two listeners at once", async () => {
    const ports = (await Promise.all([startOn(0), startOn(0)])).map(({ host }) => {
      onTestFinished(() => stopHost(host));
      return /\/udp\/(\d+)\//.exec(host.getMultiaddrs().join())?.[1];
    });
    expect(new Set(ports).size).toBe(2);
  });
});

function startOn(port: number): Promise<MainHost> {
  return startMainHost({
    seed: null,
    listen: [`/ip4/127.0.0.1/udp/${port}/webrtc-direct`],
    announce: [],
    dht: "client",
    relayCircuits: false,
    gossips: false,
    discovery: [],
    prepare: async () => undefined,
  });
}

/** A STUN binding request (RFC 8489) of a connection that nobody knows. */
async function ask(from: Socket, port: number, name: string): Promise<void> {
  const ufrag = `kith/${name}`.padEnd(24, "x").replace("-", "/");
  const username = Buffer.from(`${ufrag}:${ufrag}`.padEnd(52, "y"));
  const attribute = (type: number, value: Uint8Array): Buffer => {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(type, 0);
    head.writeUInt16BE(value.length, 2);
    return Buffer.concat([head, value]);
  };
  const body = Buffer.concat([attribute(0x0006, username), attribute(0x0008, new Uint8Array(20))]);
  const head = Buffer.from("000100002112a442", "hex");
  head.writeUInt16BE(body.length, 2);
  const packet = Buffer.concat([head, Buffer.from(name.padEnd(12, "t")), body]);
  await new Promise<void>((resolve, reject) => {
    from.send(packet, port, "127.0.0.1", (error) => (error === null ? resolve() : reject(error)));
  });
}
