/** What stands between the screens and an engine, wherever it runs: a node behind a socket, this tab, or another one. */
import type { AccountStatus, Client } from "@kith/client/rpc";
import type { ReadonlySignal } from "@preact/signals";

/** Why no engine can be reached from this page until something changes. */
export type ClosedReason =
  /** The page did not come over https, nor from this machine. */
  | "insecure"
  /** The browser lacks something that a peer needs. */
  | "unsupported"
  /** Another tab holds the engine and does not answer. */
  | "busy"
  /** The browser deleted the account that was here. */
  | "wiped"
  /** The data, or another tab, is of a newer version than this page. */
  | "version"
  /** Nobody said what this page is, and nothing is remembered from before. */
  | "unreachable"
  /** The data is damaged, or was mixed with other data. */
  | "damaged"
  /** The browser does not take or give the data. */
  | "failed";

/** Where the connection stands. `refused`: this browser has no token for the node, or a wrong one. */
export type LinkState =
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  | { readonly kind: "lost"; readonly wasOpen: boolean }
  | { readonly kind: "refused"; readonly hadToken: boolean }
  | { readonly kind: "closed"; readonly reason: ClosedReason };

/** What a link tells the state of the app. */
export interface LinkListener {
  /** Called with the account's state each time an engine answers anew. */
  readonly onOpen: (status: AccountStatus) => void;
  /** Called when a call says that the account is locked or gone, which another interface may have done. */
  readonly onShut: () => void;
}

/** One link for the life of the page. */
export interface MessengerLink extends Client {
  readonly state: ReadonlySignal<LinkState>;
  /** Tries now, whatever was planned. */
  dial(): void;
  /** Lets go of what there is and tries again from the beginning. */
  redial(): void;
  /** Makes room for a new account where the browser deleted one. Only a peer has something to begin anew. */
  beginAnew?(): void;
}
