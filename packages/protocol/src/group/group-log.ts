/**
 * The operations of one group as one device has them: a graph that only grows, and the state that follows from it.
 * Every step is a transition: the log passed in stays as it was.
 * @see docs/spec/10-group.md (Log)
 */
import type { DeviceId } from "../ids.ts";
import { MAX_GROUP_LOG_BYTES, MAX_GROUP_OPERATIONS, MAX_GROUP_PARENTS, RESERVED_GROUP_OPERATIONS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { countingOperations } from "./conflict.ts";
import { applyOperationTo, foundGroup } from "./effect.ts";
import type { GroupId, OperationId } from "./group-ids.ts";
import { type GroupState, memberOf } from "./group-state.ts";
import type { VerifiedOperation } from "./operation.ts";
import { type GroupRefusal, grantsOf, refusalOf } from "./permission.ts";
import { byDepth, hasBit, NO_DEPTH, type PlacedOperation, pastOf } from "./placed.ts";

/** What one device has of a group. */
export interface GroupLog {
  readonly group: GroupId;
  /** In the order in which they came; each after all it comes after. */
  readonly operations: readonly PlacedOperation[];
  readonly byId: ReadonlyMap<OperationId, PlacedOperation>;
  /** The operations that nothing comes after, in ascending order: more than one means a fork that is not merged yet. */
  readonly heads: readonly OperationId[];
  readonly state: GroupState;
  /** Operations that do not count, because of another that their author had not seen. */
  readonly voided: ReadonlySet<OperationId>;
  readonly sizeBytes: number;
}

/** Why an operation is not taken into a log; the log is as it was. */
export type PlaceError =
  | { readonly code: "other-group" }
  /** It comes after operations that are not here: ask for them. */
  | { readonly code: "missing-parents"; readonly missing: readonly OperationId[] }
  | { readonly code: "log-full"; readonly limit: number }
  /** The number of an operation is not the next one of its device. */
  | { readonly code: "bad-sequence" }
  /** The group, as its author knew it, did not let it happen. */
  | { readonly code: GroupRefusal };

/** A device that took one place twice: it told different people different things. */
export interface GroupEquivocation {
  readonly device: DeviceId;
  readonly seq: number;
  /** At least two, in ascending order; the first counts. */
  readonly operations: readonly OperationId[];
}

/** The log of `create` alone. */
export function startGroupLog(create: VerifiedOperation): Result<GroupLog, PlaceError> {
  if (create.operation.act.type !== "create")
    return err({ code: "missing-parents", missing: create.operation.parents });
  const placed: PlacedOperation = {
    read: create,
    index: 0,
    depth: 0,
    past: new Uint32Array(0),
    grants: [],
    adminDepth: 0,
    deviceDepth: 0,
  };
  return ok({
    group: create.group,
    operations: [placed],
    byId: new Map([[create.id, placed]]),
    heads: [create.id],
    state: foundGroup(create),
    voided: new Set(),
    sizeBytes: create.encoded.length,
  });
}

/** The log with one more operation; the same log when it is there already. */
export function placeOperation(log: GroupLog, read: VerifiedOperation): Result<GroupLog, PlaceError> {
  if (read.group !== log.group) return err({ code: "other-group" });
  if (log.byId.has(read.id)) return ok(log);
  const missing = missingOf(log, read.operation.parents);
  if (missing.length > 0) return err({ code: "missing-parents", missing });
  const placed = placeOf(log, read);
  return placed.ok ? ok(grown(log, placed.value)) : placed;
}

/** Which of some operations a log does not have. */
export function missingOf(log: GroupLog, ids: readonly OperationId[]): readonly OperationId[] {
  return ids.filter((id) => !log.byId.has(id));
}

function placeOf(log: GroupLog, read: VerifiedOperation): Result<PlacedOperation, PlaceError> {
  const { operation } = read;
  const parents = operation.parents.flatMap((id) => log.byId.get(id) ?? []);
  const past = pastOf(parents);
  if (isFull(log, read)) return err({ code: "log-full", limit: MAX_GROUP_OPERATIONS });
  if (operation.seq !== nextSeqIn(log, past, operation.device)) return err({ code: "bad-sequence" });
  const state = stateAfter(log, operation.parents);
  const code = refusalOf(state, operation);
  if (code !== null) return err({ code });
  const author = memberOf(state, operation.author);
  const device = author?.devices.find((each) => each.device === operation.device);
  return ok({
    read,
    index: log.operations.length,
    depth: 1 + Math.max(...parents.map(({ depth }) => depth)),
    past,
    grants: grantsOf(state, operation),
    adminDepth: author?.admin?.depth ?? NO_DEPTH,
    deviceDepth: device?.depth ?? NO_DEPTH,
  });
}

/** The last places are for getting people and devices out. */
function isFull({ operations, sizeBytes }: GroupLog, { operation, encoded }: VerifiedOperation): boolean {
  const isWayOut = ["leave", "remove", "retire"].includes(operation.act.type);
  const limit = MAX_GROUP_OPERATIONS - (isWayOut ? 0 : RESERVED_GROUP_OPERATIONS);
  return operations.length >= limit || sizeBytes + encoded.length > MAX_GROUP_LOG_BYTES;
}

function nextSeqIn({ operations }: GroupLog, past: Uint32Array, device: DeviceId): number {
  const own = operations.filter(({ read, index }) => read.operation.device === device && hasBit(past, index));
  return 1 + Math.max(0, ...own.map(({ read }) => read.operation.seq));
}

/** The number of the next operation of a device that has this log. */
export function nextSeq(log: GroupLog, device: DeviceId): number {
  const own = log.operations.filter(({ read }) => read.operation.device === device);
  return 1 + Math.max(0, ...own.map(({ read }) => read.operation.seq));
}

/** What the next operation on a log comes after. */
export function nextParents({ heads }: GroupLog): readonly OperationId[] {
  return heads.slice(0, MAX_GROUP_PARENTS);
}

function grown(log: GroupLog, placed: PlacedOperation): GroupLog {
  const { id, operation, encoded } = placed.read;
  const operations = [...log.operations, placed];
  const heads = [...log.heads.filter((head) => !operation.parents.includes(head)), id].sort();
  const isAfterAll = heads.length === 1;
  // After everything there is: nothing can stand against it.
  const result = isAfterAll
    ? { state: applyOperationTo(log.state, placed.read, placed.depth), voided: log.voided }
    : reduceOperations(operations);
  const byId = new Map([...log.byId, [id, placed]]);
  return { group: log.group, operations, byId, heads, ...result, sizeBytes: log.sizeBytes + encoded.length };
}

/** What follows from a set of operations that has with each all it comes after, in whatever order they are given. */
export function reduceOperations(operations: readonly PlacedOperation[]): Pick<GroupLog, "state" | "voided"> {
  const counting = countingOperations(operations);
  const voided = new Set<OperationId>();
  const [create, ...rest] = [...operations].sort(byDepth);
  if (create === undefined) throw new RangeError("a group has operations");
  let state = foundGroup(create.read);
  for (const { read, depth } of rest) {
    if (counting.has(read.id) && refusalOf(state, read.operation) === null)
      state = applyOperationTo(state, read, depth);
    else voided.add(read.id);
  }
  return { state, voided };
}

/** The group as somebody saw it whose newest operations were these, all of which the log has. */
export function stateAfter(log: GroupLog, heads: readonly OperationId[]): GroupState {
  if (heads.length === log.heads.length && log.heads.every((head) => heads.includes(head))) return log.state;
  return reduceOperations(operationsBefore(log, heads)).state;
}

/** Some operations and all they come after, in the order of the log. */
export function operationsBefore(log: GroupLog, heads: readonly OperationId[]): readonly PlacedOperation[] {
  const past = pastOf(heads.flatMap((id) => log.byId.get(id) ?? []));
  return log.operations.filter(({ index }) => hasBit(past, index));
}

/** The devices that told different people different things, for all who have both. */
export function groupEquivocations({ operations }: GroupLog): readonly GroupEquivocation[] {
  const places = new Map<string, PlacedOperation[]>();
  for (const placed of operations) {
    const { device, seq } = placed.read.operation;
    const place = `${device}/${seq}`;
    places.set(place, [...(places.get(place) ?? []), placed]);
  }
  return [...places.values()].flatMap((twins) => {
    const [first] = twins;
    if (first === undefined || twins.length < 2) return [];
    const { device, seq } = first.read.operation;
    return [{ device, seq, operations: twins.map(({ read }) => read.id).sort() }];
  });
}
