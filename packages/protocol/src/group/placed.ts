/** Operations in their places: what each comes after, and what it was owed to when its author made it. */
import type { OperationId } from "./group-ids.ts";
import type { VerifiedOperation } from "./operation.ts";

/** An operation with its past. */
export interface PlacedOperation {
  readonly read: VerifiedOperation;
  /** Its number in the log it is in, by arrival: no two logs need have the same. */
  readonly index: number;
  /** How many operations led to it, one by one, on the longest way from `create`. */
  readonly depth: number;
  /** A bit for the index of each operation it comes after. */
  readonly past: Uint32Array;
  /** The operations without which its author could not have done this. */
  readonly grants: readonly OperationId[];
  /** Depths of what made its author an admin and brought its device: who has them for longer prevails. */
  readonly adminDepth: number;
  readonly deviceDepth: number;
}

/** Stands for the depth of a role that its author does not have. */
export const NO_DEPTH = 0xffff_ffff;

/** Whether `later` comes after `earlier`. */
export function comesAfter(later: PlacedOperation, earlier: PlacedOperation): boolean {
  return hasBit(later.past, earlier.index);
}

/** Whether neither author had seen the other's operation. */
export function areConcurrent(a: PlacedOperation, b: PlacedOperation): boolean {
  return a !== b && !comesAfter(a, b) && !comesAfter(b, a);
}

/** Whether bit `index` is set. */
export function hasBit(bits: Uint32Array, index: number): boolean {
  return (((bits[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1;
}

/** Everything that comes before an operation with these parents, and the parents. */
export function pastOf(parents: readonly PlacedOperation[]): Uint32Array {
  const words = Math.max(0, ...parents.map(({ past, index }) => Math.max(past.length, (index >>> 5) + 1)));
  const bits = new Uint32Array(words);
  for (const { past, index } of parents) {
    for (const [word, value] of past.entries()) bits[word] = (bits[word] as number) | value;
    bits[index >>> 5] = (bits[index >>> 5] as number) | (1 << (index & 31));
  }
  return bits;
}

/** In the order in which operations take effect: by depth, then by hash. */
export function byDepth(a: PlacedOperation, b: PlacedOperation): number {
  return a.depth - b.depth || (a.read.id < b.read.id ? -1 : 1);
}

/** Who prevails of two that take each other's rights: the admin and the device of longer standing, then the lower hash. */
export function byStanding(a: PlacedOperation, b: PlacedOperation): number {
  return a.adminDepth - b.adminDepth || a.deviceDepth - b.deviceDepth || (a.read.id < b.read.id ? -1 : 1);
}
