/** The status, doctor and stop of a running node, the same for a person's node and a relay. */
import type { Client, RelayStatus } from "@kith/client";
import { readVersion } from "../config/version.ts";
import type { ListeningNode } from "./listening-node.ts";
import { checkMachine } from "./local-checks.ts";
import { checkNetwork } from "./network-checks.ts";
import type { NodeOptions, RunningNode } from "./node-contract.ts";

/** Wraps a listening node; `client` is there for a person's node, `stopFirst` ends what uses the network. */
export function createRunningNode(
  options: NodeOptions,
  node: ListeningNode,
  client: Client | null,
  stopFirst: () => Promise<void>,
): RunningNode {
  const startedAtMs = Date.now();
  const listeners: (() => void)[] = [];
  let stopping: Promise<void> | null = null;
  let isStopped = false;
  return {
    async status() {
      const peers = node.network.connectedPeers().length;
      const metrics = node.relay?.metrics();
      return {
        version: await readVersion(),
        netId: options.network.netId,
        startedAtMs,
        listening: (node.network.self()?.addresses ?? []).map((address) => `${address}/p2p/${node.relayId}`),
        relayId: node.relayId,
        peers,
        dhtPeers: node.network.routingPeers,
        nearby: node.network.nearby().length,
        relay: metrics === undefined ? null : { ...metrics },
        overriddenParameters: options.overriddenParameters,
      };
    },
    async doctor() {
      const relays: readonly RelayStatus[] = client === null ? [] : await listRelays(client);
      return [
        ...(await checkMachine(options.dataFolder)),
        ...(await checkNetwork({ node, relays, hasAccount: client !== null, status: await accountStatus(client) })),
      ];
    },
    peerNetwork: () => ({ parameters: options.network, relays: findPeerRelays(options, node) }),
    stop() {
      stopping ??= (async () => {
        await stopFirst();
        await node.stop();
        isStopped = true;
        for (const listener of listeners) listener();
      })();
      return stopping;
    },
    onStopped(listener) {
      if (isStopped) listener();
      else listeners.push(listener);
    },
  };
}

/** This node's relay at addresses for browsers, on loopback too, and the relays it was given. */
function findPeerRelays({ listen: { host, wsPort }, relays }: NodeOptions, node: ListeningNode): readonly string[] {
  if (node.relay === null) return relays;
  const isOnLoopback = ["0.0.0.0", "127.0.0.1", "::"].includes(host) && wsPort !== 0;
  const own = [...(node.network.self()?.addresses ?? []), ...(isOnLoopback ? [`/ip4/127.0.0.1/tcp/${wsPort}/ws`] : [])];
  return [...own.map((address) => `${address}/p2p/${node.relayId}`), ...relays];
}

async function accountStatus(client: Client | null) {
  return client === null ? null : client.call("account.status", {});
}

async function listRelays(client: Client): Promise<readonly RelayStatus[]> {
  const { state } = await client.call("account.status", {});
  return state === "ready" ? client.call("relay.list", {}) : [];
}
