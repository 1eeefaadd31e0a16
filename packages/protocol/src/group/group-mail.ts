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
  list,
  record,
  type Shape,
  union,
} from "../codec/schema.ts";
import { MAX_GROUP_PARENTS, MAX_OPERATION_BYTES } from "../limits.ts";
import { CONTENT_KINDS, type Content, type ContentHead, MAX_BODY_BYTES, makeContent } from "../message/content.ts";
import type { Result } from "../result.ts";
import { type GroupId, groupId, type OperationId, operationId } from "./group-ids.ts";

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
  | { readonly type: "ask-key"; readonly group: GroupId };

/** Operations in one mail, and operations one mail asks for. */
export const MAX_MAILED_OPERATIONS = 64;
export const MAX_WANTED_OPERATIONS = 64;

/** A sender key distribution, in bytes; they have about 100. */
const MAX_DISTRIBUTION_BYTES = 256;

type Part<K extends GroupMail["type"]> = Omit<Extract<GroupMail, { readonly type: K }>, "type">;

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
