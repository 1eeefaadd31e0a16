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
export {
  ENVELOPE_CLASSES,
  MAX_ADDRESSES,
  MAX_CARD_BYTES,
  MAX_CHAIN_BYTES,
  MAX_CLAIM_BYTES,
  MAX_CLAIMS_PER_KEY,
  MAX_CLOCK_SKEW_MS,
  MAX_ENVELOPES_PER_FRAME,
  MAX_FRAME_BYTES,
  MAX_IDS_PER_FRAME,
  MAX_INVITE_CHARACTERS,
  MAX_JUMP,
  MAX_JUMP_UNAUTHENTICATED,
  MAX_QUEUES_PER_FRAME,
  MAX_RECORD_LIFE_MS,
  MAX_RELAYS,
  MAX_REQUEST_TEXT_BYTES,
  MAX_TEXT_BYTES,
  MAX_UNANSWERED_REQUESTS,
  ONE_TIME_PREKEYS,
  REQUEST_BYTES,
} from "./limits.ts";
export { type Access, accessShape, WORK_OPERATIONS, workTarget } from "./relay/access.ts";
export {
  type BundleError,
  type BundleHead,
  type OneTimePrekey,
  readBundleHead,
  type SignedPrekey,
  signBundleHead,
  verifyBundleHead,
} from "./relay/bundle.ts";
export { type ChannelBinding, openingMac, receiptMac } from "./relay/proofs.ts";
export {
  publicKeyToRelay,
  type RelayRecord,
  type RelayRecordError,
  relayPublicKey,
  signRelayRecord,
  verifyRelayRecord,
} from "./relay/relay-record.ts";
export {
  type BundlePut,
  MAX_ENVELOPE_BYTES,
  type NewQueue,
  type QueueOpening,
  type RelayRequest,
  relayRequest,
  type StoredRef,
} from "./relay/requests.ts";
export {
  type Delivery,
  type PutOutcome,
  type QueueOutcome,
  type RelayErrorCode,
  type RelayInfo,
  type RelayResponse,
  relayResponse,
  type WorkBits,
} from "./relay/responses.ts";
export { err, InvariantError, ok, type Result } from "./result.ts";
