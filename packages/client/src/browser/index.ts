/** Kith as a full peer in a page. Everything an embedder needs comes from here. */
export type {
  AccountStatus,
  Candidate,
  Chat,
  Client,
  ClientEvent,
  Contact,
  LookupResult,
  Message,
  MethodName,
  Methods,
  Publication,
  RelayStatus,
  Who,
} from "../client.ts";
export type { Messenger } from "../messenger.ts";
export { MessengerError, type MessengerErrorCode, type MessengerErrorDetails } from "../messenger-error.ts";
export { parseRelayAddress } from "../methods/relay-methods.ts";
export { DEFAULT_NETWORK_PARAMETERS, type NetworkParameters } from "../network-parameters.ts";
export type { LineCarrier } from "../rpc/line-carrier.ts";
export { serveClient } from "../rpc/serve-client.ts";
export {
  createMessenger,
  type EmbeddedMessenger,
  eraseMessenger,
  MESSENGER_DEFAULTS,
  type MessengerOptions,
} from "./create-messenger.ts";
export type { ClientEventOf, ClientEventType } from "./listeners.ts";
