/**
 * The messenger in a page: its store in IndexedDB, its keys in the browser, its network over what browsers can dial.
 * @see docs/embedding.md
 */
import type { RelayRef } from "@kith/protocol";
import { argon2id, cryptoSuite, randomBytes } from "#crypto-backend";
import type { OpenCalls } from "../call/call-service.ts";
import type { MethodName, Methods } from "../client.ts";
import { createSystemClock } from "../clock.ts";
import type { OpenContactBackup } from "../contact-backup/contact-backup.ts";
import type { OpenOwnSync } from "../devices/own-sync.ts";
import type { Extras } from "../extras.ts";
import type { OpenFileRelays } from "../file/file-relays.ts";
import type { OpenGroups } from "../group/group-service.ts";
import { type Eraser, type Messenger, openMessenger } from "../messenger.ts";
import { BrowserNetwork } from "../net/browser-network.ts";
import { DEFAULT_NETWORK_PARAMETERS, type NetworkParameters } from "../network-parameters.ts";
import type { LoadChangeDesk } from "../people/change-desk.ts";
import type { OpenSearch } from "../search/search-service.ts";
import { createBrowserSecret } from "../store/browser-secret.ts";
import { createBrowserTableKey } from "../store/browser-table-key.ts";
import { deleteDatabase, deleteKeys } from "../store/indexed-db.ts";
import { type IndexedDbStore, openIndexedDbStore } from "../store/indexed-db-store.ts";
import { type IndexedDbVault, openIndexedDbVault, vaultName } from "../store/indexed-db-vault.ts";
import { type DeviceSecretSource, LocalSecret } from "../store/local-secret.ts";
import { openVersionedStore } from "../store/schema-version.ts";
import { StoreError } from "../store/store-error.ts";
import { toMessengerError } from "../store/store-failure.ts";
import { createWipeMarker, type WipeMarker } from "../store/wipe-marker.ts";
import { checkBrowser } from "./check-browser.ts";
import { type ClientEventOf, type ClientEventType, Listeners } from "./listeners.ts";

/** How to open a messenger in a page. */
export interface MessengerOptions {
  /** The name of its database on this origin. Each name is a person's device of its own. */
  readonly name?: string;
  /** What the members of the network agree on. */
  readonly parameters?: NetworkParameters;
  /** Relays to use from the start, like those the person adds. */
  readonly relays?: readonly RelayRef[];
  /** Links to contacts are neither made nor taken: only relays see the address of this device. */
  readonly isAddressHidden?: boolean;
  /**
   * URLs of STUN and TURN servers for links to contacts, `stun:host:port`. Without any, two pages link only inside one
   * network or at public addresses, and talk over relays otherwise. No server is asked that is not named here.
   */
  readonly iceServers?: readonly string[];
  /** `callService` of `@kith/client/call`, where calls are wanted: who does without does not load it. */
  readonly openCalls?: OpenCalls | undefined;
  /** `openGroups` of `@kith/client/group`, where groups are wanted. */
  readonly openGroups?: OpenGroups | undefined;
  /** `openSearch` of `@kith/client/search`, where messages are to be searched; without it nothing is indexed. */
  readonly openSearch?: OpenSearch | undefined;
  /**
   * Loads what leaves files at relays and fetches them from there, `async () => (await import("@kith/client/file-relays")).openFileRelays`.
   * Without it a file is fetched only while both sides are online.
   */
  readonly loadFileRelays?: (() => Promise<OpenFileRelays>) | null;
  /** Begins anew where the browser deleted an account; otherwise opening is refused with `STORE_WIPED`. */
  readonly acceptsWipe?: boolean;
  /** Loads methods that are not needed from the start, such as those of `@kith/client/backup`; without it those are unknown. */
  readonly loadExtras?: (() => Promise<Extras>) | undefined;
  /** Loads what keeps the devices of an account alike, `openOwnDevices` of `@kith/client/devices`; without it an account has one. */
  readonly loadOwnSync?: (() => Promise<OpenOwnSync>) | undefined;
  /** Loads `openContactBackup` of `@kith/client/contact-backup`; without it a recovery from the words finds no contacts. */
  readonly loadContactBackup?: (() => Promise<OpenContactBackup>) | undefined;
  /**
   * Loads what goes on with people whose account changed, and notices such changes once a day,
   * `async () => (await import("@kith/client/trust")).changeDesk`. Without it they can only be read, not answered.
   */
  readonly loadChangeDesk?: LoadChangeDesk | undefined;
  /** Called once when the database is deleted while it is open. Every call rejects with `STORE_WIPED` from then on. */
  readonly onWiped?: () => void;
}

