/** What applying the words of our other devices works on. */

import type { DeviceId, SyncItem } from "@kith/protocol";
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
  /** Tells a device that is new in the account everything but messages. */
  readonly welcome: (device: DeviceId) => void;
  /** Tells our other devices what one of them told. */
  readonly passOn: (item: SyncItem) => void;
}
