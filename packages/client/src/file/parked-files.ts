/** Own files at relays, as rows and events tell it; what brings them there is loaded when the account runs. */
import type { Core, Draft } from "../core.ts";
import type { FileName } from "./file-book.ts";
import type { FileRelays } from "./file-relays.ts";
import type { FileRow } from "./file-row.ts";
import type { FilePorts } from "./files.ts";

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
    this.#relays = open({
      core: this.#core,
      suite: this.#core.suite,
      vault,
      sources,
      tell: (draft, name) => this.#events.tell(draft, name),
    });
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
}
