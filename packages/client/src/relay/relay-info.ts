/** The relays of this device. Plain JSON like all of `client.ts`. */
import type { NoParams } from "../no-params.ts";

/** A relay this device uses. */
export interface RelayStatus {
  readonly relay: string;
  readonly addresses: readonly string[];
  readonly source: "own" | "added" | "invite" | "nearby" | "seed";
  readonly state: "connected" | "connecting" | "unreachable" | "unused";
  /** Keeps the request box. */
  readonly isBox: boolean;
  /** Chosen to keep messages for us. */
  readonly isQueue: boolean;
  /** How often it lost what it had promised to keep. */
  readonly brokenPromises: number;
}

/** Parameters and results of the methods about the relays of this device. */
export interface RelayMethods {
  "relay.list": { params: NoParams; result: readonly RelayStatus[] };
  /** @param address a multiaddr that ends in /p2p/PEERID. */
  "relay.add": { params: { address: string }; result: RelayStatus };
  "relay.remove": { params: { relay: string }; result: { removed: boolean } };
}
