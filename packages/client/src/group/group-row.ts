/** What is kept of groups: where this account stands, the operations, the messages, and the keys. */
import {
  type AccountId,
  accountId,
  bool,
  bytes,
  type Content,
  type ContentId,
  contentId,
  contentShape,
  type DeviceId,
  deviceId,
  field,
  flag,
  type GroupId,
  type GroupPlace,
  groupId,
  groupPlace,
  list,
  MAX_GROUP_MEMBERS,
  MAX_MAILED_MESSAGES,
  type MessageMarks,
  messageMarks,
  type OperationId,
  oneOf,
  operationId,
  optional,
  type ReachedMember,
  reachedMembers,
  record,
  type Shape,
  text,
  uint,
} from "@kith/protocol";
import { MAX_DRAFT_BYTES } from "../chat/chat-row.ts";
import {
  type Change,
  changeOf,
  type DeviceDelivery,
  deliveriesOf,
  type VanishMark,
  vanishShape,
} from "../message/message-row.ts";

/** invited: asked, not answered · joined · gone: left, declined or removed. */
export type GroupStanding = "invited" | "joined" | "gone";

/** One group of this account. Times are Unix ms. */
export interface GroupRow {
  readonly group: GroupId;
  readonly standing: GroupStanding;
  readonly addedAtMs: number;
  readonly unread: number;
  /** Who sent the invitation. */
  readonly invitedBy?: AccountId | undefined;
  /** Names of the newest messages here, which the next one comes after. */
  readonly tips: readonly Uint8Array[];
  /** Devices that were told of the group because they are new in an account of it. */
  readonly told?: readonly DeviceId[] | undefined;
  /** Who gets the newest lines from here when they join. */
  readonly history?: readonly AccountId[] | undefined;
  /** Lines from before we came that another told of. */
  readonly heardLines?: number | undefined;
  /** SHA-256 of the picture that is here, 32 bytes. */
  readonly pictureHash?: Uint8Array | undefined;
}

/** An operation as it came, verified then. */
export interface OperationRow {
  readonly encoded: Uint8Array;
  readonly identityKey?: Uint8Array | undefined;
}

/** A line of a group's chat: something said, or an operation. */
export interface GroupMessageRow {
  readonly group: GroupId;
  readonly author: AccountId;
  readonly content?: Content | undefined;
  readonly operation?: OperationId | undefined;
  readonly orderMs: number;
  readonly receivedAtMs?: number | undefined;
  readonly deliveries: readonly DeviceDelivery[];
  readonly isRead: boolean;
  /** Names of messages it comes after that had not come. */
  readonly awaits: readonly Uint8Array[];
  /** The mail that an own message went along with others in: how far that got is kept with it. */
  readonly batch?: ContentId | undefined;
  /** The chain that sealed an own message. */
  readonly chainId?: number | undefined;
  /** The other device of this account that said an own message. */
  readonly sentBy?: DeviceId | undefined;
  /** What edits, reactions and a deletion made of it. */
  readonly marks?: MessageMarks | undefined;
  readonly change?: Change | undefined;
  readonly vanish?: VanishMark | undefined;
  /** The device that sent it; the author's others are told nothing of its reading. */
  readonly device?: DeviceId | undefined;
  /** Who says that its author said it: it was said before we came. */
  readonly toldBy?: AccountId | undefined;
  /** A received voice message that was played here. */
  readonly isPlayed?: true | undefined;
  /** How far an own message got that another device sent, as that device told. */
  readonly reached?: readonly ReachedMember[] | undefined;
  /** It was forgotten on this device while something about it was on its way to the disk: nothing is in it. */
  readonly isForgotten?: true | undefined;
}

/** A line that was said. */
export type SaidRow = GroupMessageRow & { readonly content: Content };

/** Whether a line is something said. */
export function isSaid(row: GroupMessageRow): row is SaidRow {
  return row.content !== undefined;
}

/** Own messages that went in one mail, and how far it got on each device. */
export interface BatchRow {
  readonly group: GroupId;
  /** Those that are still here. */
  readonly messages: readonly ContentId[];
  readonly chainId: number;
  readonly deliveries: readonly DeviceDelivery[];
}

/** The chain this device seals with, and who has been given it. */
export interface ChainRow {
  readonly chain: Uint8Array;
  readonly madeAtMs: number;
  readonly messages: number;
  readonly given: readonly GivenChain[];
  readonly chainId: number;
}

