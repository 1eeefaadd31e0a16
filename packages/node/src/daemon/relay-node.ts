/** A relay: listens, serves relay and directory, and has no person's identity. */
import { createListeningNode } from "./listening-node.ts";
import type { RelayOptions, RunningRelay } from "./node-contract.ts";
import { createRunningNode } from "./running-node.ts";

/** Starts a relay; resolves once it serves. */
export async function startRelay(options: RelayOptions): Promise<RunningRelay> {
  const node = await createListeningNode(options, true);
  await node.network.start();
  const { relay, network } = node;
  if (relay === null) throw new TypeError("a relay serves");
  return {
    ...createRunningNode(options, node, null, () => Promise.resolve()),
    metrics: () => relay.metrics(),
    health: () => relay.health(),
    peers: () => network.connectedPeers().length,
    addresses: () => network.self()?.addresses ?? [],
    wsPort: options.listen.wsPort,
  };
}
