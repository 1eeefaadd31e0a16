/** What becomes of somebody who asked by a link, as the group is now. */
import {
  type DoorWord,
  type GroupOperation,
  type GroupRefusal,
  guestOf,
  MAX_GROUP_OPERATIONS,
  memberOf,
  nextParents,
  nextSeq,
  OPERATION_VERSION,
  type OperationId,
  RESERVED_GROUP_OPERATIONS,
  refusalOf,
} from "@kith/protocol";
import type { KnownGroup } from "./group-book.ts";
import type { KnockerRow } from "./group-link-row.ts";

/** in: they belong to the group · left: they gave up · open: they may sign a join after these operations. */
export type Outcome =
  | { readonly type: "in" | "left" | DoorWord }
  | { readonly type: "open"; readonly heads: readonly OperationId[]; readonly seq: number };

/** How somebody at the door stands. */
export function outcomeOf({ row, log }: KnownGroup, knocker: KnockerRow): Outcome {
  const { state } = log;
  const { account, device, told } = knocker;
  if (memberOf(state, account)?.devices.some((each) => each.device === device)) return { type: "in" };
  // Whoever has left the group knows no better: its admins go on deciding.
  if (row.standing !== "joined") return { type: told === "waiting" ? "waiting" : "off" };
  if (guestOf(state, account)?.waiting?.device === device) return { type: "waiting" };
  if (told === "waiting" || hasUsed({ row, log }, knocker)) return { type: departureOf({ row, log }, knocker) };
  const refusal = refusalOf(state, joinOf({ row, log }, knocker));
  if (refusal !== null) return { type: wordFor(refusal) };
  const limit = MAX_GROUP_OPERATIONS - RESERVED_GROUP_OPERATIONS;
  if (log.operations.length >= limit) return { type: "full" };
  return { type: "open", heads: nextParents(log), seq: nextSeq(log, device) };
}

/** Whether the join that they were let sign is here. */
function hasUsed({ log }: KnownGroup, { device, seq, told }: KnockerRow): boolean {
  if (told !== "open") return false;
  return log.operations.some(({ read }) => read.operation.device === device && read.operation.seq === seq);
}

function departureOf({ log }: KnownGroup, { account }: KnockerRow): "left" | DoorWord {
  switch (log.state.former.get(account)) {
    case "left":
      return "left";
    case "banned":
      return "banned";
    case "removed":
      return "declined";
    // The link was turned off by somebody who had not seen that it was used.
    case undefined:
      return "off";
  }
}

function wordFor(refusal: GroupRefusal): DoorWord {
  switch (refusal) {
    case "banned-member":
      return "banned";
    case "group-full":
    case "too-many-devices":
      return "full";
    default:
      return "off";
  }
}

/** The join that they would sign, as far as it is asked whether the group lets it happen. */
function joinOf({ log }: KnownGroup, { account, device, key }: KnockerRow): GroupOperation {
  return {
    v: OPERATION_VERSION,
    group: log.group,
    author: account,
    device,
    seq: nextSeq(log, device),
    parents: nextParents(log),
    atMs: 0,
    act: { type: "join", certificate: [], pass: { key, signature: new Uint8Array(64) } },
  };
}
