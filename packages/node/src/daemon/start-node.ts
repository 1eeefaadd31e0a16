/** A node inside another program: the options a person gives on the command line, as arguments with the same defaults. */
import { resolve } from "node:path";
import { NodeError } from "../config/node-error.ts";
import { parseRelayAddress } from "../config/relay-address.ts";
import type { NodeOptions, PersonalNode, RelayOptions, RunningRelay } from "./node-contract.ts";
import { prepareOptions } from "./prepare-options.ts";

/** How to start a node; everything but the folder has a default. */
export interface StartOptions {
  /** Made when missing; everything the node has is in it. */
  readonly dataFolder: string;
  /** Address to listen on; 0.0.0.0 by default. */
  readonly host?: string;
  /** TCP and UDP port, 0 for any; by default the saved one, or the next free one from 5484. */
  readonly port?: number;
  /** Port for WebSocket connections, 0 for any; by default the saved one, or the next free one from 5485. */
  readonly wsPort?: number;
  /** Addresses to tell others instead of the bound ones: multiaddrs without /p2p. */
  readonly announce?: readonly string[];
  /** Relays to use: multiaddrs that end in /p2p/PEERID. */
  readonly relays?: readonly string[];
  /** A network file; the main network by default. */
  readonly networkFile?: string;
  /** Whether to find nodes on the local network and be found there; true by default. */
  readonly isMdnsOn?: boolean;
  /** Whether its relay tells calls where they are seen (STUN), at the number of `wsPort` over UDP; true by default. */
  readonly isStunOn?: boolean;
  /** Told what does not work outside of this program; safe to print. Not told by default. */
  readonly onWarning?: (text: string) => void;
}

/** How to start a person's node. */
export interface StartNodeOptions extends StartOptions {
  /** Whether the node is a relay for others too; true by default. */
  readonly isRelayOn?: boolean;
}

/** How to start a relay. */
export interface StartRelayOptions extends StartOptions {
  /** Bounds other than the defaults, as in the configuration file of `kith relay`. */
  readonly limits?: NonNullable<RelayOptions["limits"]>;
}

/**
 * Starts a person's node in this process; resolves once it serves. Its account is made by `account.create`.
 * @throws NodeError NODE_RUNNING, PORT_BUSY, USAGE, DATA_FOLDER, NETWORK_FILE; StoreError when the store does not open.
 */
export async function startNode(options: StartNodeOptions): Promise<PersonalNode> {
  const { startPersonalNode } = await import("./personal-node.ts");
  return await startPersonalNode({ ...(await prepare(options)), isRelayOn: options.isRelayOn ?? true });
}

/** Starts a relay in this process: no person's identity. Resolves once it serves. @throws the same as `startNode`. */
export async function startRelay(options: StartRelayOptions): Promise<RunningRelay> {
  const { startRelay: start } = await import("./relay-node.ts");
  const { limits } = options;
  return await start({ ...(await prepare(options)), ...(limits === undefined ? {} : { limits }) });
}

async function prepare(given: StartOptions): Promise<NodeOptions> {
  const {
    host = "0.0.0.0",
    announce = [],
    relays = [],
    isMdnsOn = true,
    isStunOn = true,
    onWarning = () => undefined,
  } = given;
  const wrong = relays.find((address) => parseRelayAddress(address) === null);
  if (wrong !== undefined) throw new NodeError("USAGE", `a relay is a multiaddr that ends in /p2p/PEERID: "${wrong}"`);
  const { options } = await prepareOptions({
    dataFolder: resolve(given.dataFolder),
    host,
    ports: { peer: given.port, ws: given.wsPort },
    networkFile: given.networkFile,
    announce,
    relays,
    isMdnsOn,
    isStunOn,
    onWarning,
  });
  return options;
}
