/** Operations as lines of a group's chat. */
import {
  comesAfter,
  equalBytes,
  type GroupLog,
  memberOf,
  type OperationId,
  type PlacedOperation,
} from "@kith/protocol";
import type { Core } from "../core.ts";
import type { GroupMessageRow } from "./group-row.ts";

/** The line of an operation, without its place; null for one that is not worth a line. */
export function groupLine(log: GroupLog, id: OperationId): Omit<GroupMessageRow, "orderMs" | "isRead"> | null {
  const placed = log.byId.get(id);
  if (placed === undefined) return null;
  const { author } = placed.read.operation;
  return { group: log.group, author, operation: id, deliveries: [], awaits: [] };
}

/** Which new operations are shown: who came by a link is given all at once, and sees what happened from then on. */
export function linesOf(
  log: GroupLog,
  { id, device }: Pick<Core["account"], "id" | "device">,
  taken: readonly OperationId[],
): readonly OperationId[] {
  const own = memberOf(log.state, id)?.devices.find((each) => each.device === device.deviceId);
  const join = own && log.byId.get(own.by);
  const isNew = join !== undefined && taken.includes(join.read.id) && taken.length > 1;
  const act = join?.read.operation.act;
  if (!isNew || act?.type !== "join" || act.pass === undefined) return taken;
  return taken.filter((each) => {
    const placed = log.byId.get(each);
    return placed !== undefined && !comesAfter(join, placed);
  });
}

/** Somebody whose last step before this was to ask by a link that needs approval: they were let in or declined by it. */
export function wasWaiting(log: GroupLog, placed: PlacedOperation): boolean {
  const { act } = placed.read.operation;
  if (act.type !== "add" && act.type !== "remove") return false;
  const before = log.operations.filter((each) => comesAfter(placed, each) && isStepOf(each, act.account));
  const last = before.reduce<PlacedOperation | undefined>(
    (a, b) => (a === undefined || b.depth > a.depth ? b : a),
    undefined,
  );
  return last !== undefined && asksByLink(log, last);
}

function isStepOf({ read: { operation } }: PlacedOperation, account: string): boolean {
  const { act, author } = operation;
  if (act.type === "join" || act.type === "leave") return author === account;
  return (act.type === "add" || act.type === "remove") && act.account === account;
}

/** Whether an operation is a join by a link that needs approval. */
export function asksByLink(log: GroupLog, { read: { operation } }: PlacedOperation): boolean {
  const { act } = operation;
  if (act.type !== "join" || act.pass === undefined) return false;
  const { key } = act.pass;
  return log.operations.some(({ read }) => {
    const { act: link } = read.operation;
    return link.type === "link" && link.needsApproval === true && link.key !== undefined && equalBytes(link.key, key);
  });
}
