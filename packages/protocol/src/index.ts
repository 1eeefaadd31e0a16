/** The public surface of the Kith protocol. */
export {
  type AccountTextError,
  accountToText,
  parseAccount,
} from "./account/account-text.ts";
export {
  type Appended,
  addDevice,
  claimHandle,
  contestHandle,
  createChain,
  deviceOffer,
  type NewDevice,
  type NewHandle,
  type Recovery,
  recoverChain,
  releaseHandle,
  revokeDevice,
} from "./account/append-entry.ts";
export { ChainCache } from "./account/chain-cache.ts";
export {
  type ChainRelation,
  compareHeads,
  containsHead,
  type Equivocation,
  extendsChain,
  findEquivocation,
  relateChains,
} from "./account/chain-comparison.ts";
export { readEntry } from "./account/chain-entry.ts";
export {
  type ChainError,
  type ChainHandle,
  type ChainHead,
  type ChainState,
  type Contest,
  chainHeadShape,
  type DeviceCertificate,
  type HeadRef,
  isRevoked,
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
} from "./account/device.ts";
export {
  type CertificateError,
  certifyingEntries,
  verifyCertificate,
} from "./account/device-certificate.ts";
export {
  type EquivocationProofError,
  encodeEquivocation,
  type ProvenEquivocation,
  speaksAgainst,
  verifyEquivocation,
} from "./account/equivocation-proof.ts";
export {
  type Handle,
  type HandleError,
  type HandleRule,
  handleShape,
  normalHandle,
  parseHandle,
  type WrittenHandle,
} from "./account/handle.ts";
export {
  type PostId,
  postIdShape,
  type Xid,
  xidShape,
} from "./account/numeric-id.ts";
export {
  contactSecretFromWords,
  type RootKey,
  rootKeyFromWords,
} from "./account/root-key.ts";
export { fingerprintDigits, safetyNumber } from "./account/safety-number.ts";
export { rereadChain, verifyChain } from "./account/sigchain.ts";
export {
  createWords,
  parseWords,
  type Words,
  type WordsError,
} from "./account/words.ts";
export {
  type BackupPiece,
  type ContactBackup,
  checkContactBackup,
  cutBackup,
  decodeBackupPiece,
  deriveBackupQueue,
  joinPieces,
  MAX_BACKED_ITEMS,
  MAX_BACKED_RELAYS,
  MAX_BACKUP_PIECES,
  signContactBackup,
} from "./backup/contact-backup.ts";
export type { Brand } from "./brand.ts";
export {
  bytesToUint32,
  compareBytes,
  concat,
  equalBytes,
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
  type Call,
  type CallEntry,
  type CallOutcome,
  type CallPhase,
  isLive,
  MAX_OFFER_AGE_MS,
  MAX_OFFER_CLOCK_GAP_MS,
  RING_MS,
} from "./call/call.ts";
export { actOnCall, type LocalAct, passCallTime } from "./call/call-machine.ts";
export { type CallRefusal, type CallState, endOf, NO_CALLS, type Sent, type Step } from "./call/call-state.ts";
export { type CandidateError, type IceCandidate, parseCandidate, writeCandidate } from "./call/candidate.ts";
export { CHECK_WORDS, checkWords } from "./call/check-words.ts";
export type { CallDescription } from "./call/description.ts";
export { hearOwnDevice, hearSignal } from "./call/hear-signal.ts";
export { MAX_SDP_CHARACTERS, parseSdp, type SdpError, writeFingerprint, writeSdp } from "./call/sdp.ts";
export {
  type CallMedia,
  type CallSignal,
  decodeSignal,
  type EndReason,
  encodeSignal,
  MAX_CANDIDATES,
  MAX_CANDIDATES_PER_SIGNAL,
} from "./call/signal.ts";
export type {
  CborError,
  CborValue,
} from "./codec/cbor.ts";
export {
  bool,
  bytes,
  type DecodeError,
  decodeAs,
  encodeAs,
  type Field,
  field,
  flag,
  list,
  mapped,
  oneOf,
  optional,
  record,
  type Shape,
  text,
  uint,
  union,
} from "./codec/schema.ts";
export {
  encodeSigned,
  type Signed,
} from "./codec/signed.ts";
export { utf8Length } from "./codec/utf8.ts";
export { LABELS } from "./crypto/labels.ts";
export { nobleSuite } from "./crypto/noble.ts";
export type {
  CryptoSuite,
  Encapsulation,
  Kem,
  KeyPair,
  MaybePromise,
  RandomBytes,
} from "./crypto/suite.ts";
export { xeddsaToEd25519 } from "./crypto/xeddsa.ts";
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
  chanceOfCrowd,
  distancePart,
  distancesTo,
  estimateNodes,
  IMPLAUSIBLE,
  UNUSUAL,
} from "./directory/density.ts";
export {
  type CardChainError,
  type CardError,
  type CardStatement,
  checkCard,
  checkCardAgainstChain,
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
  type TrustStep,
  traceTrust,
} from "./directory/evidence.ts";
export { decodeGossipNote, encodeGossipNote, type GossipNote } from "./directory/gossip.ts";
export {
  type ClaimChainError,
  type ClaimError,
  type ClaimPolicy,
  type ClaimProof,
  type ClaimStatement,
  checkClaim,
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
  parseNetId,
} from "./directory/net-id.ts";
export {
  type ExpectedPost,
  isStatement,
  type PostState,
  parsePost,
  postStatement,
  postTimeMs,
  readPostAnswer,
} from "./directory/post-proof.ts";
export {
  findProof,
  proofBits,
  type Work,
  type WorkSearch,
} from "./directory/proof-of-work.ts";
export {
  checkReceipt,
  type DirectoryReceipt,
  type ReceiptError,
  type ReceiptSubject,
  signReceipt,
} from "./directory/receipt.ts";
export {
  checkWitness,
  countWitnesses,
  signWitness,
  type WitnessCount,
  type WitnessError,
  type WitnessStatement,
  type WitnessSubject,
} from "./directory/witness.ts";
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
  decodeVolatile,
  encodeVolatile,
  openNote,
  sealNote,
  TYPING_LIFE_MS,
  VOLATILE_KINDS,
  type VolatileError,
  type VolatileFrame,
  type VolatileNote,
} from "./envelope/volatile.ts";
export {
  CHUNK_BYTES,
  PART_BYTES,
  partCount,
  partRange,
  UNIT_BYTES,
  unitCount,
  unitPlainBytes,
  unitSealedBytes,
} from "./file/geometry.ts";
export { MAX_PREVIEW_PIXELS, type PreviewError, readPreviewSize } from "./file/image-header.ts";
export {
  decodeManifest,
  encodeManifest,
  FILE_SCHEME,
  type FileManifest,
  isMediaType,
  MAX_VOICE_MS,
  MAX_WAVEFORM_BARS,
  type ManifestError,
  UNKNOWN_MEDIA_TYPE,
  type VoiceNote,
} from "./file/manifest.ts";
export { isMemberQuestion, type MemberQuestion, signMemberQuestion } from "./file/member-question.ts";
export { HASH_BYTES, hashAt, hashUnit, merkleRoot } from "./file/merkle.ts";
export { isSafeFileName, MAX_FILE_NAME_BYTES, numberedFileName, safeFileName } from "./file/name.ts";
export {
  decodeFileAnswer,
  decodeFileQuestion,
  encodeFileAnswer,
  encodeFileQuestion,
  encodeFileRefusal,
  type FileQuestion,
  type FileRefusal,
  HASHES_PER_ANSWER,
} from "./file/transfer.ts";
export {
  directFileId,
  type FileCipher,
  fileCipherOf,
  joinHashes,
  newFileCipher,
  openUnit,
  sealUnit,
  unitBuffer,
} from "./file/units.ts";
export {
  type GroupAct,
  type GroupPass,
  type GroupRole,
  MAX_GROUP_NAME_CHARACTERS,
  plainGroupName,
} from "./group/act.ts";
export { type GroupId, groupId, type OperationId, operationId } from "./group/group-ids.ts";
export {
  fitGroupInvite,
  type GroupInvite,
  type GroupInviteError,
  groupInviteToText,
  isLinkToken,
  type Knocker,
  knockToken,
  linkSeedOf,
  linkToken,
  parseGroupInvite,
} from "./group/group-link.ts";
export {
  type GroupEquivocation,
  type GroupLog,
  groupEquivocations,
  missingOf,
  nextParents,
  nextSeq,
  type PlaceError,
  placeOperation,
  stateAfter,
} from "./group/group-log.ts";
export {
  type DoorWord,
  decodeGroupMail,
  encodeGroupMail,
  type GroupCopy,
  type GroupMail,
  type GroupPlace,
  groupContent,
  groupPlace,
  MAX_MAILED_MESSAGES,
  MAX_MAILED_OPERATIONS,
  MAX_MAILED_PLACES,
  MAX_WANTED_OPERATIONS,
} from "./group/group-mail.ts";
export {
  type ChainUse,
  decodeGroupMessage,
  distributionIdOf,
  encodeGroupMessage,
  type GroupMessage,
  groupMessageName,
  mustRotate,
  type SpeakerError,
  speakerOf,
} from "./group/group-message.ts";
export {
  type Departure,
  devicesOf,
  type GroupDevice,
  type GroupGuest,
  type GroupLink,
  type GroupMember,
  type GroupState,
  guestOf,
  holderOf,
  isThere,
  memberOf,
  roleOf,
} from "./group/group-state.ts";
export {
  type GroupOperation,
  OPERATION_VERSION,
  type OperationError,
  type ReadOperation,
  readOperation,
  signOperation,
  signPass,
  type VerifiedOperation,
  verifyOperation,
} from "./group/operation.ts";
export { type GroupRefusal, refusalOf, type StandingError } from "./group/permission.ts";
export { comesAfter, type PlacedOperation } from "./group/placed.ts";
export {
  MAX_MAILED_OPERATIONS_BYTES,
  operationsFor,
  placeOperations,
  type TakeError,
  type TakenOperations,
  takeOperations,
  type VerifiedOperations,
  verifyOperations,
} from "./group/take-operations.ts";
export { wayOut } from "./group/way-out.ts";
export {
  type AccountId,
  accountId,
  type BoxId,
  type ContentId,
  contentId,
  type DeviceId,
  deviceId,
  type EnvelopeId,
  type QueueId,
  type RelayId,
  type RelayRef,
  relayId,
  relayRef,
} from "./ids.ts";
export {
  MAX_ACCOUNT_RECORD_BYTES,
  MAX_ADDRESS_BYTES,
  MAX_ADDRESSES,
  MAX_CARD_BYTES,
  MAX_CHAIN_BYTES,
  MAX_CHAIN_ENTRIES,
  MAX_CLAIM_BYTES,
  MAX_CLOCK_SKEW_MS,
  MAX_CONTACT_BACKUP_BYTES,
  MAX_DEVICE_NAME_BYTES,
  MAX_DEVICES,
  MAX_ENTRY_BYTES,
  MAX_ENVELOPES_PER_FRAME,
  MAX_EQUIVOCATION_BYTES,
  MAX_FILE_BYTES,
  MAX_FILE_UNITS,
  MAX_FRAME_BYTES,
  MAX_GROUP_LOG_BYTES,
  MAX_GROUP_MEMBERS,
  MAX_GROUP_NAME_BYTES,
  MAX_GROUP_OPERATIONS,
  MAX_IDS_PER_FRAME,
  MAX_JUMP,
  MAX_JUMP_UNAUTHENTICATED,
  MAX_MANIFEST_BYTES,
  MAX_OPERATION_BYTES,
  MAX_PREVIEW_BYTES,
  MAX_QUEUES_PER_FRAME,
  MAX_RECORD_LIFE_MS,
  MAX_RELAYS,
  MAX_REQUEST_TEXT_BYTES,
  MAX_TEXT_BYTES,
  MAX_UNANSWERED_REQUESTS,
  ONE_TIME_PREKEYS,
  RESERVED_GROUP_OPERATIONS,
} from "./limits.ts";
export { type LinkCode, type LinkCodeError, linkCodeToText, parseLinkCode } from "./link/link-code.ts";
export {
  deriveLinkKeys,
  type LinkKeys,
  type LinkSide,
  type LinkTranscript,
  linkCommitment,
  linkQueueSecret,
  linkWords,
  openLinkWord,
  sealLinkWord,
} from "./link/link-keys.ts";
export {
  decodeLinkMessage,
  encodeLinkMessage,
  type LinkAbort,
  type LinkGrant,
  type LinkMessage,
  type LinkWord,
} from "./link/link-message.ts";
export { callContent } from "./message/call.ts";
export {
  CONTENT_KINDS,
  type Content,
  type ContentHead,
  contentShape,
  MAX_BODY_BYTES,
  makeBareContent,
  orderOf,
} from "./message/content.ts";
export { type ContentError, type ContentView, type OnceInner, viewContent } from "./message/content-view.ts";
export { type DeletionBody, deletionContent } from "./message/deletion.ts";
export {
  advanceDelivery,
  type DeliveryEvent,
  type DeliveryRecord,
  type DeliveryState,
  type FailReason,
  leastAdvanced,
  type OwnState,
  QUEUED,
  RECEIPTS_WANTED,
  summarizeDelivery,
} from "./message/delivery.ts";
export { type DeviceChangeBody, deviceChangeContent } from "./message/device-change.ts";
export { type EditBody, editContent, MAX_EDIT_AGE_MS } from "./message/edit.ts";
export { fileContent, manifestOf } from "./message/file.ts";
export { type IntroductionBody, introductionContent } from "./message/introduction.ts";
export {
  applyOperation,
  type MarkedContent,
  type MessageMarks,
  messageMarks,
  type Operation,
  type OperationOutcome,
} from "./message/marks.ts";
export { type MessageRef, messageRef } from "./message/message-ref.ts";
export { isUnseenOnce, onceContent, spentContent } from "./message/once.ts";
export {
  decodePayload,
  encodePayload,
  type HeadHint,
  MAX_RECEIPTS,
  type Payload,
  type Reach,
} from "./message/payload.ts";
export { MAX_PICTURE_BYTES, MAX_PICTURE_PIXELS, type PictureType, readPictureType } from "./message/picture.ts";
export {
  MAX_PROFILE_ABOUT_CHARACTERS,
  MAX_PROFILE_NAME_CHARACTERS,
  type ProfileBody,
  plainProfile,
  profileBody,
  profileContent,
  type SaidProfileBody,
} from "./message/profile.ts";
export { isEmoji, type ReactionBody, reactionContent } from "./message/reaction.ts";
export { contentHash, type ReplyBody, replyContent } from "./message/reply.ts";
export {
  type DeviceKind,
  decodeSync,
  deviceKindShape,
  encodeSync,
  isLaterStamp,
  type KeptMessage,
  MAX_SYNC_ITEMS,
  MAX_SYNC_REACHED,
  MAX_SYNC_READ,
  type ReachedMember,
  type ReachedMessage,
  reachedMembers,
  SYNC_OVERHEAD_BYTES,
  type SyncedBackup,
  type SyncedOwnDevice,
  type SyncedPerson,
  type SyncedRelation,
  type SyncItem,
  type SyncStamp,
  syncItemBytes,
} from "./message/sync.ts";
export { sayableText, type TextBody, textContent } from "./message/text.ts";
export { type TimerBody, timerContent } from "./message/timer.ts";
export { isVanishAfter, MAX_VANISH_AFTER_MS, MIN_VANISH_AFTER_MS } from "./message/vanish-after.ts";
export {
  type Access,
  type WorkSubject,
  workTarget,
} from "./relay/access.ts";
export {
  type BlobId,
  type BlobKey,
  type BlobRequest,
  type BlobResponse,
  type BlobSpaceId,
  type BlobSpaceKey,
  blobRequest,
  blobResponse,
  blobWorkBits,
  deriveBlob,
  deriveBlobSpace,
  isBlobFrame,
  MAX_BLOB_BYTES,
  MAX_BLOBS_PER_FRAME,
} from "./relay/blobs.ts";
export {
  type BundleHead,
  type BundleHeadError,
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
  relayMultihash,
  signRelayRecord,
  verifyRelayRecord,
} from "./relay/relay-record.ts";
export {
  type BundlePut,
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
export {
  type IceOffer,
  isTurnFrame,
  type TurnAccess,
  type TurnRequest,
  type TurnResponse,
  turnRequest,
  turnResponse,
} from "./relay/turn.ts";
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
} from "./session/prekeys.ts";
export {
  addSenderKey,
  createSenderChain,
  type DistributionError,
  decryptWithSenderKey,
  distributeSenderChain,
  encryptWithSenderKey,
  expireSenderKeys,
  type RemoteSenderChain,
  type SenderChain,
  type SenderKeyError,
  type SenderKeyRecord,
} from "./session/sender-key.ts";
export {
  decodeSenderChain,
  decodeSenderKeyRecord,
  encodeSenderChain,
  encodeSenderKeyRecord,
} from "./session/sender-key-codec.ts";
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
export type {
  LocalIdentity,
  SessionContext,
} from "./session/session-context.ts";
export {
  type ArchivedSession,
  archiveCurrentSession,
  decodeSessionRecord,
  EMPTY_SESSION_RECORD,
  encodeSessionRecord,
  type SessionRecord,
  suiteOfRecord,
} from "./session/session-record.ts";
export {
  isClassicalOnly,
  SESSION_SUITE,
  type SessionState,
  type SessionSuite,
} from "./session/session-state.ts";
export type {
  MessageInspection,
  WireError,
} from "./session/wire.ts";
