/** Tells the senders of complete files that they are here, where that was not heard yet. */
import type { Core } from "../core.ts";
import { reachOf, tellDone } from "./fetcher.ts";
import type { FileRow } from "./file-row.ts";

/** What the senders have not heard. */
export class DoneNotes {
  readonly #core: Core;
  readonly #signal: AbortSignal;
  readonly #change: (row: FileRow) => Promise<void>;
  #isTelling = false;

  /** @param change keeps that a sender has heard it. */
  constructor(core: Core, signal: AbortSignal, change: (row: FileRow) => Promise<void>) {
    this.#core = core;
    this.#signal = signal;
    this.#change = change;
  }

  async tell(): Promise<void> {
    if (this.#isTelling) return;
    this.#isTelling = true;
    for (const row of this.#core.files.all()) {
      if (
        row.isOwn ||
        row.state !== "complete" ||
        row.isTold === true ||
        row.group !== undefined ||
        this.#signal.aborted
      )
        continue;
      for (const target of reachOf(this.#core, row.chat)) {
        const opened = await this.#core.network.open(target, "file", "once");
        if (!opened.ok) continue;
        const isTold = await tellDone(this.#core.suite, row.manifest, opened.value);
        opened.value.close();
        const now = this.#core.files.get(row);
        if (isTold && now !== undefined) await this.#change({ ...now, isTold });
      }
    }
    this.#isTelling = false;
  }
}
