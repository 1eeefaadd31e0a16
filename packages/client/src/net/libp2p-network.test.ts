import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { MAX_FRAME_BYTES, type RelayId, type RelayRef } from "@kith/protocol";
import { afterEach, describe, expect, it } from "vitest";
import type { Acceptor, Channel, InboundChannel } from "../ports.ts";
import { NETWORK_CONFORMANCE } from "../testing/network-conformance.ts";
import { dialAddresses } from "./dial-addresses.ts";
import { startClientHost } from "./host.ts";
import { createLibp2pNetwork, type Libp2pNetwork, type Libp2pNetworkOptions } from "./libp2p-network.ts";
import { stopHost } from "./peer-client.ts";
import { PROTOCOL_IDS } from "./protocol-ids.ts";

const TCP = "/ip4/127.0.0.1/tcp/0";
const WS = "/ip4/127.0.0.1/tcp/0/ws";
const WEBRTC = "/ip4/127.0.0.1/udp/0/webrtc-direct";

const cleanups: (() => Promise<unknown> | undefined)[] = [];

afterEach(async () => {
  await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()));
});

async function makeNetwork(options: Partial<Libp2pNetworkOptions> = {}): Promise<Libp2pNetwork> {
  const network = await createLibp2pNetwork({ listen: [], mdns: false, dht: "off", ...options });
  cleanups.push(() => network.stop());
  return network;
}

async function makeRelay(listen = [TCP], options: Partial<Libp2pNetworkOptions> = {}): Promise<Libp2pNetwork> {
  return await makeNetwork({ seed: randomBytes(32), listen, ...options });
}

function selfOf(network: Libp2pNetwork): RelayRef {
  const self = network.self();
  if (self === null) throw new Error("listens nowhere");
  return self;
}

async function openChannel(from: Libp2pNetwork, to: RelayRef, identity: "send" | "once" = "send"): Promise<Channel> {
  const opened = await from.open(to, "relay", identity);
  if (!opened.ok) throw new Error(`not opened: ${opened.error.code}`);
  return opened.value;
}

/** A libp2p stream to a relay, without the framing of a channel. */
async function openRawStream(to: RelayRef) {
  const host = await startClientHost(false);
  cleanups.push(() => stopHost(host));
  return await host.dialProtocol(dialAddresses(to), PROTOCOL_IDS.relay);
}

const echo: Acceptor = () => async (request) => request;

