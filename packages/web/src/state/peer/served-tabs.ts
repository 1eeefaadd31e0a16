/** The tabs that the holder of the engine serves, each until it is gone. */
import { type Messenger, serveClient } from "@kith/client/browser";
import { TabCarrier, tabLock } from "./tab-channel.ts";

/** More tabs than anybody has open at once. */
const MAX_TABS = 64;

/** Made by the tab that holds the engine, for as long as it does. */
export class ServedTabs {
  readonly #messenger: Messenger;
  readonly #carrierByTab = new Map<string, TabCarrier>();

  constructor(messenger: Messenger) {
    this.#messenger = messenger;
  }

  /** Serves a tab from now on; one that asks again begins anew. @returns false when there are too many. */
  admit(tab: string): boolean {
    const before = this.#carrierByTab.get(tab);
    if (before === undefined && this.#carrierByTab.size >= MAX_TABS) return false;
    before?.abandon();
    const carrier = new TabCarrier(tab);
    this.#carrierByTab.set(tab, carrier);
    serveClient(this.#messenger, carrier);
    if (before === undefined) void this.#watch(tab);
    return true;
  }

  /** Ends every connection and tells the tabs. */
  close(): void {
    for (const carrier of this.#carrierByTab.values()) carrier.close();
    this.#carrierByTab.clear();
  }

  /** Gets the lock that a tab holds for its life once the tab is gone. */
  async #watch(tab: string): Promise<void> {
    await navigator.locks.request(tabLock(tab), () => undefined);
    this.#carrierByTab.get(tab)?.abandon();
    this.#carrierByTab.delete(tab);
  }
}
