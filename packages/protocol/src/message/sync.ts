/**
 * What the devices of one account tell each other inside their own sessions, so that each shows the same. Every item is
 * a fact or a register with a stamp: applying items is commutative and idempotent, in whatever order they come.
 * @see docs/spec/06-messages.md (Own devices)
 */
import {
  bool,
  bytes,
  type DecodeError,
  decodeAs,
  encodeAs,
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
} from "../codec/schema.ts";
import { type BoxRef, boxRefShape } from "../directory/box-ref.ts";
import { type GroupId, groupId } from "../group/group-ids.ts";
import { type AccountId, accountId, type ContentId, contentId, type DeviceId, deviceId } from "../ids.ts";
import {
  MAX_CARD_BYTES,
  MAX_CHAIN_ENTRIES,
  MAX_DEVICE_NAME_BYTES,
  MAX_DEVICES,
  MAX_ENTRY_BYTES,
  MAX_GROUP_MEMBERS,
  MAX_RELAYS,
  MAX_TEXT_BYTES,
} from "../limits.ts";
import type { Result } from "../result.ts";
import { type Content, contentShape, MAX_BODY_BYTES } from "./content.ts";
import type { FailReason, OwnState } from "./delivery.ts";
import { type MessageMarks, messageMarks } from "./marks.ts";
import { MAX_PICTURE_BYTES } from "./picture.ts";
import type { ProfileBody } from "./profile.ts";

/** Which of two settings of a register is the later one: by time, then by device. */
export interface SyncStamp {
  readonly atMs: number;
  readonly by: DeviceId;
}

/** How far an own message got, as its sending device tells it. */
export interface SyncedState {
  readonly state: OwnState;
  readonly reason?: FailReason | undefined;
}

/** How far an own message got with one member of its group. */
export interface ReachedMember {
  readonly account: AccountId;
  readonly state: OwnState;
}

/** How far an own message got in its group. */
export interface ReachedMessage {
  readonly id: ContentId;
  readonly members: readonly ReachedMember[];
}

/** A message as it is kept, with everything that was done to it. */
export interface KeptMessage extends SyncedState {
  readonly chat: AccountId;
  readonly isOwn: boolean;
  readonly content: Content;
  readonly orderMs: number;
  readonly receivedAtMs?: number | undefined;
  readonly isRead: boolean;
  readonly marks?: MessageMarks | undefined;
}

/** How we and a person stand; numbers of the wire. */
export type SyncedRelation = "accepted" | "requested" | "requesting" | "blocked";

/** A device of a person, and where its requests are taken. */
export interface SyncedDevice {
  readonly device: DeviceId;
  readonly identityKey: Uint8Array;
  readonly boxes: readonly BoxRef[];
}

/** Everything one device knows of a person that another needs; the newest stamp counts. */
export interface SyncedPerson extends SyncStamp {
  readonly account: AccountId;
  readonly relation: SyncedRelation;
  readonly relationBeforeBlock?: SyncedRelation | undefined;
  /** The name given here. */
  readonly name?: string | undefined;
  readonly handle?: string | undefined;
  readonly addedAtMs: number;
  readonly chain: readonly Uint8Array[];
  readonly devices: readonly SyncedDevice[];
  /** Trust events, each in the encoding of the store. */
  readonly trust: readonly Uint8Array[];
  readonly timer?: SyncedTimer | undefined;
  readonly profile?: (ProfileBody & { readonly orderMs: number; readonly id: ContentId }) | undefined;
}

/** The timer of a chat with its own order. */
export interface SyncedTimer {
  readonly afterMs?: number | undefined;
  readonly orderMs: number;
  readonly id: ContentId;
}

/** The settings of a chat. */
export interface SyncedChat extends SyncStamp {
  readonly account: AccountId;
  readonly pinnedAtMs?: number | undefined;
  readonly archivedAtMs?: number | undefined;
  readonly mutedUntilMs?: number | undefined;
  readonly isMarkedUnread?: true | undefined;
}

/** What was being written in a chat, as it was left last; an empty one was sent or thrown away. */
export interface SyncedDraft extends SyncStamp {
  readonly account: AccountId;
  readonly text: string;
  readonly replyTo?: ContentId | undefined;
}

/** What the devices of an account need to keep its contact backup, and whether they do. */
export interface SyncedBackup extends SyncStamp {
  readonly epoch: number;
  /** The secret of that epoch. */
  readonly secret: Uint8Array;
  readonly isOff?: true | undefined;
}

/** The choices for the whole account. */
export interface SyncedSettings extends SyncStamp {
  readonly hidesReading?: true | undefined;
  readonly hidesTyping?: true | undefined;
  readonly newChatTimerMs?: number | undefined;
  readonly profile?: (ProfileBody & { readonly revision: number }) | undefined;
}

/** The picture of the account. */
export interface SyncedPicture extends SyncStamp {
  /** Empty once it was taken back. */
  readonly picture: Uint8Array;
}