describe("libp2p network", () => {
  for (const each of NETWORK_CONFORMANCE) {
    it(each.name, async () => {
      await each.run(async () => ({
        server: await makeRelay(),
        client: await makeNetwork(),
        settle: (promise) => promise,
      }));
    });
  }

  it.each([
    ["tcp", TCP],
    ["websockets", WS],
    ["webrtc-direct", WEBRTC],
  ])("answers requests and pushes over %s, and tells the remote's address", async (_name, listen) => {
    const relay = await makeRelay([listen]);
    const ends: InboundChannel[] = [];
    relay.serve("relay", (end) => {
      ends.push(end);
      return echo(end);
    });
    const channel = await openChannel(await makeNetwork(), selfOf(relay));
    const frames = Array.from({ length: 40 }, () => new Uint8Array(randomBytes(MAX_FRAME_BYTES)));
    const answers = await Promise.all(frames.map((frame) => channel.request(frame)));
    expect(answers.every((answer, i) => answer.ok && Buffer.compare(answer.value, frames[i] as Uint8Array) === 0)).toBe(
      true,
    );
    const pushed = new Promise((resolve) => channel.onPush(resolve));
    ends[0]?.push(Uint8Array.of(5));
    expect(await pushed).toEqual(Uint8Array.of(5));
    expect(ends.map((end) => end.remoteAddress)).toEqual(["127.0.0.1"]);
  });

  it("notices at the client that the serving process is gone", async () => {
    const relay = await makeRelay();
    relay.serve("relay", () => () => new Promise(() => undefined));
    const channel = await openChannel(await makeNetwork(), selfOf(relay));
    const pending = channel.request(Uint8Array.of(1));
    const isClosed = new Promise<void>((resolve) => channel.onClose(resolve));
    await relay.stop();
    await isClosed;
    expect(await pending).toEqual({ ok: false, error: { code: "closed" } });
  });

  it("keeps one connection per identity and peer, and different PeerIds for different identities", async () => {
    const relay = await makeRelay();
    relay.serve("relay", echo);
    const client = await makeNetwork();
    for (const identity of ["send", "send", "receive", "box"] as const) {
      expect((await client.open(selfOf(relay), "relay", identity)).ok).toBe(true);
    }
    const ids = [await client.peerIdOf("send"), await client.peerIdOf("receive"), await client.peerIdOf("box")];
    expect(new Set(ids).size).toBe(3);
    expect([...relay.connectedPeers()].sort()).toEqual(ids.sort());
  });

  it("shows the relay a fresh PeerId for every once channel, and disconnects when it closes", async () => {
    const relay = await makeRelay();
    relay.serve("relay", echo);
    const client = await makeNetwork();
    const seen = new Set<string>();
    for (let i = 0; i < 3; i++) {
      const channel = await openChannel(client, selfOf(relay), "once");
      const peers = relay.connectedPeers();
      expect(peers.length).toBe(1);
      for (const peer of peers) seen.add(peer);
      channel.close();
      await expect.poll(() => relay.connectedPeers().length, { interval: 5, timeout: 5000 }).toBe(0);
    }
    expect(seen.size).toBe(3);
  });

  it("closes the connection with its last channel and dials again for the next", async () => {
    const relay = await makeRelay();
    relay.serve("relay", echo);
    const client = await makeNetwork();
    const first = await openChannel(client, selfOf(relay));
    const second = await openChannel(client, selfOf(relay));
    first.close();
    expect((await second.request(Uint8Array.of(1))).ok).toBe(true);
    second.close();
    const third = await openChannel(client, selfOf(relay));
    expect((await third.request(Uint8Array.of(1))).ok).toBe(true);
    third.close();
    await expect.poll(() => relay.connectedPeers().length, { interval: 5, timeout: 5000 }).toBe(0);
  });

  it.each([
    ["an id that does not rise", [0, 0, 0, 4, 0, 0, 0, 0]],
    ["a payload too short for an id", [0, 0, 0, 2, 0, 1]],
    ["a length over the limit", [0, 2, 0, 0]],
  ])("resets a stream that brings %s, before its handler sees it", async (_name, bytes) => {
    const relay = await makeRelay();
    let handled = 0;
    relay.serve("relay", () => async (request) => {
      handled += 1;
      return request;
    });
    const stream = await openRawStream(selfOf(relay));
    const isClosed = new Promise<string>((resolve) => {
      stream.addEventListener("close", () => resolve(stream.status));
    });
    stream.send(Uint8Array.from(bytes));
    expect(await isClosed).toBe("reset");
    expect(handled).toBe(0);
  });

  it.each([
    ["tcp", TCP],
    ["webrtc-direct", WEBRTC],
  ])(
    "handles at most 64 requests of a channel at once over %s, and stops reading from one that floods",
    async (_name, listen) => {
      const relay = await makeRelay([listen]);
      let running = 0;
      relay.serve("relay", () => () => {
        running += 1;
        return new Promise(() => undefined);
      });
      const host = await startClientHost(true);
      cleanups.push(() => stopHost(host));
      const stream = await host.dialProtocol(dialAddresses(selfOf(relay)), PROTOCOL_IDS.relay);
      let isReset = false;
      stream.addEventListener("close", () => {
        isReset = true;
      });
      const frame = new Uint8Array(8 + 60_000);
      const head = new DataView(frame.buffer);
      head.setUint32(0, 60_004);
      for (let id = 1; id <= 200 && !isReset; id++) {
        head.setUint32(4, id);
        stream.send(frame.slice());
      }
      // Over tcp the bytes pile up at the sender; WebRTC cannot hold them back, there the flood ends the stream.
      const isBounded = () => (listen === WEBRTC ? isReset : stream.writeBufferLength > 4_000_000);
      await expect.poll(() => running === 64 && isBounded(), { interval: 10, timeout: 5000 }).toBe(true);
      expect(running).toBe(64);
      expect(isReset).toBe(listen === WEBRTC);
    },
  );

  it("cuts off a peer that does not read its pushes", async () => {
    const relay = await makeRelay();
    const inbound = new Promise<InboundChannel>((resolve) => {
      relay.serve("relay", (end) => {
        resolve(end);
        return echo(end);
      });
    });
    const stream = await openRawStream(selfOf(relay));
    stream.pause();
    const end = await inbound;
    const isClosed = new Promise<boolean>((resolve) => end.onClose(() => resolve(true)));
    for (let i = 0; i < 40; i++) end.push(new Uint8Array(60_000));
    expect(await isClosed).toBe(true);
  });

  it("refuses a push over the limit as a bug of its own", async () => {
    const relay = await makeRelay();
    const inbound = new Promise<InboundChannel>((resolve) => {
      relay.serve("relay", (end) => {
        resolve(end);
        return echo(end);
      });
    });
    const channel = await openChannel(await makeNetwork(), selfOf(relay));
    const end = await inbound;
    expect(() => end.push(new Uint8Array(MAX_FRAME_BYTES + 1))).toThrow(RangeError);
    expect((await channel.request(Uint8Array.of(1))).ok).toBe(true);
  });

  it("tells a handler that throws and closes only its channel", async () => {
    const errors: unknown[] = [];
    const relay = await makeRelay([TCP], { onError: (error) => errors.push(error) });
    const bug = new Error("a bug");
    relay.serve("relay", () => (request) => (request[0] === 0 ? Promise.reject(bug) : Promise.resolve(request)));
    const client = await makeNetwork();
    const [bad, good] = [await openChannel(client, selfOf(relay)), await openChannel(client, selfOf(relay))];
    expect(await bad.request(Uint8Array.of(0))).toEqual({ ok: false, error: { code: "closed" } });
    expect((await good.request(Uint8Array.of(1))).ok).toBe(true);
    expect(errors).toEqual([bug]);
  });

  it("dials the address that works among those that do not", async () => {
    const relay = await makeRelay();
    relay.serve("relay", echo);
    const { relay: id, addresses } = selfOf(relay);
    const client = await makeNetwork();
    const mixed = { relay: id, addresses: ["/ip4/127.0.0.1/tcp/1", "/memory/x", "no address", ...addresses] };
    expect((await client.open(mixed, "relay", "send")).ok).toBe(true);
    for (const bad of [
      { relay: id, addresses: [] },
      { relay: id, addresses: ["/memory/x"] },
      { relay: "nobody" as RelayId, addresses },
    ]) {
      expect(await client.open(bad, "relay", "receive")).toEqual({
        ok: false,
        error: { code: "unreachable", tried: bad.addresses },
      });
      expect(await client.probe(bad)).toBe(false);
    }
  });

  it("takes the next free port when one is busy, and keeps its identity", async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
    cleanups.push(() => new Promise<void>((resolve) => blocker.close(() => resolve())));
    const port = (blocker.address() as { port: number }).port;
    const seed = randomBytes(32);
    const first = await makeNetwork({ seed, listen: [`/ip4/127.0.0.1/tcp/${port}`, `/ip4/127.0.0.1/tcp/${port}/ws`] });
    const ports = first.boundAddresses.map((address) => Number(/tcp\/(\d+)/.exec(address)?.[1]));
    expect(ports.length).toBe(2);
    expect(new Set(ports).size).toBe(2);
    for (const each of ports) expect(each > port && each <= port + 20).toBe(true);
    const id = selfOf(first).relay;
    await first.stop();
    expect(first.self()).toBeNull();
    expect(selfOf(await makeNetwork({ seed, listen: [TCP] })).relay).toBe(id);
  });

  it("announces the configured addresses instead of those bound", async () => {
    const announce = ["/dns4/relay.example/tcp/443/wss"];
    const relay = await makeRelay([TCP], { announce });
    expect(selfOf(relay).addresses).toEqual(announce);
  });

  it("refuses a seed of another length", async () => {
    await expect(makeNetwork({ seed: new Uint8Array(31), listen: [TCP] })).rejects.toThrow(RangeError);
  });

  it("opens nothing after it was stopped", async () => {
    const relay = await makeRelay();
    const client = await makeNetwork();
    await client.stop();
    expect(await client.open(selfOf(relay), "relay", "once")).toEqual({ ok: false, error: { code: "closed" } });
    expect(await client.probe(selfOf(relay))).toBe(false);
  });
});
