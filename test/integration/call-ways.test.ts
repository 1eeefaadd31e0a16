/** The servers that a call is offered: at the relays of the two, over real connections, and for real where coturn is. */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { CallWays } from "@kith/client";
import { expect, onTestFinished, test } from "vitest";
import { DEFAULT_TURN } from "../../packages/node/src/config/turn-config.ts";
import type { PersonalNode } from "../../packages/node/src/daemon/node-contract.ts";
import { startRelay } from "../../packages/node/src/daemon/relay-node.ts";
import { probeStun } from "../../packages/node/src/stun/probe-stun.ts";
import { TurnServer } from "../../packages/node/src/turn/turn-server.ts";
import { freePort } from "../support/free-port.ts";
import { TcpHold } from "../support/tcp-hold.ts";
import { makeFolder, meetByInvite, nodeOptions, startPerson, tcpAddressOf } from "./nodes.ts";

const isInstalled = spawnSync("turnserver", ["--version"]).error === undefined;
// A machine without it says so: a run that tested nothing must not look like one that passed.
if (!isInstalled) process.stderr.write("a call through TURN: skipped, turnserver (package coturn) is not installed\n");

const HOST = "127.0.0.1";

/** A relay that offers what it is told to. */
async function startOffering(makeIceOffer: TurnServer["makeOffer"]): Promise<string> {
  const relay = await startRelay({ ...nodeOptions(await makeFolder(), []), makeIceOffer });
  onTestFinished(() => relay.stop());
  return tcpAddressOf(await relay.status());
}

/** Two people who use relays of their own and are none. */
async function meet(ownRelays: readonly string[], theirRelays: readonly string[]): Promise<[PersonalNode, string]> {
  const [one, two] = [
    await startPerson(await makeFolder(), ownRelays, { isRelayOn: false }),
    await startPerson(await makeFolder(), theirRelays, { isRelayOn: false }),
  ];
  const [, account] = await meetByInvite(one, two);
  return [one, account];
}

const urlsOf = ({ servers }: CallWays): readonly string[] => servers.flatMap(({ urls }) => urls);

test("a call is offered the servers of the person's own relays and of the other's, and no others", async () => {
  const turn = { port: 3001, name: "1:a", password: "secret", lifeMs: 1000 };
  const own = await startOffering(() => ({ stunPort: 3001, turn }));
  const their = await startOffering(() => ({ stunPort: 3002 }));
  const [one, account] = await meet([own], [their]);
  // Both learn of the other's relay with the first words.
  await expect.poll(async () => urlsOf(await one.client.call("call.ways", { who: account }))).toHaveLength(4);
  const { servers, isAddressHidden } = await one.client.call("call.ways", { who: account });
  expect(isAddressHidden).toBe(false);
  expect(servers).toEqual([
    { urls: [`stun:${HOST}:3001`] },
    {
      urls: [`turn:${HOST}:3001?transport=udp`, `turn:${HOST}:3001?transport=tcp`],
      username: "1:a",
      credential: "secret",
    },
    { urls: [`stun:${HOST}:3002`] },
  ]);
});

test("a call waits longer for a relay that is connected and slow where it knows no other server", async () => {
  const relay = await startOffering(() => ({ stunPort: 3001 }));
  const port = Number(/\/tcp\/(\d+)/.exec(relay)?.[1]);
  const line = new TcpHold(port);
  onTestFinished(() => line.close());
  const [one, account] = await meet([relay.replace(`/tcp/${port}`, `/tcp/${await line.listen()}`)], []);
  const ask = () => one.client.call("call.ways", { who: account });
  await expect.poll(async () => urlsOf(await ask())).toHaveLength(1);
  line.stopReading();
  const slow = ask();
  // Longer than relays are waited for where another one has answered.
  setTimeout(() => line.readOn(), 2500);
  expect(urlsOf(await slow)).toEqual([`stun:${HOST}:3001`]);
  line.stopReading();
  expect(urlsOf(await ask())).toEqual([]);
});