/** What a device is called, and its newest card. */
export interface SyncedOwnDevice extends SyncStamp {
  readonly device: DeviceId;
  readonly name: string;
  readonly kind: DeviceKind;
  readonly card?: Uint8Array | undefined;
}

/** What a device runs as: shown, decides nothing. */
export type DeviceKind = "browser" | "node" | "terminal" | "other";

/** One item. */
export type SyncItem =
  /** This account said it, on the device that tells. */
  | { readonly type: "said"; readonly chat: AccountId; readonly content: Content }
  /** The person said it to the device that tells, not knowing the one that is told. */
  | { readonly type: "heard"; readonly chat: AccountId; readonly content: Content }
  | ({ readonly type: "state"; readonly chat: AccountId; readonly id: ContentId } & SyncedState)
  | { readonly type: "read"; readonly chat: AccountId; readonly ids: readonly ContentId[] }
  | ({ readonly type: "person" } & SyncedPerson)
  | ({ readonly type: "chat" } & SyncedChat)
  | ({ readonly type: "settings" } & SyncedSettings)
  /** Deleted for this account only. */
  | { readonly type: "removed"; readonly chat: AccountId; readonly isOwn: boolean; readonly id: ContentId }
  /** The person was forgotten with the chat. */
  | ({ readonly type: "forgotten"; readonly account: AccountId } & SyncStamp)
  | { readonly type: "chain"; readonly entries: readonly Uint8Array[] }
  | ({ readonly type: "device" } & SyncedOwnDevice)
  | ({ readonly type: "kept" } & KeptMessage)
  | ({ readonly type: "draft" } & SyncedDraft)
  | ({ readonly type: "backup" } & SyncedBackup)
  /** Alone in its content, so that a device that does not know it loses nothing else. */
  | ({ readonly type: "picture" } & SyncedPicture)
  /** How far messages to a group got that were sent here; alone in its content as well. */
  | { readonly type: "reached"; readonly group: GroupId; readonly messages: readonly ReachedMessage[] };

/** Items of one content. */
export const MAX_SYNC_ITEMS = 256;

/** Ids of one read item. */
export const MAX_SYNC_READ = 64;

/** Messages of one reached item. */
export const MAX_SYNC_REACHED = 24;

/** Trust events of one person, and bytes of one. */
const MAX_TRUST_EVENTS = 64;
const MAX_TRUST_BYTES = 128;

/** Bytes of a name given to a person, and of the texts of a profile as kept. */
const MAX_NAME_BYTES = 200;

const ownState: Shape<OwnState> = oneOf<OwnState>({
  queued: 0,
  waiting: 1,
  sent: 2,
  delivered: 3,
  read: 4,
  failed: 5,
});
const failReason: Shape<FailReason> = oneOf<FailReason>({
  "not-answered": 0,
  refused: 1,
  "no-device": 2,
  expired: 3,
  deleted: 4,
});
const relation: Shape<SyncedRelation> = oneOf<SyncedRelation>({
  accepted: 0,
  requested: 1,
  requesting: 2,
  blocked: 3,
});

/** Codec shape of a device's kind. */
export const deviceKindShape: Shape<DeviceKind> = oneOf<DeviceKind>({ browser: 0, node: 1, terminal: 2, other: 3 });

/** A value as a byte string of its own: lists of lists would be deeper than CBOR may be here. */
function nested<T>(shape: Shape<T>): Shape<T> {
  return mapped(
    bytes(1, MAX_BODY_BYTES),
    (encoded) => {
      const value = decodeAs(shape, encoded, MAX_BODY_BYTES);
      return value.ok ? value.value : null;
    },
    (value) => encodeAs(shape, value),
  );
}

/** Codec shape of how far a message got with the members of its group. */
export const reachedMembers: Shape<readonly ReachedMember[]> = list(
  record<ReachedMember>({ account: field(1, accountId), state: field(2, ownState) }),
  MAX_GROUP_MEMBERS,
);

const stamp = { atMs: field(30, uint()), by: field(31, deviceId) };

type Body<T extends SyncItem["type"]> = Omit<Extract<SyncItem, { readonly type: T }>, "type">;

const talk = record<Body<"said">>({ chat: field(1, accountId), content: field(2, contentShape) });

const person = record<Body<"person">>({
  account: field(1, accountId),
  relation: field(2, relation),
  relationBeforeBlock: optional(3, relation),
  name: optional(4, text(MAX_NAME_BYTES)),
  handle: optional(5, text(15)),
  addedAtMs: field(6, uint()),
  chain: field(7, list(bytes(1, MAX_ENTRY_BYTES), MAX_CHAIN_ENTRIES)),
  devices: field(
    8,
    list(
      nested(
        record<SyncedDevice>({
          device: field(1, deviceId),
          identityKey: field(2, bytes(32)),
          boxes: field(3, list(boxRefShape, MAX_RELAYS)),
        }),
      ),
      MAX_DEVICES,
    ),
  ),
  trust: field(9, list(bytes(1, MAX_TRUST_BYTES), MAX_TRUST_EVENTS)),
  timer: optional(
    10,
    record<SyncedTimer>({ afterMs: optional(1, uint()), orderMs: field(2, uint()), id: field(3, contentId) }),
  ),
  profile: optional(
    11,
    record<NonNullable<SyncedPerson["profile"]>>({
      name: optional(1, text(1024)),
      about: optional(2, text(1024)),
      orderMs: field(3, uint()),
      id: field(4, contentId),
    }),
  ),
  ...stamp,
});

