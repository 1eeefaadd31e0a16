/** Takes in operations as they come from members: in any order, some of them twice, some of them forged. */
import type { DecodeError } from "../codec/schema.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { MAX_OPERATION_BYTES } from "../limits.ts";
import { err, type Result } from "../result.ts";
import type { GroupId, OperationId } from "./group-ids.ts";
import {
  type GroupLog,
  missingOf,
  operationsBefore,
  type PlaceError,
  placeOperation,
  startGroupLog,
} from "./group-log.ts";
import { type OperationError, readOperation, type VerifiedOperation, verifyOperation } from "./operation.ts";

/** Why an operation was not taken. */
export type TakeError = DecodeError | OperationError | PlaceError;

/** What became of some operations. */
export interface TakenOperations {
  /** Null while nothing of the group is known. */
  readonly log: GroupLog | null;
  /** The new ones, in the order in which they found their places. */
  readonly taken: readonly OperationId[];
  /** Good ones that come after operations that are not here. */
  readonly early: readonly VerifiedOperation[];
  /** What to ask for, so that those find their places. */
  readonly missing: readonly OperationId[];
  /** Reasons, one for each operation that will never be taken. */
  readonly refused: readonly TakeError["code"][];
}

/** Operations whose signatures are good, and why others are none. */
export interface VerifiedOperations {
  readonly operations: readonly VerifiedOperation[];
  readonly refused: readonly TakeError["code"][];
}

/** Takes operations into the log of a group: verifies them, then places them. */
export async function takeOperations(
  suite: CryptoSuite,
  { group, log, early = [] }: { group: GroupId; log: GroupLog | null; early?: readonly VerifiedOperation[] },
  encoded: readonly Uint8Array[],
): Promise<TakenOperations> {
  const { operations, refused } = await verifyOperations(suite, group, encoded);
  const placed = placeOperations(log, [...early, ...operations]);
  return { ...placed, refused: [...refused, ...placed.refused] };
}

/** Verifies operations of a group, each by itself; what they come after is not asked. */
export async function verifyOperations(
  suite: CryptoSuite,
  group: GroupId,
  encoded: readonly Uint8Array[],
): Promise<VerifiedOperations> {
  const operations: VerifiedOperation[] = [];
  const refused: TakeError["code"][] = [];
  for (const bytes of encoded) {
    const verified = await readVerified(suite, group, bytes);
    if (verified.ok) operations.push(verified.value);
    else refused.push(verified.error.code);
  }
  return { operations, refused };
}

async function readVerified(
  suite: CryptoSuite,
  group: GroupId,
  bytes: Uint8Array,
): Promise<Result<VerifiedOperation, TakeError>> {
  const read = readOperation(suite, bytes);
  if (!read.ok) return read;
  return read.value.group === group ? verifyOperation(suite, read.value) : err({ code: "other-group" });
}

/** Places verified operations, in whatever order they are given. @param start null while nothing of the group is here. */
export function placeOperations(start: GroupLog | null, operations: readonly VerifiedOperation[]): TakenOperations {
  let log = start;
  const taken: OperationId[] = [];
  const refused: TakeError["code"][] = [];
  let open = operations;
  for (let hasMoved = true; hasMoved; ) {
    const early: VerifiedOperation[] = [];
    for (const read of open) {
      if (log?.byId.has(read.id)) continue;
      const placed: Result<GroupLog, PlaceError> = log === null ? startGroupLog(read) : placeOperation(log, read);
      if (placed.ok) {
        log = placed.value;
        taken.push(read.id);
      } else if (placed.error.code === "missing-parents") early.push(read);
      else refused.push(placed.error.code);
    }
    hasMoved = early.length < open.length && early.length > 0;
    open = early;
  }
  return { log, taken, early: open, missing: wantedFor(log, open), refused };
}

function wantedFor(log: GroupLog | null, early: readonly VerifiedOperation[]): readonly OperationId[] {
  const here = new Set(early.map(({ id }) => id));
  const parents = early.flatMap(({ operation }) => operation.parents);
  const unknown = log === null ? parents : missingOf(log, parents);
  return [...new Set(unknown)].filter((id) => !here.has(id)).sort();
}

/**
 * The operations that bring somebody from what they have to what they want, oldest first, as many as fit.
 * @param have heads of theirs; those that this log does not know are passed over.
 */
export function operationsFor(
  log: GroupLog,
  wanted: readonly OperationId[],
  have: readonly OperationId[],
  maxBytes: number,
): readonly Uint8Array[] {
  const known = new Set(operationsBefore(log, have).map(({ index }) => index));
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for (const { index, read } of operationsBefore(log, wanted)) {
    if (known.has(index)) continue;
    sizeBytes += read.encoded.length;
    if (sizeBytes > maxBytes) break;
    parts.push(read.encoded);
  }
  return parts;
}

/** The operations of one mail, in bytes: they and their lengths fit a content's body. */
export const MAX_MAILED_OPERATIONS_BYTES: number = 14 * MAX_OPERATION_BYTES;
