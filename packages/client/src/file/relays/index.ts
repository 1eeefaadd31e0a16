/**
 * Files over relays: sealed units wait there while their sender is away. Given to a messenger as a part of its own, so
 * that a page that does without does not load it.
 * @see docs/spec/07-file.md (Over relays)
 */
import type { FileRelays, OpenFileRelays } from "../file-relays.ts";
import { fetchFromRelays, forgetAtRelays } from "./fetch-blobs.ts";
import { ParkedNotes } from "./parked-notes.ts";
import { Parker } from "./parker.ts";

export type { FileRelays, OpenFileRelays } from "../file-relays.ts";

/** Makes relays the places of files for one running account. */
export const openFileRelays: OpenFileRelays = (parts): FileRelays => {
  const { core } = parts;
  const parker = new Parker(parts, new ParkedNotes(parts));
  const stop = new AbortController();
  for (const row of core.files.all()) {
    if (row.parked !== undefined && row.state !== "offered" && row.state !== "paused") void parker.release(row);
  }
  parker.wake();
  return {
    look: () => parker.look(),
    wake: () => parker.wake(),
    release: (row) => void parker.release(row),
    fetch: (wanted, known) => fetchFromRelays(core, wanted, known),
    forget({ group, manifest }) {
      if (group === undefined) void forgetAtRelays(core, { manifest, signal: stop.signal });
    },
    async stop() {
      stop.abort();
      await parker.stop();
    },
  };
};
