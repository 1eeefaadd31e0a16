/** The floor of the disk for a relay: envelopes appended to one file and synced, with nothing to find them again. */
import { closeSync, fdatasyncSync, openSync, writevSync } from "node:fs";
import { join } from "node:path";
import { STORED_WORK } from "../stored-figures.ts";

/** Most envelopes that wait for one sync: a relay's group commit takes as many. */
const GROUP = 128;

/** Appends all envelopes in groups. @returns envelopes a second. */
export async function takeSyncedLog(folder: string): Promise<number> {
  const { envelopes, envelopeBytes } = STORED_WORK;
  const file = openSync(join(folder, "synced-log"), "w");
  const group = Array.from({ length: GROUP }, (_, index) => new Uint8Array(envelopeBytes).fill(index));
  const startedMs = performance.now();
  for (let written = 0; written < envelopes; written += GROUP) {
    writevSync(file, group.slice(0, Math.min(GROUP, envelopes - written)));
    fdatasyncSync(file);
  }
  const seconds = (performance.now() - startedMs) / 1000;
  closeSync(file);
  return envelopes / seconds;
}
