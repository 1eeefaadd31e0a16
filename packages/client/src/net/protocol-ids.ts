/** The libp2p names of Kith's protocols. */
import type { KithProtocol } from "../ports.ts";

/** The stream protocol id of each protocol (docs/spec: transport). */
export const PROTOCOL_IDS: Readonly<Record<KithProtocol, string>> = Object.freeze({
  relay: "/kith/relay/1.0.0",
  directory: "/kith/directory/1.0.0",
  direct: "/kith/direct/1.0.0",
  file: "/kith/file/1.0.0",
});

/** The DHT's protocol id; Kith uses it to find peers close to a key and for nothing else. */
export const DHT_PROTOCOL_ID = "/kith/kad/1.0.0";
