/** Forgets files whose messages are gone. */
import type { Core } from "../core.ts";
import type { FileRow } from "./file-row.ts";
import { findOffer, isOffering } from "./offering.ts";

/** What becomes of them. */
export interface SweepEffects {
  /** Whether its message is not written yet. */
  isFresh(row: FileRow): boolean;
  /** Deletes what relays hold of an own file. */
  release(row: FileRow): void;
  forget(row: FileRow): Promise<void>;
}

/** Looks whether files still have their messages. */
export class FileSweeper {
  readonly #core: Core;
  readonly #effects: SweepEffects;

  constructor(core: Core, effects: SweepEffects) {
    this.#core = core;
    this.#effects = effects;
  }

  /** Looks at all files. @param said much is said in groups: only the file of this is looked at. */
  async sweep(said?: { readonly group: string; readonly id: string }): Promise<void> {
    for (const row of this.#core.files.all()) {
      if (said === undefined || (row.id === said.id && row.group === said.group)) await this.#sweepOne(row);
    }
  }

  async #sweepOne(row: FileRow): Promise<void> {
    const message = await findOffer(this.#core, row);
    if (isOffering(message) || this.#core.files.held(row) !== undefined || this.#effects.isFresh(row)) return;
    // Deleted for everyone. What vanishes stays at relays for its time there: an end before it would tell the timer.
    if (row.isOwn && message !== undefined) this.#effects.release(row);
    await this.#effects.forget(row);
  }
}
