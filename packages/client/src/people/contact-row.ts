/** The rows that hold people: one per account, one per device of theirs. */
import {
  type AccountId,
  accountId,
  type BoxRef,
  bool,
  boxRefShape,
  bytes,
  type ContentId,
  contentId,
  type DeviceId,
  deviceId,
  field,
  list,
  oneOf,
  optional,
  type ProfileBody,
  type QueueDescriptor,
  queueDescriptor,
  type Reach,
  type RelayRef,
  record,
  relayRef,
  type Shape,
  type TrustEvent,
  text,
  uint,
} from "@kith/protocol";

import { MAX_TRUST_EVENTS, trustEventShape } from "./trust-event-shape.ts";

/** How we and a person stand: see `Contact.relation`. A member only shares a group, and sessions carry nothing else. */
export type Relation = "accepted" | "requested" | "requesting" | "blocked" | "member";

/** Whether sessions with such a person go both ways: receipts, queues and healing. */
export function hasSessions(relation: Relation | undefined): boolean {
  return relation === "accepted" || relation === "member";
}

/** A device of a contact as certified by its chain. */
export interface ContactDevice {
  readonly device: DeviceId;
  readonly identityKey: Uint8Array;
}

/** A position in the contact's chain. */
export interface RowHead {
  readonly epoch: number;
  readonly seq: number;
  readonly hash: Uint8Array;
}

/** Everything known of one account. Times are Unix ms. */
export interface ContactRow {
  readonly account: AccountId;
  readonly relation: Relation;
  readonly name?: string | undefined;
  /** As written by its owner. */
  readonly handle?: string | undefined;
  readonly devices: readonly ContactDevice[];
  /** Absent until the full chain has been fetched and verified. */
  readonly head?: RowHead | undefined;
  readonly chain: readonly Uint8Array[];
  readonly addedAtMs: number;
  /** What was seen and done about who this is, oldest first; the shown trust follows from it. */
  readonly trust: readonly TrustEvent[];
  readonly relationBeforeBlock?: Relation | undefined;
  /** Received messages not yet read. */
  readonly unread: number;
  /** True when the post-quantum ratchet with one of the devices stands still: its messages have X25519 alone. */
  readonly isClassicalOnly?: boolean | undefined;
  readonly timer?: ChatTimer | undefined;
  /** The timer this chat is still to begin with, in ms: the one for new chats when it began. */
  readonly openingTimerMs?: number | undefined;
  /** What they call themselves. */
  readonly profile?: SaidProfile | undefined;
  /** The revision of our profile that they were told last. */
  readonly toldProfile?: number | undefined;
  /** The handle they had before, as written by its owner. */
  readonly formerHandle?: string | undefined;
  /** When the directory was asked about them last, Unix ms. */
  readonly lookedAtMs?: number | undefined;
  /** What is to be believed once this person has decided to go on. */
  readonly replaced?: ReplacedChain | undefined;
  /** Their picture, which lies in a row of its own. */
  readonly picture?: SaidPicture | undefined;
  /** The revision of our picture that they were told last. */
  readonly toldPicture?: number | undefined;
  /** The newest of their messages that introduced somebody. */
  readonly introductions?: readonly ContentId[] | undefined;
}

/** Introductions by one contact that are remembered. */
export const MAX_INTRODUCTIONS = 32;

/** A chain that replaced the one that was believed, as it was offered. */
export interface ReplacedChain {
  readonly chain: readonly Uint8Array[];
  /** Where its devices take requests, as far as that is known. */
  readonly cards: readonly { readonly device: DeviceId; readonly boxes: readonly BoxRef[] }[];
}

/** A profile in its plain form; the last word counts, by order and id. */
export interface SaidProfile extends ProfileBody {
  readonly orderMs: number;
  readonly id: ContentId;
}

/** Which picture counts: the last word, by order and id. */
export interface SaidPicture {
  /** False once it was taken back. */
  readonly isSet: boolean;
  readonly orderMs: number;
  readonly id: ContentId;
}

/** How long messages of a chat live from now on; the last word of either side counts, by order and id. */
export interface ChatTimer {
  /** Absent: they stay. */
  readonly afterMs?: number | undefined;
  readonly orderMs: number;
  readonly id: ContentId;
}

/** A queue of ours that one contact device sends into. */
export interface OwnQueue {
  readonly number: number;
  readonly secret: Uint8Array;
  /** Relays where the queue was created. */
  readonly relays: readonly RelayRef[];
  /** When the first message came through it, Unix ms. */
  readonly usedAtMs?: number | undefined;
  /** Messages that came through it. */
  readonly taken?: number | undefined;
}

/** A queue of ours that was replaced: read until the device sends into a later one, and then until it is empty. */
export interface OldQueue {
  readonly number: number;
  readonly secret: Uint8Array;
  /** Relays where it may still hold something. */
  readonly relays: readonly RelayRef[];
  /** When the first message came through a later queue, Unix ms: nothing new is put into this one since. */
  readonly leftAtMs?: number | undefined;
}

/** Replaced queues that are read beside the current one; beyond them a queue is not replaced. */
export const MAX_OLD_QUEUES = 4;

/** A message that shows how many numbers between `after` and its own are missing. */
export interface ShownGap {
  readonly after: number;
  readonly number: number;
  readonly id: ContentId;
}

/** Bytes of a card's end that tell it from any other. */
export const CARD_MARK_BYTES = 32;