/** A device that was given the chain; the start goes along with messages until the device has said that it has one. */
export interface GivenChain {
  readonly device: DeviceId;
  readonly distribution?: Uint8Array | undefined;
}

/** A text that was not sent yet, and the message of the group that it answers. */
export interface GroupDraftRow {
  readonly group: GroupId;
  readonly text: string;
  readonly replyTo?: ContentId | undefined;
}

/** A sealed message that cannot be read yet: its key or operations are missing. */
export interface ParkedRow {
  readonly group: GroupId;
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly sealed: Uint8Array;
}

/** Where one device may be met. */
export interface PlacesRow {
  readonly places: readonly GroupPlace[];
}

/** A content for a device that was not met yet. */
export interface UnmetRow {
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly content: Content;
}

/** Devices of a group: each has a delivery. */
const MAX_DELIVERIES = 128;

/** Devices remembered as told. */
export const MAX_TOLD = 64;

/** Names kept as tips, and awaited by one message. */
export const MAX_NAMES = 8;

const names = list(bytes(16), MAX_NAMES);

export const groupRowShape: Shape<GroupRow> = record<GroupRow>({
  group: field(1, groupId),
  standing: field(2, oneOf<GroupStanding>({ invited: 0, joined: 1, gone: 2 })),
  addedAtMs: field(3, uint()),
  unread: field(4, uint()),
  invitedBy: optional(5, accountId),
  tips: field(6, names),
  told: optional(7, list(deviceId, MAX_TOLD)),
  history: optional(8, list(accountId, MAX_GROUP_MEMBERS)),
  heardLines: optional(9, uint()),
  pictureHash: optional(10, bytes(32)),
});

export const operationRowShape: Shape<OperationRow> = record<OperationRow>({
  encoded: field(1, bytes(1, 4096)),
  identityKey: optional(2, bytes(32)),
});

export const groupMessageRowShape: Shape<GroupMessageRow> = record<GroupMessageRow>({
  group: field(1, groupId),
  author: field(2, accountId),
  content: optional(3, contentShape),
  operation: optional(4, operationId),
  orderMs: field(5, uint()),
  receivedAtMs: optional(6, uint()),
  deliveries: field(7, deliveriesOf(MAX_DELIVERIES)),
  isRead: field(8, bool),
  awaits: field(9, names),
  chainId: optional(10, uint()),
  sentBy: optional(11, deviceId),
  marks: optional(12, messageMarks),
  change: optional(13, changeOf(MAX_DELIVERIES)),
  vanish: optional(14, vanishShape),
  device: optional(15, deviceId),
  isForgotten: optional(16, flag),
  batch: optional(17, contentId),
  toldBy: optional(18, accountId),
  isPlayed: optional(19, flag),
  reached: optional(20, reachedMembers),
});

export const batchRowShape: Shape<BatchRow> = record<BatchRow>({
  group: field(1, groupId),
  messages: field(2, list(contentId, MAX_MAILED_MESSAGES)),
  chainId: field(3, uint()),
  deliveries: field(4, deliveriesOf(MAX_DELIVERIES)),
});

export const chainRowShape: Shape<ChainRow> = record<ChainRow>({
  chain: field(1, bytes(1, 512)),
  madeAtMs: field(2, uint()),
  messages: field(3, uint()),
  chainId: field(5, uint()),
  given: field(
    4,
    list(record<GivenChain>({ device: field(1, deviceId), distribution: optional(2, bytes(1, 256)) }), 512),
  ),
});

export const groupDraftRowShape: Shape<GroupDraftRow> = record<GroupDraftRow>({
  group: field(1, groupId),
  text: field(2, text(MAX_DRAFT_BYTES)),
  replyTo: optional(3, contentId),
});

export const parkedRowShape: Shape<ParkedRow> = record<ParkedRow>({
  group: field(1, groupId),
  account: field(2, accountId),
  device: field(3, deviceId),
  sealed: field(4, bytes(1, 65_536)),
});

export const placesRowShape: Shape<PlacesRow> = record<PlacesRow>({ places: field(1, list(groupPlace, 3)) });

export const unmetRowShape: Shape<UnmetRow> = record<UnmetRow>({
  account: field(1, accountId),
  device: field(2, deviceId),
  content: field(3, contentShape),
});
