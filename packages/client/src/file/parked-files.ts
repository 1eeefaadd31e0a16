/** Own files at relays, as rows and events tell it; what brings them there is loaded when the account runs. */
import type { RelayId } from "@kith/protocol";
import { type Core, Draft } from "../core.ts";
import type { FileName, Parking } from "./file-book.ts";
import type { FileRelays } from "./file-relays.ts";
import type { FileRow } from "./file-row.ts";
import type { FilePorts } from "./files.ts";

/** How often progress is told at most, in ms. */
const TELL_INTERVAL_MS = 1_000;

/** What is told. */
export interface ParkedEvents {
  /** Files can be fetched from relays from now on. */
  onOpen(): void;
  tell(draft: Draft, name: FileName): Promise<void>;
}

/** Which own files relays hold. */
export class ParkedFiles {
  readonly #core: Core;
  readonly #ports: FilePorts;
  readonly #events: ParkedEvents;
  #relays: FileRelays | null = null;
  #isStopped = false;
  #toldAtMs = 0;

  constructor(core: Core, ports: FilePorts, events: ParkedEvents) {
    this.#core = core;
    this.#ports = ports;
    this.#events = events;
  }

  /** Null while there is nothing that works with relays. */
  get relays(): FileRelays | null {
    return this.#relays;
  }

  /** A page may not get the module now; it is asked for again when the network has changed. */
  async open(): Promise<void> {
    const { loadRelays, vault, sources } = this.#ports;
    const open = (await loadRelays?.().catch(() => null)) ?? null;
    if (open === null || this.#isStopped || this.#relays !== null) return;
    const relays = open({
      core: this.#core,
      suite: this.#core.suite,
      vault,
      sources,
      onParked: (name, held) => this.#onParked(name, held),
      onParking: (name, parking) => this.#onParking(name, parking),
    });
    this.#relays = relays;
    for (const row of this.#core.files.all()) {
      if (row.parked !== undefined && row.state !== "offered" && row.state !== "paused") relays.release(row);
    }
    this.#events.onOpen();
  }

  /** A file was decided about: nobody needs what relays hold of it any more, or it is offered again. */
  onChange(row: FileRow, before: FileRow | undefined): void {
    if (!row.isOwn || row.state === before?.state) return;
    if (row.state === "offered") this.#relays?.look();
    else if (row.state !== "paused") this.#relays?.release(row);
  }

  /** The network changed. */
  wake(): void {
    if (this.#relays === null) void this.open();
    else this.#relays.wake();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#relays?.stop();
  }

  /** Which relays hold all of an own file; none do when the list is empty. */
  async #onParked(name: FileName, relays: readonly RelayId[]): Promise<void> {
    const { files } = this.#core;
    const row = files.get(name);
    if (row === undefined || (row.parked === undefined && relays.length === 0)) return;
    const { parked: _before, ...rest } = row;
    files.setParking(name, null);
    const draft = new Draft(this.#core);
    draft.add(files.put(relays.length === 0 ? rest : { ...rest, parked: relays }));
    if (row.state === "offered") await this.#events.tell(draft, name);
    await draft.commit();
  }

  #onParking(name: FileName, parking: Parking | null): void {
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
    await this.#events.tell(draft, name);
    await draft.commit();
  }
}
