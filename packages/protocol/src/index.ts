/** The public surface of the Kith protocol. */
export { concat, equalBytes, fromBase64Url, fromHex, toBase64Url, toHex, utf8 } from "./bytes.ts";
export type { CborError, CborValue } from "./codec/cbor.ts";
export {
  bool,
  bytes,
  type DecodeError,
  decodeAs,
  encodeAs,
  field,
  list,
  oneOf,
  optional,
  record,
  type Shape,
  text,
  uint,
  union,
  utf8Length,
} from "./codec/schema.ts";
export { nobleSuite } from "./crypto/noble.ts";
export type { CryptoSuite, Encapsulation, Kem, KeyPair, MaybePromise, RandomBytes } from "./crypto/suite.ts";
export { xeddsaSign, xeddsaToEd25519 } from "./crypto/xeddsa.ts";
export {
  type AccountId,
  accountId,
  type BoxId,
  boxId,
  type ContentId,
  contentId,
  type DeviceId,
  deviceId,
  type EnvelopeId,
  envelopeId,
  type QueueId,
  queueId,
  type RelayId,
  type RelayRef,
  relayId,
  relayRef,
} from "./ids.ts";
export { err, InvariantError, ok, type Result } from "./result.ts";
