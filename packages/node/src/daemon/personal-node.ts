/** A person's node: the engine, the listening identity, and usually a relay for others. */
import { join } from "node:path";
import {
  argon2id,
  type Clock,
  callService,
  cryptoSuite,
  type Extras,
  joinExtras,
  LocalSecret,
  openFileRelays,
  openMessenger,
  randomBytes,
  type Store,
  sendPath,
} from "@kith/client";
import { openContactBackup } from "@kith/client/contact-backup";
import { openGroups } from "@kith/client/group";
import { openSearch } from "@kith/client/search";
import { eraseAccount, eraseKeys, finishErasure } from "../config/erasure.ts";
import { createTableKeyFile } from "../config/table-key.ts";
import { DISK_SOURCES } from "../files/disk-sources.ts";
import { openDiskVault } from "../files/disk-vault.ts";
import { createPostFetch } from "../proof/fetch-post.ts";
import { openAccountStore } from "../store/node-stores.ts";
import { createListeningNode } from "./listening-node.ts";
import type { PersonalNode, PersonalNodeOptions } from "./node-contract.ts";
import { createRunningNode } from "./running-node.ts";

/** What a node does beyond messages. */
const SERVICES = {
  openCalls: callService,
  openGroups,
  openSearch,
  loadContactBackup: () => Promise.resolve(openContactBackup),
} as const;

/** Starts a node; resolves once it serves and its account, if any, is open or locked. */
export async function startPersonalNode(options: PersonalNodeOptions): Promise<PersonalNode> {
  const store = await openAccountStore(options.dataFolder);
  let hearProof = (_proof: Uint8Array): void => undefined;
  const node = await createListeningNode(options, options.isRelayOn, (proof) => hearProof(proof));
  const { clock, network } = node;
  const secret = createSecret(options, store, clock);
  const erased = createErased();
  const vault = await openDiskVault(join(options.dataFolder, "files"));
  await network.start();
  const client = await openMessenger({
    store,
    secret,
    tableKey: createTableKeyFile(options.dataFolder),
    network,
    clock,
    random: randomBytes,
    suite: cryptoSuite,
    parameters: options.network,
    files: { vault, sources: DISK_SOURCES, sendPath, loadRelays: () => Promise.resolve(openFileRelays) },
    eraser: {
      keys: () => eraseKeys(options.dataFolder),
      rest: async () => {
        await eraseAccount(options.dataFolder);
        erased.happen();
      },
    },
    loadExtras: () => loadExtras(options),
    loadOwnSync: async () => (await import("@kith/client/devices")).openOwnDevices,
    loadChangeDesk: async () => (await import("@kith/client/trust")).changeDesk,
    isRelay: options.isRelayOn,
    ...SERVICES,
    relays: node.relays,
  });
  hearProof = (proof) => client.hearProof(proof);
  const running = createRunningNode(options, node, client, () => client.stop());
  const stop = async (): Promise<void> => {
    await running.stop();
    await finishErasure(options.dataFolder);
  };
  return { client, files: () => client.files(), erased: erased.promise, ...running, stop };
}

function createSecret({ deviceSecret }: PersonalNodeOptions, store: Store, clock: Clock): LocalSecret {
  return new LocalSecret({ store, suite: cryptoSuite, random: randomBytes, clock, argon2id, deviceSecret });
}

/** What is not needed to start. */
async function loadExtras({ postEndpoint }: PersonalNodeOptions): Promise<Extras> {
  const [archive, backup, devices, recovery, storage, talk, trust] = await Promise.all([
    import("@kith/client/archive"),
    import("@kith/client/backup"),
    import("@kith/client/devices"),
    import("@kith/client/recovery"),
    import("@kith/client/storage"),
    import("@kith/client/talk"),
    import("@kith/client/trust"),
  ]);
  return joinExtras(
    archive.openArchives(),
    backup.createBackups(argon2id),
    devices.createDevices,
    recovery.recoveryMethods,
    storage.openStorage(),
    talk.openTalk(),
    trust.trustMethods(createPostFetch(postEndpoint === undefined ? {} : { endpoint: postEndpoint })),
  );
}

/** Tells once that everything was erased; the answer to whoever asked leaves before anybody acts on it. */
function createErased(): { readonly promise: Promise<void>; happen(): void } {
  let happen = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    happen = () => void setImmediate(resolve);
  });
  return { promise, happen: () => happen() };
}