/** A messenger in a page. */
export interface EmbeddedMessenger extends Messenger {
  /**
   * Calls a function with every new event of a type, from now on, and with those of a time in which the account was
   * locked in between. What it throws is reported as an uncaught error. @returns takes the listener away again.
   */
  on<T extends ClientEventType>(type: T, listener: (event: ClientEventOf<T>) => void): () => void;
}

/** What is used for an option that is not given. */
export const MESSENGER_DEFAULTS: Required<MessengerOptions> = Object.freeze({
  name: "main",
  parameters: DEFAULT_NETWORK_PARAMETERS,
  relays: Object.freeze([]),
  isAddressHidden: false,
  iceServers: Object.freeze([]),
  openCalls: undefined,
  openGroups: undefined,
  openSearch: undefined,
  loadFileRelays: null,
  loadExtras: undefined,
  loadOwnSync: undefined,
  loadContactBackup: undefined,
  loadChangeDesk: undefined,
  acceptsWipe: false,
  onWiped: () => undefined,
});

/** The layout of the rows; the same as that of a node's account. */
const LAYOUT_VERSION = 1;

/**
 * Makes the messenger of this page: ready when there is an account without a PIN, locked with one, else empty until
 * `account.create`. `stop` it before the page makes it again.
 * @throws MessengerError `BROWSER_UNSUPPORTED`, `STORE_LOCKED` while another tab has it open, `STORE_WIPED`,
 * `STORE_NEWER`, `STORE_CORRUPT`, `STORE_TAMPERED` or `STORE_FAILED`.
 */
export async function createMessenger(given: MessengerOptions = {}): Promise<EmbeddedMessenger> {
  checkBrowser();
  const options = { ...MESSENGER_DEFAULTS, ...given };
  try {
    return await openWith(options);
  } catch (error) {
    throw toMessengerError(error);
  }
}

/**
 * Deletes the database of a name with everything in it; a messenger that has it open is told that it was wiped.
 * @throws MessengerError STORE_FAILED.
 */
export async function eraseMessenger(name: string = MESSENGER_DEFAULTS.name): Promise<void> {
  try {
    createWipeMarker(name).clear();
    await Promise.all([deleteDatabase(name), deleteDatabase(vaultName(name))]);
  } catch (error) {
    throw toMessengerError(error);
  }
}

async function openWith(options: Required<MessengerOptions>): Promise<EmbeddedMessenger> {
  const marker = createWipeMarker(options.name);
  const wipe = new Wipe(options.onWiped);
  const store = await openStore(options, marker, () => wipe.happen());
  const { isAddressHidden, iceServers } = options;
  const network = new BrowserNetwork({
    isAddressHidden,
    iceServers,
    onError: (error) => globalThis.reportError(error),
  });
  const clock = createSystemClock();
  const common = { store, clock, random: randomBytes, suite: cryptoSuite };
  const deviceSecret = markedSecret(createBrowserSecret(store.database), marker);
  network.start();
  let vault: IndexedDbVault | null = null;
  try {
    const { parameters, relays } = options;
    const secret = new LocalSecret({ ...common, argon2id, deviceSecret });
    const tableKey = createBrowserTableKey(store.database);
    vault = await openIndexedDbVault(options.name);
    const loadRelays = options.loadFileRelays ?? undefined;
    const files = { vault, sources: null, loadRelays };
    const given = { ...common, secret, tableKey, network, parameters, relays, files };
    const eraser = createPageEraser(options.name, store.database, vault, () => wipe.happen());
    const { openCalls, openGroups, openSearch, loadExtras, loadOwnSync, loadChangeDesk, loadContactBackup } = options;
    const optional = onlyGiven({
      openCalls,
      openGroups,
      openSearch,
      loadExtras,
      loadOwnSync,
      loadChangeDesk,
      loadContactBackup,
    });
    const messenger = await openMessenger({ ...given, ...optional, eraser, isRelay: false });
    return new PageMessenger(messenger, network, wipe, vault);
  } catch (error) {
    vault?.close();
    await network.stop();
    await store.close();
    throw error;
  }
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The options that were given. */
function onlyGiven<T extends object>(options: T): Given<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<T>;
}

