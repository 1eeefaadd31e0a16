/** The public surface of the Kith protocol. */

export {
  type AccountTextError,
  accountToText,
  parseAccount,
} from "./account/account-text.ts";
export {
  compareHeads,
  containsHead,
  type Equivocation,
  extendsChain,
  findEquivocation,
} from "./account/chain-comparison.ts";
export {
  applyEntry,
  type ChainError,
  type ChainHandle,
  type ChainHead,
  type ChainState,
  certificateFrom,
  chainHeadShape,
  type DeviceCertificate,
  deviceOf,
  type HeadRef,
  headRefShape,
  readDeviceAdd,
  startState,
  toHeadRef,
} from "./account/chain-state.ts";
export {
  createDevice,
  type DeviceKeys,
  type DeviceOffer,
  type DeviceSecrets,
  deviceFromSecrets,
  offerDevice,
  type Possession,
  possessionShape,
  verifyPossession,
} from "./account/device.ts";
export {
  type CertificateError,
  certifyingEntries,
  verifyCertificate,
} from "./account/device-certificate.ts";
export {
  type Handle,
  type HandleError,
  type HandleRule,
  handleShape,
  normalHandle,
  parseHandle,
  type WrittenHandle,
  writtenHandleShape,
} from "./account/handle.ts";
export {
  type PostId,
  parsePostId,
  parseXid,
  postIdShape,
  type Xid,
  xidShape,
} from "./account/numeric-id.ts";
export {
  type RootKey,
  rootKeyFromWords,
} from "./account/root-key.ts";
export {
  fingerprintDigits,
  safetyNumber,
} from "./account/safety-number.ts";
export {
  type Appended,
  addDevice,
  claimHandle,
  createChain,
  entryFailure,
  type NewDevice,
  type NewHandle,
  verifyChain,
} from "./account/sigchain.ts";
export {
  createWords,
  parseWords,
  type Words,
  type WordsError,
} from "./account/words.ts";
export type { Brand } from "./brand.ts";
export {
  bytesToUint32,
  compareBytes,
  concat,
  equalBytes,
  fromBase64Url,
  fromHex,
  isAllZero,
  toBase64Url,
  toHex,
  uint32ToBytes,
  uint64ToBytes,
  utf8,
  wipe,
} from "./bytes.ts";
export {
  type CborError,
  type CborValue,
  decodeCbor,
  encodeCbor,
} from "./codec/cbor.ts";
export {
  bool,
  bytes,
  type DecodeError,
  decodeAs,
  encodeAs,
  type Field,
  field,
  list,
  mapped,
  oneOf,
  optional,
  record,
  type Shape,
  text,
  uint,
  union,
  utf8Length,
} from "./codec/schema.ts";
export {
  decodeSigned,
  encodeSigned,
  type Signed,
  signedBytes,
} from "./codec/signed.ts";
export {
  DOMAINS,
  LABELS,
} from "./crypto/labels.ts";
export { nobleSuite } from "./crypto/noble.ts";
export type {
  CryptoSuite,
  Encapsulation,
  Kem,
  KeyPair,
  MaybePromise,
  RandomBytes,
} from "./crypto/suite.ts";
export {
  xeddsaSign,
  xeddsaToEd25519,
} from "./crypto/xeddsa.ts";
export {
  type AccountRecord,
  type AccountRecordError,
  decodeAccountRecord,
  encodeAccountRecord,
  type VerifiedAccount,
  verifyAccountRecord,
} from "./directory/account-record.ts";
export {
  type BoxRef,
  boxRefShape,
} from "./directory/box-ref.ts";
export {
  type CardChainError,
  type CardError,
  type CardStatement,
  checkCard,
  checkCardAgainstChain,
  compareCards,
  type DeviceCard,
  signCard,
} from "./directory/device-card.ts";
export {
  assessTrust,
  type EvidenceRung,
  type RivalRung,
  type Trust,
  type TrustEvent,
  type TrustState,
} from "./directory/evidence.ts";
export {
  type ClaimChainError,
  type ClaimError,
  type ClaimPolicy,
  type ClaimProof,
  type ClaimStatement,
  checkClaim,
  checkClaimAgainstChain,
  encodeStatement,
  type HandleClaim,
  signClaim,
} from "./directory/handle-claim.ts";
export {
  admitHash,
  admitToken,
  fitInvite,
  type Invite,
  type InviteError,
  invitedHandle,
  inviteToLink,
  inviteToText,
  parseInvite,
  personToken,
} from "./directory/invite.ts";
export {
  accountKey,
  handleKey,
  type Place,
  SALTS,
  type Salt,
  xidKey,
} from "./directory/keys.ts";
export {
  type MergeableClaim,
  mergeClaims,
  newestByAccount,
} from "./directory/merge.ts";
export {
  DIRECTORY_PROTOCOL,
  type DirectoryErrorCode,
  type DirectoryRequest,
  type DirectoryResponse,
  decodeDirectoryRequest,
  decodeDirectoryResponse,
  encodeDirectoryRequest,
  encodeDirectoryResponse,
  fitRecords,
  type HeldRecord,
  type PublishState,
} from "./directory/messages.ts";
export {
  type NetId,
  netIdShape,
  parseNetId,
} from "./directory/net-id.ts";
export {
  checkProof,
  findProof,
  leadingZeroBits,
  proofBits,
  type Work,
  type WorkSearch,
  workHash,
} from "./directory/proof-of-work.ts";
export {
  checkReceipt,
  type DirectoryReceipt,
  type ReceiptError,
  type ReceiptSubject,
  signReceipt,
} from "./directory/receipt.ts";
export {
  bindingOf,
  bindPayload,
  type SessionEnd,
  unbindPayload,
} from "./envelope/binding.ts";
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
  padMessage,
  sealEnvelope,
  unpadMessage,
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
  MAX_ACCOUNT_RECORD_BYTES,
  MAX_ADDRESS_BYTES,
  MAX_ADDRESSES,
  MAX_ARCHIVED_BYTES,
  MAX_ARCHIVED_SESSIONS,
  MAX_BUNDLE_BYTES,
  MAX_CARD_BYTES,
  MAX_CBOR_DEPTH,
  MAX_CERTIFYING_BYTES,
  MAX_CHAIN_BYTES,
  MAX_CHAIN_ENTRIES,
  MAX_CLAIM_BYTES,
  MAX_CLAIMS_PER_KEY,
  MAX_CLOCK_SKEW_MS,
  MAX_DEVICES,
  MAX_DIRECTORY_RECEIPT_BYTES,
  MAX_ENTRY_BYTES,
  MAX_ENVELOPES_PER_FRAME,
  MAX_FRAME_BYTES,
  MAX_GRANT_DEPTH,
  MAX_IDS_PER_FRAME,
  MAX_INVITE_CHARACTERS,
  MAX_JUMP,
  MAX_JUMP_UNAUTHENTICATED,
  MAX_PQ_RATCHET_BYTES,
  MAX_QUEUES_PER_FRAME,
  MAX_RECEIVER_CHAINS,
  MAX_RECORD_LIFE_MS,
  MAX_RELAYS,
  MAX_REQUEST_TEXT_BYTES,
  MAX_ROOT_ENTRIES,
  MAX_SESSION_MESSAGE_BYTES,
  MAX_SKIPPED_KEY_AGE_MS,
  MAX_SKIPPED_KEYS,
  MAX_TEXT_BYTES,
  MAX_UNANSWERED_REQUESTS,
  MAX_UNANSWERED_SESSION_MS,
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
export {
  type Access,
  accessShape,
  WORK_OPERATIONS,
  type WorkSubject,
  workTarget,
} from "./relay/access.ts";
export {
  type BundleHead,
  type BundleHeadError,
  oneTimePrekey,
  readBundleHead,
  signBundleHead,
  verifyBundleHead,
} from "./relay/bundle.ts";
export {
  type ChannelBinding,
  openingMac,
  receiptMac,
} from "./relay/proofs.ts";
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
  storedRef,
} from "./relay/requests.ts";
export {
  type Delivery,
  type PutOutcome,
  type QueueOutcome,
  type RelayErrorCode,
  type RelayInfo,
  type RelayResponse,
  relayErrorCode,
  relayResponse,
  type WorkBits,
} from "./relay/responses.ts";
export {
  err,
  InvariantError,
  ok,
  type Result,
} from "./result.ts";
export type { RatchetError } from "./session/double-ratchet.ts";
export type { PqxdhError } from "./session/pqxdh.ts";
export {
  type BundleError,
  generateKemPrekey,
  generateOneTimePrekeys,
  generateSignedPrekey,
  type KemPrekey,
  type OneTimePrekey,
  type OneTimePublicPrekey,
  type PrekeyBundle,
  type PrekeyLookup,
  type PrekeyUse,
  type SignedPrekey,
  type SignedPublicPrekey,
  verifyPrekeyBundle,
} from "./session/prekeys.ts";
export {
  type DecryptError,
  type DecryptedMessage,
  type DecryptOptions,
  decryptMessage,
  type EncryptError,
  type EncryptedMessage,
  encryptMessage,
  type StartError,
  startSession,
} from "./session/session.ts";
export type { SessionDecodeError } from "./session/session-codec.ts";
export {
  generateKeyPair,
  type LocalIdentity,
  type SessionContext,
} from "./session/session-context.ts";
export {
  type ArchivedSession,
  addSession,
  archiveCurrentSession,
  decodeSessionRecord,
  EMPTY_SESSION_RECORD,
  encodeSessionRecord,
  expireSessionRecord,
  findSession,
  promoteSession,
  type SessionRecord,
} from "./session/session-record.ts";
export {
  SESSION_SUITE,
  type SessionState,
} from "./session/session-state.ts";
export {
  inspectMessage,
  type MessageInspection,
  type WireError,
} from "./session/wire.ts";
