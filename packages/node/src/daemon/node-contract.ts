/** What the command line asks of a running node, and what it gives it; the composition behind it is elsewhere. */
import type { Client, LocalFiles, NetworkParameters } from "@kith/client";
import type { IceOffer, WorkBits } from "@kith/protocol";
import type { DeviceSecretFile } from "../config/device-secret.ts";
import type { RelayHealth, RelayMetrics } from "../relay/index.ts";
import type { RelayLimits } from "../relay/relay-limits.ts";
import type { PeerNetwork } from "./page-origin.ts";

/** Everything a node needs to know before it starts. */
export interface NodeOptions {
  /** Prepared: it exists and only its owner can read it. */
  readonly dataFolder: string;
  readonly deviceSecret: DeviceSecretFile;
  readonly network: NetworkParameters;
  /** Leading zero bits this node's relay asks of strangers. */
  readonly relayWork: WorkBits;
  /** `name=value` of what differs from the main network, for the status. */
  readonly overriddenParameters: readonly string[];
  readonly listen: ListenOptions;
  /** Addresses to tell others instead of the bound ones: multiaddrs without /p2p. */
  readonly announce: readonly string[];
  /** Relays given for this start: multiaddrs that end in /p2p/PEERID. */
  readonly relays: readonly string[];
  readonly isMdnsOn: boolean;
  /** Something outside of this program does not work; safe to print. */
  readonly onWarning: (text: string) => void;
}

/** Where a node listens; a port 0 is any free one. */
export interface ListenOptions {
  readonly host: string;
  /** TCP, and UDP for webrtc-direct. */
  readonly peerPort: number;
  readonly wsPort: number;
  /** Where WebSocket connections come in, when not at `host`: loopback behind a web front. */
  readonly wsHost?: string;
  /** UDP, where a node with a relay answers STUN, unless it offers another's; absent for nowhere. */
  readonly stunPort?: number;
}

/** A node of a person; the relay in it can be off. */
export interface PersonalNodeOptions extends NodeOptions {
  readonly isRelayOn: boolean;
  /** Where posts are asked about, without a query; X where none is given. */
  readonly postEndpoint?: string;
}

/** A relay: no person's identity. */
export interface RelayOptions extends NodeOptions {
  /** Bounds that its operator set; the defaults for the rest. */
  readonly limits?: Partial<Omit<RelayLimits, "work">>;
  /** The client behind a connection from this machine, by its port; undefined when it is this machine's own. */
  readonly findSource?: (port: number) => string | undefined;
  /** Told at the start when a store lost batches; its queues are then marked as degraded. */
  readonly onDamage?: (store: string, missing: number) => void;
  /** What calls are offered now; absent where there is neither STUN nor TURN. */
  readonly makeIceOffer?: () => IceOffer;
}

/** What every running node offers. */
export interface RunningNode {
  status(): Promise<NodeStatus>;
  doctor(): Promise<readonly DoctorCheck[]>;
  /** What a peer in a browser on this machine starts from: the network, and the relays it can dial. */
  peerNetwork(): PeerNetwork;
  /** Resolves after everything is written and closed; a second call waits for the first. */
  stop(): Promise<void>;
  /** Called once, after the node has stopped for whatever reason; at once when it has already. */
  onStopped(listener: () => void): void;
}

/** A running node of a person. */
export interface PersonalNode extends RunningNode {
  readonly client: Client;
  /** Files of this machine. @throws MessengerError ACCOUNT_NONE or ACCOUNT_LOCKED. */
  files(): LocalFiles;
  /** Resolves when its person had everything erased: the node is to be stopped then, which erases the rest. */
  readonly erased: Promise<void>;
}

/** A running relay. */
export interface RunningRelay extends RunningNode {
  metrics(): RelayMetrics;
  health(): RelayHealth;
  /** Peers connected now. */
  peers(): number;
  /** Multiaddrs it tells others, without /p2p. */
  addresses(): readonly string[];
  /** The port asked for for WebSocket connections. */
  readonly wsPort: number;
}

/** A node at one moment; holds no secrets and nothing of people. */
export interface NodeStatus {
  readonly version: string;
  readonly netId: string;
  readonly startedAtMs: number;
  /** Multiaddrs others can dial, with /p2p. */
  readonly listening: readonly string[];
  /** The listening identity; null when the node listens nowhere. */
  readonly relayId: string | null;
  readonly peers: number;
  readonly dhtPeers: number;
  /** Peers met on the local network. */
  readonly nearby: number;
  /** Counts of this node's own relay by name; null when it has none. */
  readonly relay: Readonly<Record<string, number>> | null;
  readonly overriddenParameters: readonly string[];
}

/** What a doctor looks at. */
export type DoctorSubject =
  | "node-version"
  | "data-folder"
  | "store"
  | "clock"
  | "ports"
  | "dial-back-tcp"
  | "dial-back-ws"
  | "dial-back-webrtc"
  | "relays"
  | "dht"
  | "claim";

/** One finding. */
export interface DoctorCheck {
  readonly subject: DoctorSubject;
  readonly state: "ok" | "warn" | "fail";
  /** What was found, in a few words: numbers, versions, own addresses. */
  readonly found: string;
}
