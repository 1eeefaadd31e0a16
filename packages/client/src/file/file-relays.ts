/** Files over relays, as the rest of files sees it; what does it is loaded only by those who give it to the messenger. */
import type { Core, Draft } from "../core.ts";
import type { FetchParts, KnownUnits } from "./fetch-file.ts";
import type { FileName } from "./file-book.ts";
import type { FileRow } from "./file-row.ts";
import type { UnitParts } from "./sealed-units.ts";

/** Relays as places of sealed units, for one running account. */
export interface FileRelays {
  /** Looks at the own files again: there is a new one. */
  look(): void;
  /** Tries again what did not work: the network changed. */
  wake(): void;
  /** Deletes what relays hold of an own file. */
  release(row: FileRow): void;
  /** Fetches what is missing of a file. `gone`: no relay has it; `lost`: one that may have it does not answer. */
  fetch(parts: FetchParts, known: KnownUnits): Promise<"complete" | "stopped" | "damaged" | "gone" | "lost">;
  /** Deletes what relays hold of a file that is complete here, so that nobody has to wait for its sender; not of one of a group, which others may need yet. */
  forget(row: FileRow): void;
  stop(): Promise<void>;
}

/** What they work with. */
export interface FileRelayParts extends UnitParts {
  readonly core: Core;
  /** Adds to a draft that something is new about a file. */
  tell(draft: Draft, name: FileName): Promise<void>;
}

/** Makes them. */
export type OpenFileRelays = (parts: FileRelayParts) => FileRelays;
