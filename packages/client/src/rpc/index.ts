/** The calling end alone, for pages that drive a node and must not load an engine. */
export type { CallInfo, CallMessage } from "../call/call-info.ts";
export type {
  AccountStatus,
  ArchiveInfo,
  ArchiveList,
  ArchiveMessageView,
  ArchivePerson,
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
  LookupResult,
  Message,
  MethodName,
  Methods,
  OwnDevice,
  Publication,
  Quote,
  Reaction,
  RelayStatus,
  SearchResult,
  VoiceInfo,
} from "../client.ts";
export { MUTED_FOREVER_MS } from "../client.ts";
export { fromBase64, toBase64 } from "../file/base64.ts";
export type {
  GroupBranch,
  GroupInfo,
  GroupKnockInfo,
  GroupLineInfo,
  GroupMemberInfo,
  GroupMessageInfo,
  GroupPerson,
} from "../group/group-info.ts";
export { MessengerError, type MessengerErrorCode, type MessengerErrorDetails } from "../messenger-error.ts";
export { makeReport, type Report, type ReportedMessage } from "../people/report.ts";
export { connectClient, type RpcClient, type RpcClientOptions } from "./connect-client.ts";
export { type LineCarrier, MAX_ANSWER_LINE_BYTES } from "./line-carrier.ts";
