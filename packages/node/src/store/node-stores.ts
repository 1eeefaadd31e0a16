/** The stores of a node on disk: each in a folder of its own, with a witness of its newest batch beside it. */
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { type LevelStore, openLevelStore, openVersionedStore, repairLevelStore, StoreError } from "@kith/client";
import { openWitnessFile, WITNESS_FILE } from "../relay-host/witness-file.ts";
import { findDamagedTables } from "./table-check.ts";

/** The version of the store's layout that this program writes. */
const STORE_VERSION = 1;

/**
 * Opens the store of a person. One that lost batches is refused: its sessions would go back to keys that were used.
 * @throws StoreError as `openLevelStore`.
 */
export async function openAccountStore(dataFolder: string): Promise<LevelStore> {
  const location = await prepare(dataFolder, "account");
  if ((await findDamagedTables(location)).length > 0) throw new StoreError({ code: "STORE_CORRUPT" });
  // Stores of before have no witness yet; one that was deleted cannot be told from those.
  const open = (): Promise<LevelStore> =>
    openLevelStore({ location, witness: openWitnessFile(join(location, WITNESS_FILE), "new") });
  return openVersionedStore({ version: STORE_VERSION, open });
}

/**
 * Opens a store of the relay: one that was damaged opens too, and whoever lost something is told. Damaged tables are put
 * aside; what the others and the log hold is kept.
 * @throws StoreError as `openLevelStore`.
 */
export async function openRelayStore(dataFolder: string, name: string): Promise<LevelStore> {
  const location = await prepare(dataFolder, name);
  const damaged = await findDamagedTables(location);
  for (const table of damaged) await rename(join(location, table), join(location, `${table}.damaged`));
  if (damaged.length === 0) {
    try {
      return await openDamageable(location, false);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== "STORE_CORRUPT") throw error;
    }
  }
  await repairLevelStore(location);
  return await openDamageable(location, true);
}

function openDamageable(location: string, isDamaged: boolean): Promise<LevelStore> {
  const open = (): Promise<LevelStore> => {
    const witness = openWitnessFile(join(location, WITNESS_FILE), "lost");
    return openLevelStore({ location, acceptsDamage: true, isDamaged, witness });
  };
  return openVersionedStore({ version: STORE_VERSION, open, acceptsLostVersion: isDamaged });
}

async function prepare(dataFolder: string, name: string): Promise<string> {
  const location = join(dataFolder, name);
  await mkdir(location, { recursive: true });
  return location;
}
