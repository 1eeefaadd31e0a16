/** Names of groups and of the operations on them. */
import type { Brand } from "../brand.ts";
import type { Shape } from "../codec/schema.ts";
import { hexId } from "../ids.ts";

/** A group: hex of the hash of the operation that created it. */
export type GroupId = Brand<string, "GroupId">;

/** An operation on a group: hex of the hash of what its author signed. */
export type OperationId = Brand<string, "OperationId">;

/** Codec shapes of the two. */
export const groupId: Shape<GroupId> = hexId(32);
export const operationId: Shape<OperationId> = hexId(32);