/** Everything kept per device pair beside the session. */
export interface PeerRow {
  readonly account: AccountId;
  readonly device: DeviceId;
  /** How to reach that device. */
  readonly sendQueue?: QueueDescriptor | undefined;
  readonly ownQueue: OwnQueue;
  /** The queue that will replace it, while it is being created. */
  readonly nextQueue?: OwnQueue | undefined;
  /** The queues before it that are still read, newest first. */
  readonly oldQueues?: readonly OldQueue[] | undefined;
  /** Digest of the queue descriptor last told, to tell it again only after a change. */
  readonly toldQueue?: Uint8Array | undefined;
  readonly toldReach?: Reach | undefined;
  readonly reach?: Reach | undefined;
  readonly boxes: readonly BoxRef[];
  /** The number of the card of theirs that named the boxes; those before it are not believed any more. */
  readonly cardSeq?: number | undefined;
  /** The end of our card last told: a card is told from another by its signature. */
  readonly toldCard?: Uint8Array | undefined;
  /** Number of the last durable content sent. */
  readonly outNumber: number;
  /** The highest number received, and those below it that never came. */
  readonly inNumber: number;
  readonly missing: readonly number[];
  readonly gaps?: readonly ShownGap[] | undefined;
  readonly askedMissingAtMs?: number | undefined;
  /** The secret of the invite we joined by, until we are let in. */
  readonly inviteSecret?: Uint8Array | undefined;
  /** When we last started a session anew because a message could not be read, and last answered that of the device. */
  readonly healedAtMs?: number | undefined;
  readonly resentAtMs?: number | undefined;
}

/** The row without what the device was told of this one: it is told again. */
export function forgetTold({ toldQueue: _queue, toldReach: _reach, toldCard: _card, ...row }: PeerRow): PeerRow {
  return row;
}

/** Bytes of a text of a profile as it is kept. */
const MAX_PROFILE_BYTES = 1024;

const headShape = record<RowHead>({ epoch: field(1, uint()), seq: field(2, uint()), hash: field(3, bytes(32)) });

const relationShape: Shape<Relation> = oneOf<Relation>({
  accepted: 0,
  requested: 1,
  requesting: 2,
  blocked: 3,
  member: 4,
});

/** Codec shape of a contact row. */
export const contactRowShape: Shape<ContactRow> = record<ContactRow>({
  account: field(1, accountId),
  relation: field(2, relationShape),
  name: optional(3, text(200)),
  handle: optional(4, text(15)),
  devices: field(5, list(record<ContactDevice>({ device: field(1, deviceId), identityKey: field(2, bytes(32)) }), 16)),
  head: optional(6, headShape),
  chain: field(7, list(bytes(1, 1024), 64)),
  addedAtMs: field(8, uint()),
  trust: field(9, list(trustEventShape, MAX_TRUST_EVENTS)),
  relationBeforeBlock: optional(10, relationShape),
  unread: field(11, uint()),
  isClassicalOnly: optional(12, bool),
  timer: optional(
    20,
    record<ChatTimer>({ afterMs: optional(1, uint()), orderMs: field(2, uint()), id: field(3, contentId) }),
  ),
  openingTimerMs: optional(21, uint()),
  profile: optional(
    22,
    record<SaidProfile>({
      name: optional(1, text(MAX_PROFILE_BYTES)),
      about: optional(2, text(MAX_PROFILE_BYTES)),
      orderMs: field(3, uint()),
      id: field(4, contentId),
    }),
  ),
  toldProfile: optional(23, uint()),
  formerHandle: optional(30, text(15)),
  lookedAtMs: optional(32, uint()),
  replaced: optional(
    31,
    record<ReplacedChain>({
      chain: field(1, list(bytes(1, 1024), 64)),
      cards: field(2, list(record({ device: field(1, deviceId), boxes: field(2, list(boxRefShape, 3)) }), 16)),
    }),
  ),
  picture: optional(
    40,
    record<SaidPicture>({ isSet: field(1, bool), orderMs: field(2, uint()), id: field(3, contentId) }),
  ),
  toldPicture: optional(41, uint()),
  introductions: optional(42, list(contentId, MAX_INTRODUCTIONS)),
});

const ownQueueShape = record<OwnQueue>({
  number: field(1, uint()),
  secret: field(2, bytes(32)),
  relays: field(3, list(relayRef, 3)),
  usedAtMs: optional(4, uint()),
  taken: optional(5, uint()),
});

const oldQueueShape = record<OldQueue>({
  number: field(1, uint()),
  secret: field(2, bytes(32)),
  relays: field(3, list(relayRef, 3)),
  leftAtMs: optional(4, uint()),
});

const reachShape = record<Reach>({ at: field(1, relayRef), untilMs: field(2, uint()) });

/** Codec shape of a device pair's row. */
export const peerRowShape: Shape<PeerRow> = record<PeerRow>({
  account: field(1, accountId),
  device: field(2, deviceId),
  sendQueue: optional(3, queueDescriptor),
  ownQueue: field(4, ownQueueShape),
  toldQueue: optional(5, bytes(32)),
  toldReach: optional(6, reachShape),
  reach: optional(7, reachShape),
  boxes: field(8, list(boxRefShape, 3)),
  outNumber: field(9, uint()),
  inNumber: field(10, uint()),
  missing: field(11, list(uint(), 1000)),
  askedMissingAtMs: optional(12, uint()),
  inviteSecret: optional(13, bytes(16)),
  healedAtMs: optional(14, uint()),
  resentAtMs: optional(15, uint()),
  gaps: optional(
    16,
    list(record<ShownGap>({ after: field(1, uint()), number: field(2, uint()), id: field(3, contentId) }), 1000),
  ),
  nextQueue: optional(17, ownQueueShape),
  oldQueues: optional(18, list(oldQueueShape, MAX_OLD_QUEUES)),
  cardSeq: optional(19, uint()),
  toldCard: optional(20, bytes(CARD_MARK_BYTES)),
});
