/** A message as it is kept: its content, where it came from, and how far it got on each device. */
import {
  type AccountId,
  accountId,
  bool,
  type Content,
  type ContentId,
  contentId,
  contentShape,
  type DeliveryRecord,
  type DeviceId,
  deviceId,
  type FailReason,
  field,
  flag,
  list,
  type MessageMarks,
  messageMarks,
  type OwnState,
  oneOf,
  optional,
  record,
  type Shape,
  text,
  uint,
} from "@kith/protocol";

/** How far an own message got on one device. */
export interface DeviceDelivery {
  readonly device: DeviceId;
  readonly record: DeliveryRecord;
  /** Relays the device's queue lived on when the message was sealed. */
  readonly relayCount: number;
}

/** The last edit or deletion of ours, and how far it got. */
export interface Change {
  readonly kind: "edit" | "delete";
  /** Id of the content that asked for it. */
  readonly id: ContentId;
  readonly deliveries: readonly DeviceDelivery[];
}

/** When a message vanishes here; its time runs once it was sent (own) or read (received). */
export interface VanishMark {
  readonly untilMs: number;
  readonly isRunning: boolean;
}

/** One kept message. */
export interface MessageRow {
  readonly chat: AccountId;
  readonly isOwn: boolean;
  readonly content: Content;
  /** Sorts the chat, Unix ms: own send time, or the sender's time bounded by our time of receipt. */
  readonly orderMs: number;
  readonly receivedAtMs?: number | undefined;
  /** Number between the two devices, for received messages. */
  readonly number?: number | undefined;
  readonly deliveries: readonly DeviceDelivery[];
  readonly isRead: boolean;
  readonly missingBefore?: number | undefined;
  /** What edits, reactions and a deletion made of it. */
  readonly marks?: MessageMarks | undefined;
  readonly change?: Change | undefined;
  readonly vanish?: VanishMark | undefined;
  /** A received voice message that was played here. */
  readonly isPlayed?: true | undefined;
}

const stateShape: Shape<OwnState> = oneOf<OwnState>({
  queued: 0,
  waiting: 1,
  sent: 2,
  delivered: 3,
  read: 4,
  failed: 5,
});
const reasonShape: Shape<FailReason> = oneOf<FailReason>({
  "not-answered": 0,
  refused: 1,
  "no-device": 2,
  expired: 3,
  deleted: 4,
});

/** Codec shape of a delivery record. */
export const deliveryShape: Shape<DeliveryRecord> = record<{
  state: OwnState;
  relays: readonly string[];
  isDirect: boolean;
  reason: FailReason | undefined;
}>({
  state: field(1, stateShape),
  relays: field(2, list(text(64), 8)),
  isDirect: field(3, bool),
  reason: optional(4, reasonShape),
}) as Shape<DeliveryRecord>;

/** Codec shape of how far an own content got on at most `max` devices. */
export function deliveriesOf(max: number): Shape<readonly DeviceDelivery[]> {
  const delivery = record<DeviceDelivery>({
    device: field(1, deviceId),
    record: field(2, deliveryShape),
    relayCount: field(3, uint()),
  });
  return list(delivery, max);
}

/** Devices of one person, with some that are no more. */
const MAX_DELIVERIES = 16;

/** Codec shape of a change that went to at most `max` devices. */
export function changeOf(max: number): Shape<Change> {
  return record<Change>({
    kind: field(1, oneOf<Change["kind"]>({ edit: 0, delete: 1 })),
    id: field(2, contentId),
    deliveries: field(3, deliveriesOf(max)),
  });
}

/** Codec shape of when a message vanishes. */
export const vanishShape: Shape<VanishMark> = record<VanishMark>({
  untilMs: field(1, uint()),
  isRunning: field(2, bool),
});

/** Codec shape of a message row. */
export const messageRowShape: Shape<MessageRow> = record<MessageRow>({
  chat: field(1, accountId),
  isOwn: field(2, bool),
  content: field(3, contentShape),
  orderMs: field(4, uint()),
  receivedAtMs: optional(5, uint()),
  number: optional(6, uint()),
  deliveries: field(7, deliveriesOf(MAX_DELIVERIES)),
  isRead: field(8, bool),
  missingBefore: optional(9, uint()),
  marks: optional(10, messageMarks),
  change: optional(11, changeOf(MAX_DELIVERIES)),
  vanish: optional(20, vanishShape),
  isPlayed: optional(21, flag),
});
