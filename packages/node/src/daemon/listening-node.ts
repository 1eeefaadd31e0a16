/** What a personal node and a relay share: the listening identity, relay and directory services, and their stores. */
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, createSystemClock, cryptoSuite, randomBytes, type Store } from "@kith/client";
import { Libp2pNetwork } from "@kith/client/net";
import { type IceOffer, publicKeyToRelay, type RelayId, type RelayRef } from "@kith/protocol";
import { loadIdentitySeed } from "../config/identity-seed.ts";
import { parseRelayAddress } from "../config/relay-address.ts";
import { openDiskVault } from "../files/disk-vault.ts";
import {
  createDirectoryService,
  createRelayService,
  type DirectoryService,
  GossipDesk,
  type RelayService,
} from "../relay/index.ts";
import { openRelayStore } from "../store/node-stores.ts";
import { StunServer } from "../stun/stun-server.ts";
import type { NodeOptions, RelayOptions } from "./node-contract.ts";

/** The stores of a relay, each in a folder of its own. */
const RELAY_STORES = ["queues", "boxes", "directory", "blobs/index"] as const;

/** Where sealed units of files lie, beside their index. */
const BLOB_UNITS = "blobs/units";

/** A node that listens, with or without its relay. */
export interface ListeningNode {
  readonly network: Libp2pNetwork;
  readonly clock: Clock;
  readonly relayId: RelayId;
  /** Null when the node serves nobody but its owner. */
  readonly relay: RelayService | null;
  /** Relays given for this start. */
  readonly relays: readonly RelayRef[];
  stop(): Promise<void>;
}

interface Services {
  readonly relay: RelayService;
  readonly directory: DirectoryService;
  readonly desk: GossipDesk;
  readonly stores: readonly Store[];
  readonly stun: StunServer | null;
}

/**
 * Binds the ports and serves; `onProof` is told of accounts that showed two histories. The caller adds what it serves itself
 * before `network.start`.
 */
export async function createListeningNode(
  options: NodeOptions & Partial<RelayOptions>,
  isRelayOn: boolean,
  onProof: (proof: Uint8Array) => void = () => undefined,
): Promise<ListeningNode> {
  const { dataFolder, network: parameters } = options;
  const clock = createSystemClock();
  const seed = await loadIdentitySeed(dataFolder);
  const relayId = publicKeyToRelay(await cryptoSuite.ed25519PublicKey(seed));
  const relays = options.relays.map(parseRelayAddress).filter((each) => each !== null);
  const network = new Libp2pNetwork({
    seed,
    listen: listenAddresses(options),
    announce: options.announce,
    ...(options.findSource === undefined ? {} : { findSource: options.findSource }),
    mdns: options.isMdnsOn,
    dht: isRelayOn ? "server" : "client",
    relayCircuits: isRelayOn,
    gossips: isRelayOn,
    knownPeers: () => [...relays, ...parameters.seedRelays],
    onWarning: options.onWarning,
    onError: () => options.onWarning("a request handler failed"),
  });
  const services = isRelayOn ? await startServices(options, { seed, relayId, clock, network, onProof }) : null;
  return {
    network,
    clock,
    relayId,
    relay: services?.relay ?? null,
    relays,
    async stop() {
      await network.stop();
      services?.relay.stop();
      services?.directory.stop();
      services?.desk.stop();
      await services?.stun?.stop();
      await Promise.all((services?.stores ?? []).map((store) => store.close()));
    },
  };
}

