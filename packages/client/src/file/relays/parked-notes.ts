/** Notes which relays hold an own file and how far one is on its way, in its row and for whoever looks. */
import type { RelayId } from "@kith/protocol";
import { type Core, Draft } from "../../core.ts";
import type { FileName, Parking } from "../file-book.ts";
import type { FileRelayParts } from "../file-relays.ts";

/** How often progress is told at most, in ms. */
const TELL_INTERVAL_MS = 1_000;

/** What is noted of own files. */
export class ParkedNotes {
  readonly #core: Core;
  readonly #tellOf: FileRelayParts["tell"];
  #toldAtMs = 0;

  constructor({ core, tell }: Pick<FileRelayParts, "core" | "tell">) {
    this.#core = core;
    this.#tellOf = tell;
  }

  /** Which relays hold all of an own file; none do when the list is empty. */
  async onParked(name: FileName, relays: readonly RelayId[]): Promise<void> {
    const { files } = this.#core;
    const row = files.get(name);
    if (row === undefined || (row.parked === undefined && relays.length === 0)) return;
    const { parked: _before, ...rest } = row;
    files.setParking(name, null);
    const draft = new Draft(this.#core);
    draft.add(files.put(relays.length === 0 ? rest : { ...rest, parked: relays }));
    if (row.state === "offered") await this.#tellOf(draft, name);
    await draft.commit();
  }

  /** How far one is on its way, or why it is not. */
  onParking(name: FileName, parking: Parking | null): void {
    const { files, clock } = this.#core;
    if (files.get(name)?.state !== "offered") return;
    const isNews = files.setParking(name, parking);
    const nowMs = clock.monotonicMs();
    if (!isNews && nowMs - this.#toldAtMs < TELL_INTERVAL_MS) return;
    this.#toldAtMs = nowMs;
    void this.#tell(name);
  }

  async #tell(name: FileName): Promise<void> {
    const draft = new Draft(this.#core);
    await this.#tellOf(draft, name);
    await draft.commit();
  }
}