test("relays that offer nothing add none, and people who are not let in are offered none", async () => {
  const plain = await startRelay(nodeOptions(await makeFolder(), []));
  onTestFinished(() => plain.stop());
  const [one, account] = await meet([tcpAddressOf(await plain.status())], []);
  expect(await one.client.call("call.ways", { who: account })).toEqual({ isAddressHidden: false, servers: [] });
  await one.client.call("contact.block", { who: account });
  await expect(one.client.call("call.ways", { who: account })).rejects.toMatchObject({ code: expect.any(String) });
});

test("a relay and a personal node answer STUN where they say, and those who were told not to offer none", async () => {
  const listen = { host: HOST, peerPort: 0, wsPort: 0 };
  const relay = await startRelay(nodeOptions(await makeFolder(), [], { listen: { ...listen, stunPort: 0 } }));
  onTestFinished(() => relay.stop());
  const third = await startPerson(await makeFolder(), [], { listen: { ...listen, stunPort: 0 } });
  const [one, account] = await meet([tcpAddressOf(await relay.status())], [tcpAddressOf(await third.status())]);
  await expect
    .poll(async () => urlsOf(await one.client.call("call.ways", { who: account })), { timeout: 30_000, interval: 1000 })
    .toHaveLength(2);
  const urls = urlsOf(await one.client.call("call.ways", { who: account }));
  for (const url of urls) {
    const [, host = "", port] = url.split(":");
    expect(await probeStun(host, Number(port), 5000)).toBe(true);
  }
  expect(new Set(urls).size).toBe(2);
});

interface DataChannel {
  onOpen(listener: () => void): void;
}
interface Peer {
  createDataChannel(name: string): DataChannel;
  onLocalDescription(listener: (sdp: string, type: string) => void): void;
  onLocalCandidate(listener: (candidate: string, mid: string) => void): void;
  setRemoteDescription(sdp: string, type: string): void;
  addRemoteCandidate(candidate: string, mid: string): void;
  close(): void;
}

/** The WebRTC of Node comes with the network of the client. */
const requireFromClient = createRequire(new URL("../../packages/client/package.json", import.meta.url));
const requireFromWebRtc = createRequire(requireFromClient.resolve("@libp2p/webrtc"));
const { PeerConnection } = requireFromWebRtc("node-datachannel") as {
  PeerConnection: new (name: string, config: object) => Peer;
};

test.skipIf(!isInstalled)("a name from the relay opens its TURN server, and another password does not", async () => {
  const folder = await makeFolder();
  const config = { ...DEFAULT_TURN, port: await freePort(), allowsPrivatePeers: true };
  const server = new TurnServer({ config, host: HOST, folder: join(folder, "turn"), log: () => undefined });
  await server.start();
  onTestFinished(() => server.stop());
  const relay = await startOffering(() => server.makeOffer());
  const [one, account] = await meet([relay], [relay]);
  const { servers } = await one.client.call("call.ways", { who: account });
  const { username = "", credential = "" } = servers.at(-1) ?? {};

  /** Connects two who tell each other their relayed places alone: what they may learn of each other, they learn over it. */
  const connect = async (password: string): Promise<void> => {
    const iceServers = [{ hostname: HOST, port: config.port, username, password, relayType: "TurnUdp" }];
    const [a, b] = ["a", "b"].map((name) => {
      const peer = new PeerConnection(name, { iceServers });
      onTestFinished(() => peer.close());
      return peer;
    }) as [Peer, Peer];
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      from.onLocalDescription((sdp, type) => to.setRemoteDescription(sdp.replaceAll(/^a=candidate.*\r\n/gm, ""), type));
      from.onLocalCandidate((candidate, mid) => {
        if (candidate.includes("typ relay")) to.addRemoteCandidate(candidate, mid);
      });
    }
    const channel = a.createDataChannel("media");
    let isOpen = false;
    channel.onOpen(() => {
      isOpen = true;
    });
    await expect.poll(() => isOpen, { timeout: 30_000 }).toBe(true);
  };
  await connect(credential);
  await expect(connect("wrong")).rejects.toThrow();
});
