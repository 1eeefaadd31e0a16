/**
 * What devices of one group tell each other inside their sessions: operations, what they have of them, and sender keys.
 * @see docs/spec/10-group.md (Mail)
 */
import {
  bytes,
  type DecodeError,
  decodeAs,
  encodeAs,
  field,
  flag,
  list,
  oneOf,
  optional,
  record,
  type Shape,
  text,
  uint,
  union,
} from "../codec/schema.ts";
import {
  type AccountId,
  accountId,
  type BoxId,
  boxId,
  type DeviceId,
  deviceId,
  type RelayId,
  relayId,
} from "../ids.ts";
import { MAX_ADDRESS_BYTES, MAX_ADDRESSES, MAX_GROUP_PARENTS, MAX_OPERATION_BYTES, MAX_TEXT_BYTES } from "../limits.ts";
import {
  CONTENT_KINDS,
  type Content,
  type ContentHead,
  contentShape,
  MAX_BODY_BYTES,
  makeContent,
} from "../message/content.ts";
import { MAX_PICTURE_BYTES } from "../message/picture.ts";
import type { Result } from "../result.ts";
import { type GroupId, groupId, type OperationId, operationId } from "./group-ids.ts";
import { KNOCK_TOKEN_BYTES } from "./group-link.ts";

/** One such word. */
export type GroupMail =
  /** Operations as they travel; also the invitation of somebody who has nothing of the group yet. */
  | { readonly type: "operations"; readonly group: GroupId; readonly operations: readonly Uint8Array[] }
  /** The newest operations that the sender has: who has more sends it, who lacks them asks. */
  | { readonly type: "heads"; readonly group: GroupId; readonly heads: readonly OperationId[] }
  /** Asks for operations and all they come after, beyond those that the sender has. */
  | {
      readonly type: "ask";
      readonly group: GroupId;
      readonly wanted: readonly OperationId[];
      readonly heads: readonly OperationId[];
    }
  /** The sender's chain, from its next message on. */
  | { readonly type: "key"; readonly group: GroupId; readonly distribution: Uint8Array }
  /** Asks for the sender's chain: a message came that cannot be read. */
  | { readonly type: "ask-key"; readonly group: GroupId }
  /** A sealed message; with the start of its chain until the device is known to have that. */
  | {
      readonly type: "message";
      readonly group: GroupId;
      readonly sealed: Uint8Array;
      readonly distribution?: Uint8Array | undefined;
    }
  /** Several sealed messages of one chain, in their order, of one who says much at once. */
  | {
      readonly type: "messages";
      readonly group: GroupId;
      readonly sealed: readonly Uint8Array[];
      readonly distribution?: Uint8Array | undefined;
    }
  /** Where devices of other members can be met, who may be strangers. */
  | { readonly type: "places"; readonly group: GroupId; readonly places: readonly GroupPlace[] }
  /** Between devices of one account: what was said before the other one belonged to the group. */
  | { readonly type: "copies"; readonly group: GroupId; readonly copies: readonly GroupCopy[] }
  /** Between devices of one account: everything up to a place was read. */
  | { readonly type: "read"; readonly group: GroupId; readonly orderMs: number }
  /** The picture that an operation names by its hash. */
  | { readonly type: "picture"; readonly group: GroupId; readonly picture: Uint8Array }
  /** Asks for it. */
  | { readonly type: "ask-picture"; readonly group: GroupId }
  /** Asks into a group by its link. */
  | { readonly type: "knock"; readonly group: GroupId; readonly token: Uint8Array }
  /** The answer: what a join by the link comes after, and nothing else of the group. */
  | {
      readonly type: "open";
      readonly group: GroupId;
      readonly heads: readonly OperationId[];
      /** The number of the join among the operations of its device. */
      readonly seq: number;
    }
  /** How somebody who used the link stands, where they do not belong to the group. */
  | { readonly type: "door"; readonly group: GroupId; readonly word: DoorWord };

/** They wait for an admin; the link is off or another; an admin has banned or declined them; there is no room. */
export type DoorWord = "waiting" | "off" | "banned" | "full" | "declined";

/** A message as another device has it; nothing shows that its author said it but that device's word. */
export interface GroupCopy {
  readonly author: AccountId;
  readonly content: Content;
  /** Its place among the others, in ms. */
  readonly orderMs: number;
  readonly receivedAtMs?: number | undefined;
  readonly isRead?: true | undefined;
}

/** A request box of a member's device. Nobody vouches for it: the box has to show the device's own bundle. */
export interface GroupPlace {
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly box: BoxId;
  readonly relay: RelayId;
  readonly addresses: readonly string[];
}

/** Operations in one mail, and operations one mail asks for. */
export const MAX_MAILED_OPERATIONS = 64;
export const MAX_WANTED_OPERATIONS = 64;

/** Places in one mail. */
export const MAX_MAILED_PLACES = 32;

