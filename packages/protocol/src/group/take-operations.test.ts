import { beforeAll, describe, expect, it } from "vitest";
import { fromHex, toHex } from "../bytes.ts";
import { encodeSigned } from "../codec/signed.ts";
import { nobleSuite } from "../crypto/noble.ts";
import { MAX_GROUP_MEMBERS } from "../limits.ts";
import type { GroupAct } from "./act.ts";
import { actor, afterActs, founded, type Signatory, saidBy, signatories, signedInto, signedOn } from "./fixtures.ts";
import vectors from "./group.vectors.json" with { type: "json" };
import type { GroupId } from "./group-ids.ts";
import type { GroupLog } from "./group-log.ts";
import { roleOf } from "./group-state.ts";
import { operationsFor, takeOperations } from "./take-operations.ts";

let alice: Signatory;
let bob: Signatory;
let log: GroupLog;

beforeAll(async () => {
  ({ alice, bob } = await signatories());
  const create: GroupAct = {
    type: "create",
    name: "Garden",
    nonce: new Uint8Array(16),
    certificate: alice.certificate,
  };
  log = await signedInto(null, alice, create);
  log = await signedInto(log, alice, { type: "add", account: bob.account, role: "member" });
  log = await signedInto(log, bob, { type: "join", certificate: bob.certificate });
  log = await signedInto(log, alice, { type: "rename", name: "Orchard" });
});

function encodedOf({ operations }: GroupLog): readonly Uint8Array[] {
  return operations.map(({ read }) => read.encoded);
}

function take(start: GroupLog | null, encoded: readonly Uint8Array[]): ReturnType<typeof takeOperations> {
  return takeOperations(nobleSuite, { group: log.group, log: start }, encoded);
}

describe("operations that come", () => {
  it("in any order make the same group", async () => {
    const all = encodedOf(log);
    for (const order of [all, [...all].reverse(), [...all.slice(2), ...all.slice(0, 2)]]) {
      const { log: made, early, missing, refused } = await take(null, order);
      expect(made && saidBy(made)).toEqual(saidBy(log));
      expect({ early, missing, refused }).toEqual({ early: [], missing: [], refused: [] });
    }
  });

  it("before what they come after wait, and say what is missing", async () => {
    const [create, add, , rename] = encodedOf(log) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const first = await take(null, [create, rename]);
    const join = log.operations[2]?.read.id;
    expect(first.missing).toEqual([join]);
    const then = await takeOperations(nobleSuite, { group: log.group, log: first.log, early: first.early }, [
      add,
      encodedOf(log)[2] as Uint8Array,
    ]);
    expect(then.log && saidBy(then.log)).toEqual(saidBy(log));
    expect(then.taken).toHaveLength(3);
  });

  it("again change nothing", async () => {
    const { log: same, taken, refused } = await take(log, encodedOf(log));
    expect(same).toBe(log);
    expect({ taken, refused }).toEqual({ taken: [], refused: [] });
  });

  it("broken, forged, of another group, or not allowed are refused one by one, and the others are taken", async () => {
    const other = await signedInto(null, bob, {
      type: "create",
      name: "Cellar",
      nonce: new Uint8Array(16),
      certificate: bob.certificate,
    });
    const notAllowed = await signedOn(log, bob, { type: "rename", name: "Mine" });
    const good = await signedOn(log, alice, { type: "rename", name: "Meadow" });
    const forged = await signedOn(log, alice, { type: "rename", name: "Forged" });
    const signature = good.signed.signature;
    const { log: made, refused } = await take(log, [
      Uint8Array.of(0),
      encodeSigned({ body: forged.signed.body, signature }),
      ...encodedOf(other),
      notAllowed.encoded,
      good.encoded,
    ]);
    expect(refused).toEqual(["bad-shape", "bad-signature", "other-group", "not-an-admin"]);
    expect(made?.state.name.text).toBe("Meadow");
  });
});

describe("operations for somebody", () => {
  it("are those beyond what they have, oldest first", () => {
    const all = encodedOf(log);
    const [first, second] = log.operations.map(({ read }) => read.id) as [never, never];
    expect(operationsFor(log, log.heads, [], 10_000)).toEqual(all);
    expect(operationsFor(log, log.heads, [second], 10_000)).toEqual(all.slice(2));
    expect(operationsFor(log, [second], [first], 10_000)).toEqual(all.slice(1, 2));
    expect(operationsFor(log, log.heads, log.heads, 10_000)).toEqual([]);
  });

  it("stop where the mail is full, with nothing that comes after what was left out", async () => {
    const some = operationsFor(log, log.heads, [], 1500);
    expect(some.length).toBeLessThan(encodedOf(log).length);
    const { early, log: made } = await take(null, some);
    expect(early).toEqual([]);
    expect(made?.operations).toHaveLength(some.length);
  });
});

it("a bomb of invitations stops at the bound", () => {
  const asha = actor(0xa1);
  let group = founded(asha);
  for (let i = 1; i < MAX_GROUP_MEMBERS; i++) {
    group = afterActs(group, [asha, { type: "add", account: actor(i).account, role: "member" }]);
  }
  expect(() => afterActs(group, [asha, { type: "add", account: actor(99).account, role: "member" }])).toThrow(
    "group-full",
  );
});

describe("the conflict of the vectors", () => {
  it.each([
    ["in the order in which it happened", (list: readonly Uint8Array[]) => list],
    ["backwards", (list: readonly Uint8Array[]) => [...list].reverse()],
  ])("comes out as written there, %s", async (_, order) => {
    const { group, operations, members, voided, heads, name } = vectors.conflict;
    const encoded = order(operations.map(fromHex));
    const { log: made } = await takeOperations(nobleSuite, { group: group as GroupId, log: null }, encoded);
    expect(made?.operations.map(({ read }) => toHex(read.encoded)).sort()).toEqual([...operations].sort());
    expect(made?.state.members.map((member) => [member.account, roleOf(member)])).toEqual(members);
    expect([...(made?.voided ?? [])].sort()).toEqual(voided);
    expect(made?.heads).toEqual(heads);
    expect(made?.state.name.text).toBe(name);
  });
});
