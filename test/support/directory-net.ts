/** Directory nodes on loopback, as a relay serves them: libp2p over TCP, the DHT, the directory service. One process. */
import { randomBytes } from "node:crypto";
import { type Acceptor, type Channel, createSystemClock, cryptoSuite, type Network } from "@kith/client";
import { Libp2pNetwork } from "@kith/client/net";
import { MemoryStore } from "@kith/client/testing";
import { type NetId, publicKeyToRelay, type RelayRef } from "@kith/protocol";
import type { DirectoryService } from "../../packages/node/src/relay/directory-contract.ts";
import type { DirectoryLimits } from "../../packages/node/src/relay/directory-limits.ts";
import { createDirectoryService } from "../../packages/node/src/relay/directory-service.ts";
import { GossipDesk } from "../../packages/node/src/relay/gossip-desk.ts";
import { type Claimant, createRecord, type RecordParts } from "../../packages/node/src/relay/testing/claimants.ts";

/** What the nodes agreed on. */
export const PARAMETERS = { netId: "directory-net" as NetId, claimBits: 8 };

/** Peers that a fresh node is told of. */
const KNOWN_PEERS = 3;

/** One source may bring what it likes where all sources are one machine. */
const OPEN_LIMITS: Partial<DirectoryLimits> = {
  sourceBurstBytes: 2 ** 30,
  sourceBytesPerSecond: 2 ** 30,
  walksPerMinute: 1_000_000,
  walkBurst: 1_000_000,
};

/** What a node has cost so far. */
export interface NodeFigures {
  walkRequests: number;
  hops: number;
  directoryRequests: number;
}

/** One node. */
export interface DirectoryNode {
  readonly ref: RelayRef;
  readonly network: Libp2pNetwork;
  readonly service: DirectoryService;
  readonly store: MemoryStore;
  /** Proofs that came, from here or from others. */
  readonly proofs: readonly Uint8Array[];
  readonly figures: NodeFigures;
  stop(): Promise<void>;
}

/** How a node is started. */
export interface NodeParts {
  readonly seed?: Uint8Array;
  readonly knows: readonly RelayRef[];
  readonly netId?: NetId;
  /** Neither puts anything at others nor asks them: what others learn, they learn by gossip. */
  readonly isSilent?: boolean;
  /** A node that serves nobody asks others and is asked by none. */
  readonly isClient?: boolean;
  readonly limits?: Partial<DirectoryLimits>;
  /** Answers in place of the directory service: somebody who lies. */
  readonly acceptor?: Acceptor;
}

/** Starts a node. */
export async function startDirectoryNode({
  seed = randomBytes(32),
  knows,
  netId = PARAMETERS.netId,
  isSilent = false,
  isClient = false,
  limits,
  acceptor,
}: NodeParts): Promise<DirectoryNode> {
  const relay = publicKeyToRelay(await cryptoSuite.ed25519PublicKey(seed));
  const figures: NodeFigures = { walkRequests: 0, hops: 0, directoryRequests: 0 };
  const known = shuffled(knows).slice(0, KNOWN_PEERS);
  const network = new Libp2pNetwork({
    ...(isClient ? {} : { seed }),
    listen: isClient ? [] : ["/ip4/127.0.0.1/tcp/0"],
    mdns: false,
    dht: isClient ? "client" : "server",
    gossips: !isClient,
    knownPeers: () => (isSilent ? knows : known),
    onWalk({ requests, hops }) {
      figures.walkRequests += requests;
      figures.hops = Math.max(figures.hops, hops);
    },
  });
  const proofs: Uint8Array[] = [];
  const store = new MemoryStore();
  const clock = createSystemClock();
  const suite = cryptoSuite;
  const service: DirectoryService = createDirectoryService({
    relay,
    signingSeed: seed,
    store,
    clock,
    random: (count) => new Uint8Array(randomBytes(count)),
    suite,
    network: countingNetwork(network, figures),
    routing: isSilent ? { closestPeers: async () => [], estimatedNodes: () => 0 } : network.routing,
    parameters: { ...PARAMETERS, netId },
    limits: { ...OPEN_LIMITS, ...limits },
    onProof: (proof) => desk.tellProof(proof),
    onPublish: (record) => desk.tellAccount(record),
  });
  const desk = new GossipDesk({
    gossip: network.gossip,
    directory: service,
    relay: NO_RELAY,
    suite,
    clock,
    onProof: (proof) => proofs.push(proof),
  });
  if (!isClient) network.serve("directory", acceptor ?? service.acceptor);
  await service.start();
  await network.start();
  const stop = async (): Promise<void> => {
    service.stop();
    await network.stop();
  };
  return { ref: network.self() ?? { relay, addresses: [] }, network, service, store, proofs, figures, stop };
}

/** These nodes hold no mail and tell no addresses. */
const NO_RELAY: ConstructorParameters<typeof GossipDesk>[0]["relay"] = {
  ownRecord: async () => null,
  rememberRelay: async () => ({ ok: false, error: { code: "relay-record-forged" } }),
};

/** Starts `count` nodes one after the other, each with some of the earlier ones known. */
export async function startDirectoryNet(count: number): Promise<DirectoryNode[]> {
  const nodes: DirectoryNode[] = [];
  for (let index = 0; index < count; index++) {
    nodes.push(await startDirectoryNode({ knows: nodes.map(({ ref }) => ref) }));
  }
  return nodes;
}

/** A record that nodes of this network take. */
export async function recordFor(
  claimant: Pick<Claimant, "device" | "chain">,
  node: Pick<DirectoryNode, "ref">,
  parts: RecordParts = {},
): Promise<Uint8Array> {
  const world = {
    random: (size: number) => new Uint8Array(randomBytes(size)),
    nowMs: Date.now(),
    netId: PARAMETERS.netId,
    relay: node.ref.relay,
  };
  return await createRecord(claimant, world, { bits: PARAMETERS.claimBits, ...parts });
}

function countingNetwork(network: Libp2pNetwork, figures: NodeFigures): Network {
  return {
    async open(target, protocol, identity) {
      const opened = await network.open(target, protocol, identity);
      return opened.ok ? { ok: true, value: counting(opened.value, figures) } : opened;
    },
    serve: (protocol, acceptor) => network.serve(protocol, acceptor),
    self: () => network.self(),
    nearby: () => network.nearby(),
    onChange: (listener) => network.onChange(listener),
  };
}

function counting(channel: Channel, figures: NodeFigures): Channel {
  return {
    peer: channel.peer,
    isOwn: channel.isOwn,
    request(frame, timeoutMs) {
      figures.directoryRequests += 1;
      return channel.request(frame, timeoutMs);
    },
    onPush: (listener) => channel.onPush(listener),
    onClose: (listener) => channel.onClose(listener),
    close: () => channel.close(),
  };
}

function shuffled<T>(items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, rank: Math.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