/** Sealed messages in one mail. */
export const MAX_MAILED_MESSAGES = 32;

/** Copies in one mail. */
const MAX_MAILED_COPIES = 64;

/** A sealed message in a mail, in bytes: a content's body holds it, and a distribution. */
export const MAX_SEALED_GROUP_BYTES: number = MAX_TEXT_BYTES - 512;

/** A sender key distribution, in bytes; they have about 100. */
const MAX_DISTRIBUTION_BYTES = 256;

type Part<K extends GroupMail["type"]> = Omit<Extract<GroupMail, { readonly type: K }>, "type">;

/** Codec shape of a place. */
export const groupPlace: Shape<GroupPlace> = record<GroupPlace>({
  account: field(1, accountId),
  device: field(2, deviceId),
  box: field(3, boxId),
  relay: field(4, relayId),
  addresses: field(5, list(text(MAX_ADDRESS_BYTES), MAX_ADDRESSES)),
});

const groupCopy: Shape<GroupCopy> = record<GroupCopy>({
  author: field(1, accountId),
  content: field(2, contentShape),
  orderMs: field(3, uint()),
  receivedAtMs: optional(4, uint()),
  isRead: optional(5, flag),
});

const doorWord: Shape<DoorWord> = oneOf<DoorWord>({ waiting: 0, off: 1, banned: 2, full: 3, declined: 4 });

const heads: Shape<readonly OperationId[]> = list(operationId, MAX_GROUP_PARENTS);

/** Codec shape of a mail. */
export const groupMail: Shape<GroupMail> = union<GroupMail>({
  operations: [
    1,
    record<Part<"operations">>({
      group: field(1, groupId),
      operations: field(2, list(bytes(1, MAX_OPERATION_BYTES), MAX_MAILED_OPERATIONS, 1)),
    }),
  ],
  heads: [2, record<Part<"heads">>({ group: field(1, groupId), heads: field(2, heads) })],
  ask: [
    3,
    record<Part<"ask">>({
      group: field(1, groupId),
      wanted: field(2, list(operationId, MAX_WANTED_OPERATIONS, 1)),
      heads: field(3, heads),
    }),
  ],
  key: [4, record<Part<"key">>({ group: field(1, groupId), distribution: field(2, bytes(1, MAX_DISTRIBUTION_BYTES)) })],
  "ask-key": [5, record<Part<"ask-key">>({ group: field(1, groupId) })],
  message: [
    6,
    record<Part<"message">>({
      group: field(1, groupId),
      sealed: field(2, bytes(1, MAX_SEALED_GROUP_BYTES)),
      distribution: optional(3, bytes(1, MAX_DISTRIBUTION_BYTES)),
    }),
  ],
  places: [
    7,
    record<Part<"places">>({ group: field(1, groupId), places: field(2, list(groupPlace, MAX_MAILED_PLACES, 1)) }),
  ],
  copies: [
    8,
    record<Part<"copies">>({ group: field(1, groupId), copies: field(2, list(groupCopy, MAX_MAILED_COPIES, 1)) }),
  ],
  read: [9, record<Part<"read">>({ group: field(1, groupId), orderMs: field(2, uint()) })],
  messages: [
    10,
    record<Part<"messages">>({
      group: field(1, groupId),
      sealed: field(2, list(bytes(1, MAX_SEALED_GROUP_BYTES), MAX_MAILED_MESSAGES, 2)),
      distribution: optional(3, bytes(1, MAX_DISTRIBUTION_BYTES)),
    }),
  ],
  picture: [11, record<Part<"picture">>({ group: field(1, groupId), picture: field(2, bytes(1, MAX_PICTURE_BYTES)) })],
  "ask-picture": [12, record<Part<"ask-picture">>({ group: field(1, groupId) })],
  knock: [13, record<Part<"knock">>({ group: field(1, groupId), token: field(2, bytes(KNOCK_TOKEN_BYTES)) })],
  open: [
    14,
    record<Part<"open">>({
      group: field(1, groupId),
      heads: field(2, list(operationId, MAX_GROUP_PARENTS, 1)),
      seq: field(3, uint(0xffff_ffff)),
    }),
  ],
  door: [15, record<Part<"door">>({ group: field(1, groupId), word: field(2, doorWord) })],
});

/** A mail as a content of a session. @throws RangeError when it breaks a bound. */
export function groupContent(head: ContentHead, mail: GroupMail): Content {
  return makeContent(head, CONTENT_KINDS.group, groupMail, mail);
}

/** Encodes a mail. @throws RangeError when it breaks a bound. */
export function encodeGroupMail(mail: GroupMail): Uint8Array {
  return encodeAs(groupMail, mail);
}

/** Decodes the body of a content of kind `group`. */
export function decodeGroupMail(body: Uint8Array): Result<GroupMail, DecodeError> {
  return decodeAs(groupMail, body, MAX_BODY_BYTES);
}
