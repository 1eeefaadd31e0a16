/** What keeps vanishing messages, put together over one store. */
import type { CryptoSuite } from "@kith/protocol";
import type { Clock, RandomSource } from "../ports.ts";
import { createErasableStore } from "../store/erasable-store.ts";
import { KeyTable } from "../store/key-table.ts";
import type { SealedStore } from "../store/sealed-store.ts";
import type { TableKeySource } from "../store/table-key.ts";
import { DueList } from "./due-list.ts";
import { MessageKeys } from "./message-keys.ts";
import { SpentList } from "./spent-list.ts";
import { StateKeys } from "./state-keys.ts";
import { VanishClock } from "./vanish-clock.ts";

/** The parts; `store` is the one everything else must use, so that keys are on disk with what they seal. */
export interface VanishParts {
  readonly store: SealedStore;
  readonly keys: KeyTable;
  readonly state: StateKeys;
  readonly messageKeys: MessageKeys;
  readonly due: DueList;
  readonly clock: VanishClock;
  readonly spent: SpentList;
}

/** What they are built from. */
export interface VanishSources {
  readonly store: SealedStore;
  readonly tableKey: TableKeySource;
  readonly suite: CryptoSuite;
  readonly random: RandomSource;
  readonly clock: Clock;
}

/** Opens the key table of a store. @throws StoreError STORE_TAMPERED when its key is missing or another's. */
export async function openVanishParts({ tableKey, ...sources }: VanishSources): Promise<VanishParts> {
  const { store } = sources;
  const keys = await KeyTable.open({ ...sources, source: tableKey });
  const clock = new VanishClock(sources.clock, keys.seenMs);
  const chatKey = (account: string): string => store.hideKey(account);
  const erasable = createErasableStore(store, keys);
  return {
    store: erasable,
    keys,
    clock,
    state: new StateKeys(keys, () => clock.nowMs()),
    messageKeys: new MessageKeys(keys),
    due: new DueList(erasable, chatKey),
    spent: new SpentList(),
  };
}
