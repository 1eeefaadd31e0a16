/** The public surface of the Kith protocol. */
export {
  bytesToUint32,
  compareBytes,
  concat,
  equalBytes,
  fromBase64Url,
  fromHex,
  toBase64Url,
  toHex,
  uint32ToBytes,
  utf8,
} from "./bytes.ts";
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
export { bindingOf, bindPayload, type SessionEnd, unbindPayload } from "./envelope/binding.ts";
export {
  type DirectAnswer,
  type DirectPut,
  decodeDirectAnswer,
  decodeDirectPut,
  directAck,
  encodeDirectAnswer,
  encodeDirectPut,
} from "./envelope/direct.ts";
export {
  type EnvelopeError,
  envelopeIdOf,
  MAX_SEALED_MESSAGE_BYTES,
  openEnvelope,
  sealEnvelope,
} from "./envelope/envelope.ts";
export {
  type BoxSide,
  deriveBox,
  deriveOwnerSide,
  deriveSenderSide,
  type OwnerSide,
  type QueueDescriptor,
  type QueuePlace,
  queueDescriptor,
  type SenderSide,
} from "./envelope/queue.ts";
export {
  type BoxAddress,
  type ContactRequest,
  openRequest,
  type RequestError,
  requestKeyId,
  sealRequest,
} from "./envelope/request.ts";
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
  MAX_ADDRESS_BYTES,
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
export {
  CONTENT_KINDS,
  type Content,
  type ContentView,
  contentShape,
  textContent,
  viewContent,
} from "./message/content.ts";
export {
  advanceDelivery,
  type DeliveryEvent,
  type DeliveryRecord,
  type DeliveryState,
  type FailReason,
  type OwnState,
  QUEUED,
  RECEIPTS_WANTED,
  summarizeDelivery,
} from "./message/delivery.ts";
export {
  decodePayload,
  encodePayload,
  type HeadHint,
  MAX_RECEIPTS,
  type Payload,
  type Reach,
} from "./message/payload.ts";
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
