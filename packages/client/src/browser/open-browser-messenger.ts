/** The messenger in a page: its store in IndexedDB, its keys in the browser, its network over what browsers can dial. */
import type { RelayRef } from "@kith/protocol";
import { argon2id, cryptoSuite, randomBytes } from "#crypto-backend";
import { createSystemClock } from "../clock.ts";
import { createMessenger, type Messenger } from "../messenger.ts";
import { BrowserNetwork } from "../net/browser-network.ts";
import { DEFAULT_NETWORK_PARAMETERS, type NetworkParameters } from "../network-parameters.ts";
import { createBrowserSecret } from "../store/browser-secret.ts";
import { deleteDatabase } from "../store/indexed-db.ts";
import { type IndexedDbStore, openIndexedDbStore } from "../store/indexed-db-store.ts";
import { type DeviceSecretSource, LocalSecret } from "../store/local-secret.ts";
import { openVersionedStore } from "../store/schema-version.ts";
import { StoreError } from "../store/store-error.ts";
import { toMessengerError } from "../store/store-failure.ts";
import { createWipeMarker, type WipeMarker } from "../store/wipe-marker.ts";
import { checkBrowser } from "./check-browser.ts";

/** How to open a messenger in a page. */
export interface BrowserMessengerOptions {
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
  /** Begins anew where the browser deleted an account; otherwise opening is refused with `STORE_WIPED`. */
  readonly acceptsWipe?: boolean;
  /** Called once when the database is deleted while it is open. Every call rejects with `STORE_WIPED` from then on. */
  readonly onWiped?: () => void;
}

/** What is used for an option that is not given. */
export const BROWSER_MESSENGER_DEFAULTS: Required<BrowserMessengerOptions> = Object.freeze({
  name: "main",
  parameters: DEFAULT_NETWORK_PARAMETERS,
  relays: Object.freeze([]),
  isAddressHidden: false,
  iceServers: Object.freeze([]),
  acceptsWipe: false,
  onWiped: () => undefined,
});

/** The layout of the rows; the same as that of a node's account. */
const LAYOUT_VERSION = 1;

/**
 * Opens the messenger of this page: ready when there is an account without a PIN, locked with one, else empty until
 * `account.create`. `stop` it before the page opens it again.
 * @throws MessengerError `BROWSER_UNSUPPORTED`, `STORE_LOCKED` while another tab has it open, `STORE_WIPED`,
 * `STORE_NEWER`, `STORE_CORRUPT`, `STORE_TAMPERED` or `STORE_FAILED`.
 */
export async function openBrowserMessenger(given: BrowserMessengerOptions = {}): Promise<Messenger> {
  checkBrowser();
  const options = { ...BROWSER_MESSENGER_DEFAULTS, ...given };
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
export async function eraseBrowserMessenger(name: string = BROWSER_MESSENGER_DEFAULTS.name): Promise<void> {
  try {
    createWipeMarker(name).clear();
    await deleteDatabase(name);
  } catch (error) {
    throw toMessengerError(error);
  }
}

async function openWith(options: Required<BrowserMessengerOptions>): Promise<Messenger> {
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
  try {
    const { parameters, relays } = options;
    const secret = new LocalSecret({ ...common, argon2id, deviceSecret });
    const messenger = await createMessenger({ ...common, secret, network, parameters, relays, isRelay: false });
    return wipe.watch(messenger, network);
  } catch (error) {
    await network.stop();
    await store.close();
    throw error;
  }
}

async function openStore(
  { name, acceptsWipe }: Required<BrowserMessengerOptions>,
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

/** Ends a messenger whose database is gone, and says so ever after. */
class Wipe {
  readonly #onWiped: () => void;
  #hasHappened = false;
  #stop: () => Promise<void> = () => Promise.resolve();

  constructor(onWiped: () => void) {
    this.#onWiped = onWiped;
  }

  happen(): void {
    this.#hasHappened = true;
    this.#stop().then(this.#onWiped, this.#onWiped);
  }

  watch(messenger: Messenger, network: BrowserNetwork): Messenger {
    this.#stop = async () => {
      await messenger.stop();
      await network.stop();
    };
    const check = (): void => {
      if (this.#hasHappened) throw toMessengerError(new StoreError({ code: "STORE_WIPED" }));
    };
    return {
      call: async (method, params) => {
        check();
        return await messenger.call(method, params);
      },
      events: (after, signal) => messenger.events(after, signal),
      stop: () => this.#stop(),
    };
  }
}
