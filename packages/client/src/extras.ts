/** Methods that an app loads when they are first asked for: what a page of a peer does not need from the start. */
import type { AccountStatus } from "./client.ts";
import type { Engine } from "./engine.ts";
import type { MessengerParts } from "./messenger.ts";
import type { Handlers } from "./methods/handlers.ts";
import type { SealedStore } from "./store/sealed-store.ts";

/** What such methods may do with a messenger. */
export interface Inside {
  readonly parts: MessengerParts;
  /** The open account. @throws MessengerError ACCOUNT_NONE or ACCOUNT_LOCKED. */
  engine(): Engine;
  status(): AccountStatus;
  /** Tells everybody the status as it is now. */
  tellStatus(): Promise<AccountStatus>;
  /** @throws MessengerError ACCOUNT_EXISTS unless nobody lives here. */
  requireEmpty(): void;
  /** One after the other with making, unlocking, locking and stopping. */
  inTurn<T>(task: () => Promise<T>): Promise<T>;
  /** The sealed store of a device on which nobody lives. Call it in turn. */
  openEmpty(): Promise<SealedStore>;
  /** Opens the account that is in such a store now. Call it in turn. */
  adopt(store: SealedStore): Promise<Engine>;
}

/** Makes the methods of one messenger. */
export type Extras = (inside: Inside) => Partial<Handlers>;

/** Several sets of methods as one. */
export function joinExtras(...sets: readonly Extras[]): Extras {
  return (inside) => Object.assign({}, ...sets.map((make) => make(inside)));
}
