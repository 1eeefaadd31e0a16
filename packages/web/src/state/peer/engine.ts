/** The engine and its network: the large part of the app, loaded when a tab is the one that holds it. */
import {
  createMessenger,
  DEFAULT_NETWORK_PARAMETERS,
  type Messenger,
  MessengerError,
  type MessengerOptions,
  type NetworkParameters,
  parseRelayAddress,
} from "@kith/client/browser";
import { callService } from "@kith/client/call";
import { openGroups } from "@kith/client/group";
import { openSearch } from "@kith/client/search";
import type { OfferedNetwork } from "../origin.ts";
import { ServedTabs } from "./served-tabs.ts";

type RelayRef = NetworkParameters["seedRelays"][number];

/** An open engine, and the tabs it serves. */
export interface OpenEngine {
  readonly messenger: Messenger;
  readonly tabs: ServedTabs;
}

/** More addresses than one relay needs; others are left out. */
const MAX_ADDRESSES = 3;

/**
 * Opens the engine of this browser over a network. @param onWiped called when the browser deletes the data under it.
 * @throws MessengerError as `createMessenger`.
 */
export async function openEngine(
  { netId, parameters, relays }: OfferedNetwork,
  acceptsWipe: boolean,
  onWiped: () => void,
): Promise<OpenEngine> {
  const messenger = await createMessenger({
    parameters: {
      ...DEFAULT_NETWORK_PARAMETERS,
      ...parameters,
      netId: netId as NetworkParameters["netId"],
      seedRelays: groupRelays(relays),
    },
    openCalls: callService,
    openGroups,
    openSearch,
    loadFileRelays: async () => (await import("@kith/client/file-relays")).openFileRelays,
    loadChangeDesk: async () => (await import("@kith/client/trust")).changeDesk,
    loadExtras,
    loadOwnSync: async () => (await import("@kith/client/devices")).openOwnDevices,
    loadContactBackup: async () => (await import("@kith/client/contact-backup")).openContactBackup,
    acceptsWipe,
    onWiped,
  });
  return { messenger, tabs: new ServedTabs(messenger) };
}

/** What a page does not need from the start. */
async function loadExtras(): ReturnType<NonNullable<MessengerOptions["loadExtras"]>> {
  const [archive, backup, devices, recovery, storage, talk, trust] = await Promise.all([
    import("@kith/client/archive"),
    import("@kith/client/backup"),
    import("@kith/client/devices"),
    import("@kith/client/recovery"),
    import("@kith/client/storage"),
    import("@kith/client/talk"),
    import("@kith/client/trust"),
  ]);
  const all = [
    archive.openArchives(),
    backup.openBackups(),
    devices.createDevices,
    recovery.recoveryMethods,
    storage.openStorage(),
    talk.openTalk(),
    trust.trustMethods(),
  ];
  return (inside) => Object.assign({}, ...all.map((make) => make(inside)));
}

/** One entry for each relay; what is no address of a relay is left out. */
function groupRelays(addresses: readonly string[]): readonly RelayRef[] {
  const byRelay = new Map<RelayRef["relay"], string[]>();
  for (const { relay, addresses: some } of addresses.flatMap(readAddress)) {
    byRelay.set(relay, [...new Set([...(byRelay.get(relay) ?? []), ...some])].slice(0, MAX_ADDRESSES));
  }
  return [...byRelay].map(([relay, some]) => ({ relay, addresses: some }));
}

function readAddress(address: string): readonly RelayRef[] {
  try {
    return [parseRelayAddress(address)];
  } catch (error) {
    if (error instanceof MessengerError && error.code === "RELAY_ADDRESS_INVALID") return [];
    throw error;
  }
}
