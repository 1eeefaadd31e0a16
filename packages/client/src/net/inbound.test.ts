import { randomBytes } from "node:crypto";
import { MAX_FRAME_BYTES, type RelayRef } from "@kith/protocol";
import { afterEach, describe, expect, it } from "vitest";
import type { Acceptor, Channel, InboundChannel } from "../ports.ts";
import { dialAddresses } from "./dial-addresses.ts";
import { startClientHost } from "./host-options.ts";
import { createLibp2pNetwork, type Libp2pNetwork, type Libp2pNetworkOptions } from "./libp2p-network.ts";
import { stopHost } from "./peer-client.ts";
import { PROTOCOL_IDS } from "./protocol-ids.ts";

const TCP = "/ip4/127.0.0.1/tcp/0";
const DIAL_TIMEOUT_MS = 10_000;
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

async function openChannel(from: Libp2pNetwork, to: RelayRef): Promise<Channel> {
  const opened = await from.open(to, "relay", "send");
  if (!opened.ok) throw new Error(`not opened: ${opened.error.code}`);
  return opened.value;
}

/** A libp2p stream to a relay, without the framing of a channel. */
async function openRawStream(to: RelayRef, withWebRtc = false) {
  const host = await startClientHost(withWebRtc);
  cleanups.push(() => stopHost(host));
  const connection = await host.dial(dialAddresses(to), { signal: AbortSignal.timeout(DIAL_TIMEOUT_MS) });
  return await connection.newStream(PROTOCOL_IDS.relay);
}

const echo: Acceptor = () => async (request) => request;

describe("the serving side of a channel", () => {
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
      const stream = await openRawStream(selfOf(relay), true);
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
      await expect.poll(() => running === 64 && isBounded(), { interval: 10, timeout: 30_000 }).toBe(true);
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

  it("tells an acceptor that throws and refuses its channel", async () => {
    const errors: unknown[] = [];
    const relay = await makeRelay([TCP], { onError: (error) => errors.push(error) });
    const bug = new Error("a bug");
    relay.serve("relay", () => {
      throw bug;
    });
    const opened = await (await makeNetwork()).open(selfOf(relay), "relay", "send");
    const answer = opened.ok ? await opened.value.request(Uint8Array.of(1)) : opened;
    expect(answer).toEqual({ ok: false, error: { code: "closed" } });
    expect(new Set(errors)).toEqual(new Set([bug]));
  });
});