async function openStore(
  { name, acceptsWipe }: Required<MessengerOptions>,
  marker: WipeMarker,
  onWiped: () => void,
): Promise<IndexedDbStore> {
  const open = async (): Promise<IndexedDbStore> => {
    const store = await openIndexedDbStore({ name, onWiped });
    if (!store.isNew || !marker.isSet() || acceptsWipe) return store;
    await store.close();
    await deleteDatabase(name); // so that the next opening finds it missing again
    throw new StoreError({ code: "STORE_WIPED" });
  };
  const store = await openVersionedStore({ version: LAYOUT_VERSION, open });
  if (store.isNew) marker.clear();
  return store;
}

/** Sets the mark as soon as there is something that could be lost. */
function markedSecret(source: DeviceSecretSource, marker: WipeMarker): DeviceSecretSource {
  return {
    async load() {
      const secret = await source.load();
      marker.set();
      return secret;
    },
  };
}

/** The key that no script can read first, then the databases; whoever has the messenger open is told as of any wipe. */
function createPageEraser(name: string, database: IDBDatabase, vault: IndexedDbVault, onErased: () => void): Eraser {
  return {
    keys: () => deleteKeys(database),
    async rest() {
      vault.close();
      await eraseMessenger(name);
      onErased();
    },
  };
}

/** A database that can be deleted under the messenger that uses it. */
class Wipe {
  readonly #onWiped: () => void;
  #hasHappened = false;
  /** Ends what uses the database. */
  stop: () => Promise<void> = () => Promise.resolve();

  constructor(onWiped: () => void) {
    this.#onWiped = onWiped;
  }

  happen(): void {
    this.#hasHappened = true;
    this.stop().then(this.#onWiped, this.#onWiped);
  }

  /** @throws MessengerError STORE_WIPED ever after. */
  check(): void {
    if (this.#hasHappened) throw toMessengerError(new StoreError({ code: "STORE_WIPED" }));
  }
}

/** The messenger together with its network, its listeners and the end of its database. */
class PageMessenger implements EmbeddedMessenger {
  readonly #messenger: Messenger;
  readonly #network: BrowserNetwork;
  readonly #wipe: Wipe;
  readonly #vault: IndexedDbVault;
  readonly #listeners: Listeners;

  constructor(messenger: Messenger, network: BrowserNetwork, wipe: Wipe, vault: IndexedDbVault) {
    this.#messenger = messenger;
    this.#network = network;
    this.#wipe = wipe;
    this.#vault = vault;
    this.#listeners = new Listeners(
      (after, signal) => messenger.events(after, signal),
      (error) => globalThis.reportError(error),
    );
    wipe.stop = () => this.stop();
  }

  async call<M extends MethodName>(method: M, params: Methods[M]["params"]): Promise<Methods[M]["result"]> {
    this.#wipe.check();
    const result = await this.#messenger.call(method, params);
    if (["account.create", "account.unlock", "backup.finish"].includes(method)) this.#listeners.start();
    return result;
  }

  events(after: number, signal: AbortSignal): ReturnType<Messenger["events"]> {
    return this.#messenger.events(after, signal);
  }

  hearProof(proof: Uint8Array): void {
    this.#messenger.hearProof(proof);
  }

  files(): ReturnType<Messenger["files"]> {
    this.#wipe.check();
    return this.#messenger.files();
  }

  on<T extends ClientEventType>(type: T, listener: (event: ClientEventOf<T>) => void): () => void {
    return this.#listeners.add(type, listener);
  }

  async stop(): Promise<void> {
    this.#listeners.stop();
    await this.#messenger.stop();
    await this.#network.stop();
    this.#vault.close();
  }
}