async function startServices(
  options: NodeOptions & Partial<RelayOptions>,
  made: {
    seed: Uint8Array;
    relayId: RelayId;
    clock: Clock;
    network: Libp2pNetwork;
    onProof: (proof: Uint8Array) => void;
  },
): Promise<Services> {
  const { dataFolder, network: parameters, relayWork } = options;
  const { seed: signingSeed, relayId, clock, network, onProof } = made;
  const stores = await openStores(options);
  const [queues, boxes, shelf, blobs] = stores;
  const onError = (): void => options.onWarning("the relay could not write to its disk");
  const common = { relay: relayId, signingSeed, clock, random: randomBytes, suite: cryptoSuite, onError };
  const stun = await startStun(options);
  const makeIceOffer = options.makeIceOffer ?? (stun === null ? undefined : () => offerStun(stun));
  const relay = createRelayService({
    ...common,
    store: queues,
    boxStore: boxes,
    blobs: { store: blobs, vault: await openDiskVault(join(dataFolder, BLOB_UNITS)) },
    isDamaged: queues.missingBatches > 0,
    areBoxesDamaged: boxes.missingBatches > 0,
    limits: { ...options.limits, work: relayWork },
    ownAddresses: () => network.self(),
    prober: network,
    ...(makeIceOffer === undefined ? {} : { makeIceOffer }),
    freeDiskBytes: () => freeBytes(dataFolder),
  });
  const directory = createDirectoryService({
    ...common,
    store: shelf,
    network,
    routing: network.routing,
    parameters,
    onProof: (proof) => desk.tellProof(proof),
    onPublish: (record) => desk.tellAccount(record),
  });
  const { gossip } = network;
  const desk = new GossipDesk({ gossip, directory, relay, suite: cryptoSuite, clock, onProof });
  network.serve("relay", relay.acceptor);
  network.serve("directory", directory.acceptor);
  await Promise.all([relay.start(), directory.start()]);
  desk.start();
  return { relay, directory, desk, stores, stun };
}

type RelayStore = Awaited<ReturnType<typeof openRelayStore>>;

/** The stores of queues, boxes, claims and blobs, in this order; says what is missing in one that was damaged. */
async function openStores({
  dataFolder,
  onDamage,
  onWarning,
}: NodeOptions & Partial<RelayOptions>): Promise<readonly [RelayStore, RelayStore, RelayStore, RelayStore]> {
  const open = (name: (typeof RELAY_STORES)[number]): Promise<RelayStore> => openRelayStore(dataFolder, name);
  const [queues, boxes, claims, blobs] = RELAY_STORES;
  const stores = await Promise.all([open(queues), open(boxes), open(claims), open(blobs)]);
  const tellDamage = onDamage ?? (() => onWarning("the relay's store lost something; senders fill it up"));
  for (const [index, { missingBatches }] of stores.entries()) {
    if (missingBatches > 0) tellDamage(RELAY_STORES[index] ?? "", missingBatches);
  }
  return stores;
}

/** A node serves without it too: calls find fewer ways then. */
async function startStun({
  listen,
  onWarning,
  makeIceOffer,
}: NodeOptions & Partial<RelayOptions>): Promise<StunServer | null> {
  const { host, stunPort } = listen;
  if (stunPort === undefined || makeIceOffer !== undefined) return null;
  const stun = new StunServer({ host, port: stunPort });
  if (await stun.start()) return stun;
  onWarning(`port ${stunPort} (udp) for STUN is used by another program: calls find fewer ways`);
  return null;
}

function offerStun({ port }: StunServer): IceOffer {
  return port === null ? {} : { stunPort: port };
}

function listenAddresses({ listen: { host, wsHost = host, peerPort, wsPort } }: NodeOptions): readonly string[] {
  const ip = toMultiaddrHost(host);
  return [
    `${ip}/tcp/${peerPort}`,
    `${toMultiaddrHost(wsHost)}/tcp/${wsPort}/ws`,
    `${ip}/udp/${peerPort}/webrtc-direct`,
  ];
}

function toMultiaddrHost(host: string): string {
  return host.includes(":") ? `/ip6/${host}` : `/ip4/${host}`;
}

/** Bytes that may still be used: what is free beyond the tenth of the disk a relay leaves alone. */
async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize, blocks } = await statfs(folder);
  return bavail * bsize - (blocks * bsize) / 10;
}