const settings = record<Body<"settings">>({
  hidesReading: optional(1, flag),
  hidesTyping: optional(2, flag),
  newChatTimerMs: optional(3, uint()),
  profile: optional(
    4,
    record<NonNullable<SyncedSettings["profile"]>>({
      name: optional(1, text(1024)),
      about: optional(2, text(1024)),
      revision: field(3, uint()),
    }),
  ),
  ...stamp,
});

const syncItem: Shape<SyncItem> = union<SyncItem>({
  said: [1, talk],
  heard: [2, talk],
  state: [
    3,
    record<Body<"state">>({
      chat: field(1, accountId),
      id: field(2, contentId),
      state: field(3, ownState),
      reason: optional(4, failReason),
    }),
  ],
  read: [4, record<Body<"read">>({ chat: field(1, accountId), ids: field(2, list(contentId, MAX_SYNC_READ, 1)) })],
  person: [5, person],
  chat: [
    6,
    record<Body<"chat">>({
      account: field(1, accountId),
      pinnedAtMs: optional(2, uint()),
      archivedAtMs: optional(3, uint()),
      mutedUntilMs: optional(4, uint()),
      isMarkedUnread: optional(5, flag),
      ...stamp,
    }),
  ],
  settings: [7, settings],
  removed: [8, record<Body<"removed">>({ chat: field(1, accountId), isOwn: field(2, bool), id: field(3, contentId) })],
  forgotten: [9, record<Body<"forgotten">>({ account: field(1, accountId), ...stamp })],
  chain: [10, record<Body<"chain">>({ entries: field(1, list(bytes(1, MAX_ENTRY_BYTES), MAX_CHAIN_ENTRIES, 1)) })],
  device: [
    11,
    record<Body<"device">>({
      device: field(1, deviceId),
      name: field(2, text(MAX_DEVICE_NAME_BYTES)),
      kind: field(3, deviceKindShape),
      card: optional(4, bytes(1, MAX_CARD_BYTES)),
      ...stamp,
    }),
  ],
  kept: [
    12,
    record<Body<"kept">>({
      chat: field(1, accountId),
      isOwn: field(2, bool),
      content: field(3, contentShape),
      orderMs: field(4, uint()),
      receivedAtMs: optional(5, uint()),
      isRead: field(6, bool),
      marks: optional(7, messageMarks),
      state: field(8, ownState),
      reason: optional(9, failReason),
    }),
  ],
  draft: [
    14,
    record<Body<"draft">>({
      account: field(1, accountId),
      text: field(2, text(MAX_TEXT_BYTES)),
      replyTo: optional(3, contentId),
      ...stamp,
    }),
  ],
  backup: [
    15,
    record<Body<"backup">>({
      epoch: field(1, uint()),
      secret: field(2, bytes(32)),
      isOff: optional(3, flag),
      ...stamp,
    }),
  ],
  picture: [13, record<Body<"picture">>({ picture: field(1, bytes(0, MAX_PICTURE_BYTES)), ...stamp })],
  reached: [
    16,
    record<Body<"reached">>({
      group: field(1, groupId),
      messages: field(
        2,
        list(
          nested(record<ReachedMessage>({ id: field(1, contentId), members: field(2, reachedMembers) })),
          MAX_SYNC_REACHED,
          1,
        ),
      ),
    }),
  ],
});

/** Items of one content. */
const syncBody: Shape<{ readonly items: readonly SyncItem[] }> = record<{ readonly items: readonly SyncItem[] }>({
  items: field(1, list(nested(syncItem), MAX_SYNC_ITEMS, 1)),
});

/** Bytes that a body holds beside its items, and an item beside its own. */
export const SYNC_OVERHEAD_BYTES = 8;

/** Bytes of an item. @throws RangeError when the item breaks a bound. */
export function syncItemBytes(item: SyncItem): number {
  return encodeAs(syncItem, item).length;
}

/** The body of a content of kind `sync`. @throws RangeError when it would break a bound. */
export function encodeSync(items: readonly SyncItem[]): Uint8Array {
  return encodeAs(syncBody, { items });
}

/** Reads such a body. */
export function decodeSync(body: Uint8Array): Result<{ readonly items: readonly SyncItem[] }, DecodeError> {
  return decodeAs(syncBody, body, MAX_BODY_BYTES);
}

/** Whether one stamp is later than another. */
export function isLaterStamp(one: SyncStamp, other: SyncStamp | undefined): boolean {
  if (other === undefined) return true;
  return one.atMs === other.atMs ? one.by > other.by : one.atMs > other.atMs;
}
