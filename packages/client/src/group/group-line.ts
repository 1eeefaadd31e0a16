/** Operations as lines of a group's chat. */
import type { GroupLog, OperationId } from "@kith/protocol";
import type { GroupMessageRow } from "./group-row.ts";

/** The line of an operation, without its place; null for one that is not worth a line. */
export function groupLine(log: GroupLog, id: OperationId): Omit<GroupMessageRow, "orderMs" | "isRead"> | null {
  const placed = log.byId.get(id);
  if (placed === undefined) return null;
  const { author } = placed.read.operation;
  return { group: log.group, author, operation: id, deliveries: [], awaits: [] };
}
