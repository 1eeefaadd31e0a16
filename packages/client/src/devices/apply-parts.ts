/** What applying the words of our other devices works on. */

import type { EarlyWords } from "./early.ts";
import type { Greeter } from "./greeter.ts";
import type { OwnDeviceBook } from "./own-device-row.ts";
import type { OwnSyncParts } from "./own-sync.ts";
import type { Registers } from "./registers.ts";

/** The parts. */
export interface ApplyParts extends OwnSyncParts {
  readonly registers: Registers;
  readonly book: OwnDeviceBook;
  readonly early: EarlyWords;
  readonly greeter: Greeter;
}
