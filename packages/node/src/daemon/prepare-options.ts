/** What comes before every start: the folder made, no second node in it, the network known, the ports chosen. */
import { prepareDataFolder } from "../config/data-folder.ts";
import { createDeviceSecretFile } from "../config/device-secret.ts";
import { finishErasure } from "../config/erasure.ts";
import { loadNetwork } from "../config/network-file.ts";
import { choosePorts, readSavedPorts, type WantedPorts } from "../config/node-config.ts";
import { refuseSecondNode } from "./host-node.ts";
import type { NodeOptions } from "./node-contract.ts";

/** A start as asked for, with its checked host and relays. */
export interface WantedStart extends Pick<NodeOptions, "announce" | "relays" | "isMdnsOn" | "onWarning"> {
  /** An absolute path; made when missing. */
  readonly dataFolder: string;
  readonly host: string;
  readonly ports: WantedPorts;
  /** Whether its relay answers STUN: at the WebSocket port's number, over UDP. */
  readonly isStunOn: boolean;
  /** A network file; the main network by default. */
  readonly networkFile: string | undefined;
}

/** Everything a node needs to know, and the ports of the local pages. */
export interface PreparedStart {
  readonly options: NodeOptions;
  readonly pagePort: number;
  readonly peerPagePort: number;
  /** The peer page's port of the last start: what peers keep in the browser is bound to it. Null at the first start. */
  readonly lastPeerPagePort: number | null;
}

/** @throws NodeError NODE_RUNNING, PORT_BUSY, DATA_FOLDER, NETWORK_FILE. */
export async function prepareOptions(wanted: WantedStart): Promise<PreparedStart> {
  const { dataFolder, host, announce, relays, isMdnsOn, isStunOn, onWarning } = wanted;
  const network = await loadNetwork(wanted.networkFile);
  await prepareDataFolder(dataFolder);
  await refuseSecondNode(dataFolder);
  await finishErasure(dataFolder);
  const last = await readSavedPorts(dataFolder);
  const ports = await choosePorts(dataFolder, host, wanted.ports);
  const options: NodeOptions = {
    dataFolder,
    deviceSecret: createDeviceSecretFile(dataFolder),
    network: network.parameters,
    relayWork: network.relayWork,
    overriddenParameters: network.overridden,
    listen: { host, peerPort: ports.peer, wsPort: ports.ws, ...(isStunOn ? { stunPort: ports.ws } : {}) },
    announce,
    relays,
    isMdnsOn,
    onWarning,
  };
  return { options, pagePort: ports.page, peerPagePort: ports.peerPage, lastPeerPagePort: last?.peerPage ?? null };
}
