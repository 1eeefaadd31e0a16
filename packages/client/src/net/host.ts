/** Builds the libp2p host of a node: the one that listens. Its limits live here. */
import { InvariantError } from "@kith/protocol";
import { circuitRelayServer } from "@libp2p/circuit-relay-v2";
import { generateKeyPairFromSeed } from "@libp2p/crypto/keys";
import { identify, identifyPush } from "@libp2p/identify";
import type { Connection, Libp2p, PeerDiscovery, PrivateKey } from "@libp2p/interface";
import { kadDHT, passthroughMapper, type SingleKadDHT } from "@libp2p/kad-dht";
import { ping } from "@libp2p/ping";
import { createLibp2p, type Libp2pOptions } from "libp2p";
import { transportOf } from "./addresses.ts";
import { type GossipService, makeGossip } from "./gossip.ts";
import { ADDRESS_DIAL_TIMEOUT_MS } from "./host-contract.ts";
import { commonOptions } from "./host-options.ts";
import { DHT_PROTOCOL_ID } from "./protocol-ids.ts";

/** Connections a listening host keeps. */
const MAX_CONNECTIONS = 5_000;

/** New connections a second from one address: many people share one behind a carrier's NAT. */
const INBOUND_PER_SECOND = 200;

/** Handshakes under way at once. */
const MAX_PENDING_CONNECTIONS = 500;

/** How often a host asks whether the other side still lives, in ms: a relay has thousands to ask. */
const PING_INTERVAL_MS = 45_000;

/** Circuits introduce peers and carry nothing else: 128 KiB, two minutes. */
const CIRCUIT_LIMITS = {
  maxReservations: 512,
  defaultDurationLimit: 2 * 60 * 1000,
  defaultDataLimit: BigInt(128 * 1024),
};

/** How this process takes part in the DHT. */
export type DhtMode = "server" | "client" | "off";

/** A listening host, or one that only looks around when `listen` is empty. */
export interface MainHostOptions {
  readonly seed: Uint8Array | null;
  readonly listen: readonly string[];
  readonly announce: readonly string[];
  readonly dht: DhtMode;
  readonly relayCircuits: boolean;
  readonly gossips: boolean;
  readonly discovery: readonly ((components: never) => PeerDiscovery)[];
  /** Runs before the first connection can come in. */
  prepare(host: Libp2p): Promise<void>;
}

/** A host and the DHT that runs on it. */
export interface MainHost {
  readonly host: Libp2p;
  readonly dht: SingleKadDHT | null;
  readonly gossip: GossipService | null;
}

type Factory<T> = (components: never) => T;

/**
 * Makes and starts the host that listens.
 * @throws Error when it cannot bind its addresses.
 */
export async function startMainHost(options: MainHostOptions): Promise<MainHost> {
  const services = {
    identify: identify(),
    identifyPush: identifyPush(),
    ping: ping(),
    ...(options.dht === "off" ? {} : { dht: makeDht(options.dht) }),
    ...(options.gossips ? { gossip: makeGossip() } : {}),
    ...(options.relayCircuits ? { circuits: circuitRelayServer({ reservations: CIRCUIT_LIMITS }) } : {}),
  };
  const host = await createLibp2p({
    start: false,
    ...(await commonOptions(options.listen.some((address) => address.includes("/webrtc-direct")))),
    ...(options.seed === null ? {} : { privateKey: await keyFromSeed(options.seed) }),
    addresses: { listen: [...options.listen], announce: [...options.announce] },
    // The DHT's peers all have TCP; see `dialAddresses` for why nobody is dialled by webrtc-direct then.
    connectionGater: { denyDialMultiaddr: (address) => transportOf(address.toString()) === "webrtc-direct" },
    connectionManager: {
      addressDialTimeout: ADDRESS_DIAL_TIMEOUT_MS,
      maxConnections: MAX_CONNECTIONS,
      inboundConnectionThreshold: INBOUND_PER_SECOND,
      maxIncomingPendingConnections: MAX_PENDING_CONNECTIONS,
    },
    connectionMonitor: { pingInterval: PING_INTERVAL_MS },
    peerDiscovery: [...options.discovery] as NonNullable<Libp2pOptions["peerDiscovery"]>,
    services: services as unknown as NonNullable<Libp2pOptions["services"]>,
  });
  // The package types its factory by the wider interface; every DHT it makes has a routing table.
  const { dht, gossip } = host.services as { dht?: SingleKadDHT; gossip?: GossipService };
  if (dht !== undefined) refuseRecords(dht);
  await options.prepare(host);
  try {
    await host.start();
  } catch (error) {
    await host.stop();
    throw error;
  }
  return { host, dht: dht ?? null, gossip: gossip ?? null };
}

/** The Ed25519 key of a 32-byte seed. */
export async function keyFromSeed(seed: Uint8Array): Promise<PrivateKey> {
  if (seed.byteLength !== 32) throw new RangeError(`an identity seed has 32 bytes, got ${seed.byteLength}`);
  return await generateKeyPairFromSeed("Ed25519", seed);
}

/**
 * The IP address a connection comes from; null when it comes over a relay.
 * @param findSource the client behind a port of this machine, where something of ours hands connections on.
 */
export function remoteAddressOf(
  connection: Connection,
  findSource?: (port: number) => string | undefined,
): string | null {
  const parts = connection.remoteAddr.getComponents();
  if (parts.some((part) => part.name === "p2p-circuit")) return null;
  const address = parts.find((part) => part.name === "ip4" || part.name === "ip6")?.value ?? null;
  if (findSource === undefined || address === null || !isLoopback(address)) return address;
  return findSource(Number(parts.find((part) => part.name === "tcp")?.value)) ?? address;
}

function isLoopback(address: string): boolean {
  return /^(127\.|::1$|::ffff:127\.)/.test(address);
}

/**
 * Takes the DHT's own records away: anybody could fill memory with them, and Kith uses none.
 * The package has no option for it, so this reaches into its table of handlers, and notices when that moves.
 */
function refuseRecords(dht: SingleKadDHT): void {
  const { rpc } = dht as unknown as { rpc?: { handlers?: Record<string, unknown> } };
  for (const type of ["GET_VALUE", "PUT_VALUE", "ADD_PROVIDER", "GET_PROVIDERS"]) {
    if (rpc?.handlers?.[type] === undefined) throw new InvariantError(`the DHT has no handler ${type} to take away`);
    delete rpc.handlers[type];
  }
}

function makeDht(mode: "server" | "client"): Factory<unknown> {
  return kadDHT({
    protocol: DHT_PROTOCOL_ID,
    clientMode: mode === "client",
    // Networks without any public address are normal; each reference is filtered when it is used.
    peerInfoMapper: passthroughMapper,
    initialQuerySelfInterval: 100,
  });
}
