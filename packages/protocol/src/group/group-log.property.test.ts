import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSeededRandom } from "../testing/seeded-random.ts";
import type { GroupAct } from "./act.ts";
import { type Actor, actOn, actor, groupOf, JOIN, saidBy } from "./fixtures.ts";
import { type GroupLog, placeOperation, reduceOperations } from "./group-log.ts";
import { memberOf, sizeOf } from "./group-state.ts";
import type { VerifiedOperation } from "./operation.ts";
import { comesAfter, type PlacedOperation } from "./placed.ts";

/** One thing that happens: somebody does something to somebody, or hears what another has. */
interface Step {
  readonly kind: "invite" | "admin" | "remove" | "ban" | "role" | "rename" | "leave" | "retire" | "link" | "hear";
  readonly who: number;
  readonly whom: number;
}

const PEOPLE = 5;

/** Two devices each, so that accounts act from two places at once. */
const ACTORS: readonly Actor[] = Array.from({ length: 2 * PEOPLE }, (_, i) => actor(0x10 + (i >> 1), i & 1));

const KEY = new Uint8Array(32).fill(7);

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom<Step["kind"]>(
    ...(["invite", "admin", "admin", "remove", "remove", "ban", "role", "rename", "leave", "retire", "link"] as const),
    ...(["hear", "hear", "hear", "hear"] as const),
  ),
  who: fc.nat(ACTORS.length - 1),
  whom: fc.nat(ACTORS.length - 1),
});

function actOf({ kind, whom }: Step, log: GroupLog): GroupAct {
  const { account, device } = ACTORS[whom] as Actor;
  switch (kind) {
    case "invite":
      return { type: "add", account, role: "member" };
    case "admin":
      return { type: "add", account, role: "admin" };
    case "remove":
      return { type: "remove", account };
    case "ban":
      return { type: "remove", account, isBanned: true };
    case "role": {
      const isAdmin = memberOf(log.state, account)?.admin !== undefined;
      return { type: "role", account, role: isAdmin ? "member" : "admin" };
    }
    case "rename":
      return { type: "rename", name: `name ${whom} ${log.operations.length}` };
    case "retire":
      return { type: "retire", device };
    case "link":
      return {
        type: "link",
        ...(whom % 2 === 0 ? { key: KEY } : {}),
        ...(whom % 3 === 0 ? { needsApproval: true } : {}),
      };
    default:
      return { type: "leave" };
  }
}

/** Lives of a group in which everybody has their own log; the operations that anybody made, by hash. */
function everythingThatHappens(steps: readonly Step[]): readonly VerifiedOperation[] {
  const logs: GroupLog[] = ACTORS.map(() => START);
  for (const each of steps) {
    const own = logs[each.who] as GroupLog;
    logs[each.who] =
      each.kind === "hear" ? joining(heard(own, logs[each.whom] as GroupLog), each.who) : acting(own, each);
  }
  const all = new Map(logs.flatMap(({ operations }) => operations).map(({ read }) => [read.id, read]));
  return [...all.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function acting(log: GroupLog, each: Step): GroupLog {
  const placed = placeOperation(log, actOn(log, ACTORS[each.who] as Actor, actOf(each, log)));
  return placed.ok ? placed.value : log;
}

/** Whoever can join does so as soon as they hear of it. */
function joining(log: GroupLog, who: number): GroupLog {
  const invited = placeOperation(log, actOn(log, ACTORS[who] as Actor, JOIN));
  if (invited.ok) return invited.value;
  const pass = { key: KEY, signature: new Uint8Array(64) };
  const byLink = placeOperation(log, actOn(log, ACTORS[who] as Actor, { ...JOIN, pass } as GroupAct));
  return byLink.ok ? byLink.value : log;
}

function heard(log: GroupLog, other: GroupLog): GroupLog {
  return inAnyOrder(
    log,
    other.operations.map(({ read }) => read),
  );
}

/** Places operations in the order given, those that are early once they can be. */
function inAnyOrder(start: GroupLog, reads: readonly VerifiedOperation[]): GroupLog {
  let log = start;
  let open = reads;
  while (open.length > 0) {
    const early: VerifiedOperation[] = [];
    for (const read of open) {
      const placed = placeOperation(log, read);
      if (placed.ok) log = placed.value;
      else {
        expect(placed.error.code).toBe("missing-parents");
        early.push(read);
      }
    }
    expect(early.length).toBeLessThan(open.length);
    open = early;
  }
  return log;
}

function shuffled<T>(list: readonly T[], seed: string): readonly T[] {
  const random = createSeededRandom(seed);
  const keyed = list.map((item) => ({ item, key: (random(1)[0] as number) * 256 + (random(1)[0] as number) }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

function countingRemovals({ operations, voided }: GroupLog): readonly PlacedOperation[] {
  return operations.filter(({ read }) => read.operation.act.type === "remove" && !voided.has(read.id));
}

/** All are there, three of them as admins: most of what happens stands against something else. */
const START: GroupLog = groupOf(ACTORS[0] as Actor, [
  [ACTORS[2] as Actor, "admin"],
  [ACTORS[4] as Actor, "admin"],
  [ACTORS[6] as Actor, "member"],
]);

const life = fc.array(step, { minLength: 10, maxLength: 60 });

describe("whatever happens in a group", () => {
  it("everybody who has the same operations sees the same group", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(life, fc.string(), (steps, seed) => {
        const all = everythingThatHappens(steps);
        const log = inAnyOrder(START, all);
        const other = inAnyOrder(START, shuffled(all, seed));
        expect(saidBy(other)).toEqual(saidBy(log));
        // What grows step by step is what all of it at once makes.
        expect({ ...log, ...reduceOperations(other.operations) }).toEqual(log);
      }),
      { numRuns: 1000 },
    );
  });

  it("nobody who was removed belongs to it unless they came back afterwards", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(life, (steps) => {
        const log = inAnyOrder(START, everythingThatHappens(steps));
        for (const removal of countingRemovals(log)) {
          const { act } = removal.read.operation;
          const member = act.type === "remove" ? memberOf(log.state, act.account) : undefined;
          const joined = member && log.byId.get(member.by);
          if (joined !== undefined) expect(comesAfter(joined, removal)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("it has an admin as long as it has a member, and is never too large", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(life, (steps) => {
        const { state } = inAnyOrder(START, everythingThatHappens(steps));
        const hasAdmin = state.members.some(({ admin }) => admin !== undefined);
        expect(hasAdmin || state.members.length === 0).toBe(true);
        expect(sizeOf(state)).toBeLessThanOrEqual(PEOPLE);
        const accounts = [...state.members, ...state.guests].map(({ account }) => account);
        expect(new Set(accounts).size).toBe(accounts.length);
      }),
      { numRuns: 100 },
    );
  });
});
