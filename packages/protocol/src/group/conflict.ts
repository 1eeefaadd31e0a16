/**
 * Which operations of a group count when their authors had not seen each other's. Decided by the set of operations
 * alone, never by the order in which they came, so that all who have the same set agree.
 * @see docs/spec/10-group.md (Conflicts)
 */
import type { OperationId } from "./group-ids.ts";
import { needsAdmin } from "./permission.ts";
import { areConcurrent, byStanding, type PlacedOperation } from "./placed.ts";

/** An operation, what it needs and what takes it away. */
interface Node {
  readonly placed: PlacedOperation;
  readonly grants: readonly Node[];
  /** Operations that void it if they count. */
  readonly attackers: readonly Node[];
  counts?: boolean;
}

/** The operations that count, of a set that has with each operation all it comes after. */
export function countingOperations(operations: readonly PlacedOperation[]): ReadonlySet<OperationId> {
  const nodes = nodesOf(operations);
  let undecided = nodes;
  while (undecided.length > 0) {
    const before = undecided.length;
    for (const node of undecided) decide(node);
    undecided = undecided.filter(isUndecided);
    if (undecided.length < before) continue;
    prevail(strongestOf(undecided));
    undecided = undecided.filter(isUndecided);
  }
  return new Set(nodes.filter(({ counts }) => counts === true).map(({ placed }) => placed.read.id));
}

function nodesOf(operations: readonly PlacedOperation[]): readonly Node[] {
  const byId = new Map<OperationId, Node>();
  const nodes = operations.map((placed) => {
    const node = { placed, grants: [] as Node[], attackers: [] as Node[] };
    byId.set(placed.read.id, node);
    return node;
  });
  const takers = nodes.filter(({ placed }) => takesRights(placed));
  for (const node of nodes) {
    node.grants.push(...node.placed.grants.flatMap((id) => byId.get(id) ?? []));
    node.attackers.push(...takers.filter((taker) => doesVoid(taker.placed, node.placed)));
  }
  for (const node of nodes) node.attackers.push(...twinsOf(node, nodes));
  return nodes;
}

function isUndecided({ counts }: Node): boolean {
  return counts === undefined;
}

function decide(node: Node): void {
  const { grants, attackers } = node;
  const isVoid = grants.some(({ counts }) => counts === false) || attackers.some(({ counts }) => counts === true);
  const isSafe = grants.every(({ counts }) => counts === true) && attackers.every(({ counts }) => counts === false);
  if (isVoid) node.counts = false;
  else if (isSafe) node.counts = true;
}

/** What would void it does not count, so that no two that cannot both be count. */
function prevail(node: Node): void {
  node.counts = true;
  for (const attacker of node.attackers) attacker.counts ??= false;
}

/** Whether an operation may void others that were made at the same time. */
export function takesRights({ read }: PlacedOperation): boolean {
  const { act } = read.operation;
  return ["remove", "retire", "link"].includes(act.type) || (act.type === "role" && act.role === "member");
}

/** Whether an operation that takes rights voids another one, made at the same time, that rests on them. */
function doesVoid(taker: PlacedOperation, other: PlacedOperation): boolean {
  const { act } = taker.read.operation;
  const theirs = other.read.operation;
  if (!rests()) return false;
  return areConcurrent(taker, other);

  function rests(): boolean {
    switch (act.type) {
      case "remove":
        return theirs.author === act.account || (theirs.act.type === "add" && theirs.act.account === act.account);
      case "role": {
        const gives = theirs.act.type === "role" && theirs.act.role === "admin" && theirs.act.account === act.account;
        return gives || (theirs.author === act.account && needsAdmin(theirs.act));
      }
      case "retire":
        return theirs.device === act.device;
      default:
        return theirs.act.type === "join" && theirs.act.pass !== undefined;
    }
  }
}

/** Of two operations with which a device took one place twice, the one with the lower hash counts. */
function twinsOf({ placed }: Node, nodes: readonly Node[]): readonly Node[] {
  const { device, seq } = placed.read.operation;
  return nodes.filter(({ placed: other }) => {
    const { operation, id } = other.read;
    return operation.device === device && operation.seq === seq && id < placed.read.id;
  });
}

/**
 * Where all that is left waits for each other: of the operations that nothing outside their circle bears on, the one
 * that takes rights and whose author has been an admin for longest.
 */
function strongestOf(undecided: readonly Node[]): Node {
  const takers = undecided.filter((node) => undecided.some(({ attackers }) => attackers.includes(node)));
  const ordered = [...takers].sort((a, b) => byStanding(a.placed, b.placed));
  const strongest = ordered.find((node) => isInSourceCircle(node)) ?? ordered[0];
  // Grants alone lead back to `create` and never in a circle.
  if (strongest === undefined) throw new RangeError("operations without what they come after");
  return strongest;
}

/** Whether everything undecided that bears on a node is borne on by it too. */
function isInSourceCircle(node: Node): boolean {
  return [...reachedFrom(node)].every((source) => reachedFrom(source).has(node));
}

/** Everything undecided that bears on a node, over any number of steps. */
function reachedFrom(node: Node): ReadonlySet<Node> {
  const reached = new Set<Node>();
  const open = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const source of [...next.grants, ...next.attackers]) {
      if (source.counts !== undefined || reached.has(source)) continue;
      reached.add(source);
      open.push(source);
    }
  }
  return reached;
}
