/** The public surface of the Kith client: the messenger engine, its interface and its ports. */

export { argon2id, cryptoSuite, describeCrypto, randomBytes } from "#crypto-backend";
export type { CallInfo, CallMessage, CallWays } from "./call/call-info.ts";
export type { OpenCalls } from "./call/call-service.ts";
export { callService } from "./call/calls.ts";
export type {
  AccountStatus,
  ArchiveInfo,
  ArchiveList,
  ArchiveMessageView,
  ArchivePerson,
  ArchiveRecord,
  ArchiveThread,
  Candidate,
  Chat,
  ChatStorage,
  Client,
  ClientEvent,
  Contact,
  ContactRequestInfo,
  FileInfo,
  FoundMessage,
  GroupStorage,
  LinkStatus,
  LockSettings,
  LookupResult,
  Message,
  MethodName,
  Methods,
  OwnDevice,
  PostCheck,
  PostToCheck,
  Publication,
  Quote,
  Reaction,
  RelayStatus,
  SearchResult,
  TrustHistory,
  TrustHistoryStep,
  VoiceInfo,
  Who,
} from "./client.ts";
export { MUTED_FOREVER_MS } from "./client.ts";
export { createSystemClock } from "./clock.ts";
export type { CryptoBackend, PrimitiveName, PrimitiveSource } from "./crypto/backend-info.ts";
export { type Extras, joinExtras } from "./extras.ts";
export type { FilePorts } from "./file/files.ts";
export type { LocalFile, LocalFiles, PathToSend } from "./file/local-files.ts";
export { type OpenFileRelays, openFileRelays } from "./file/relays/index.ts";
export { sendPath } from "./file/send-path.ts";
export { VaultError } from "./file/vault-error.ts";
export type {
  GroupBranch,
  GroupInfo,
  GroupKnockInfo,
  GroupLineInfo,
  GroupMemberInfo,
  GroupMessageInfo,
  GroupPerson,
} from "./group/group-info.ts";
export { type Eraser, type Messenger, type MessengerParts, openMessenger } from "./messenger.ts";
export { MessengerError, type MessengerErrorCode, type MessengerErrorDetails } from "./messenger-error.ts";
export { DEFAULT_NETWORK_PARAMETERS, type NetworkParameters } from "./network-parameters.ts";
export type {
  Acceptor,
  Cancel,
  Channel,
  ClientIdentity,
  Clock,
  FileSource,
  FileSources,
  FileVault,
  InboundChannel,
  KithProtocol,
  LinkError,
  Network,
  Prober,
  RandomSource,
  Routing,
  Store,
  StoreChange,
  StoreRange,
  VaultFile,
} from "./ports.ts";
export { connectClient, type RpcClient, type RpcClientOptions } from "./rpc/connect-client.ts";
export { type LineCarrier, MAX_ANSWER_LINE_BYTES, MAX_REQUEST_LINE_BYTES } from "./rpc/line-carrier.ts";
export {
  type CallMethod,
  createService,
  type MethodHandlers,
  type MethodSet,
  type MethodTable,
  paramsSchema,
  type Service,
} from "./rpc/method-table.ts";
export { engineMethods } from "./rpc/methods.ts";
export { serveClient, serveServices } from "./rpc/serve-client.ts";
export {
  type LevelStore,
  type LevelStoreOptions,
  openLevelStore,
  repairLevelStore,
  type StoreWitness,
} from "./store/level-store.ts";
export { type DeviceSecretSource, LocalSecret, type LocalSecretOptions } from "./store/local-secret.ts";
export { openVersionedStore, type VersionedStoreOptions } from "./store/schema-version.ts";
export { StoreError, type StoreFailure } from "./store/store-error.ts";
export type { NewTableKey, TableKey, TableKeySource } from "./store/table-key.ts";
export type { Argon2Cost, Argon2id } from "./store/wrapped-key.ts";
