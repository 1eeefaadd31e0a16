import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { MAX_FRAME_BYTES, type RelayId, type RelayRef } from "@kith/protocol";
import { afterEach, describe, expect, it } from "vitest";
import type { Acceptor, Channel, InboundChannel } from "../ports.ts";
import { NETWORK_CONFORMANCE } from "../testing/network-conformance.ts";
import { createLibp2pNetwork, Libp2pNetwork, type Libp2pNetworkOptions } from "./libp2p-network.ts";

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

  it("a node asks another under the identity it listens under, over a connection that stays", async () => {
    const relay = await makeRelay();
    relay.serve("directory", echo);
    const node = await makeRelay();
    const opened = await node.open(selfOf(relay), "directory", "node");
    if (!opened.ok) throw new Error(opened.error.code);
    expect(await opened.value.request(Uint8Array.of(7))).toEqual({ ok: true, value: Uint8Array.of(7) });
    expect(relay.connectedPeers()).toEqual([selfOf(node).relay]);
    opened.value.close();
    const again = await node.open(selfOf(relay), "directory", "node");
    expect([again.ok, relay.connectedPeers()]).toEqual([true, [selfOf(node).relay]]);
    expect(await node.open(selfOf(relay), "relay", "node")).toEqual({ ok: false, error: { code: "unsupported" } });
  });

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

  it("tells the client behind a door of this machine by the port it came from, and others as they are", async () => {
    for (const [client, told] of [
      ["203.0.113.9", "203.0.113.9"],
      [undefined, "127.0.0.1"],
    ] as const) {
      const ports: number[] = [];
      const findSource = (port: number): string | undefined => {
        ports.push(port);
        return client;
      };
      const relay = await makeRelay([WS], { findSource });
      const ends: InboundChannel[] = [];
      relay.serve("relay", (end) => {
        ends.push(end);
        return echo(end);
      });
      const channel = await openChannel(await makeNetwork(), selfOf(relay));
      expect((await channel.request(Uint8Array.of(1))).ok).toBe(true);
      expect(ends.map((end) => end.remoteAddress)).toEqual([told]);
      expect(ports.every((port) => port > 1023)).toBe(true);
    }
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
      await expect.poll(() => relay.connectedPeers().length, { interval: 5, timeout: 30_000 }).toBe(0);
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
    await expect.poll(() => relay.connectedPeers().length, { interval: 5, timeout: 30_000 }).toBe(0);
  });

  it("serves from the first connection on when it is asked to before it starts", async () => {
    const relay = new Libp2pNetwork({ seed: randomBytes(32), listen: [TCP], mdns: false, dht: "off" });
    cleanups.push(() => relay.stop());
    relay.serve("relay", echo);
    expect(relay.self()).toBeNull();
    await relay.start();
    const channel = await openChannel(await makeNetwork(), selfOf(relay));
    expect((await channel.request(Uint8Array.of(1))).ok).toBe(true);
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
