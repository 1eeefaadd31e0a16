import { describe, expect, it } from "vitest";
import { expectValue } from "../account/fixtures.ts";
import { MAX_GROUP_MEMBERS, MAX_GROUP_OPERATIONS, RESERVED_GROUP_OPERATIONS } from "../limits.ts";
import type { GroupAct } from "./act.ts";
import {
  type Actor,
  actOn,
  actor,
  afterActs,
  CERTIFICATE,
  founded,
  groupOf,
  JOIN,
  madeOperation,
  membersOf,
  saidBy,
  withOperations,
} from "./fixtures.ts";
import { type GroupLog, groupEquivocations, nextParents, nextSeq, placeOperation, stateAfter } from "./group-log.ts";
import { holderOf, memberOf } from "./group-state.ts";
import type { VerifiedOperation } from "./operation.ts";

const [ASHA, BELA, CARL, DINA] = [actor(0xa1), actor(0xb2), actor(0xc3), actor(0xd4)];

function add(who: Actor, role: "admin" | "member" = "member"): GroupAct {
  return { type: "add", account: who.account, role };
}

function remove(who: Actor): GroupAct {
  return { type: "remove", account: who.account };
}

function refusal(log: GroupLog, by: Actor, act: GroupAct): string {
  const placed = placeOperation(log, actOn(log, by, act));
  return placed.ok ? "taken" : placed.error.code;
}

/** Both orders of operations that were made side by side; the logs must say the same. */
function merged(log: GroupLog, ...operations: readonly VerifiedOperation[]): GroupLog {
  const forth = withOperations(log, ...operations);
  const back = withOperations(log, ...[...operations].reverse());
  expect(saidBy(back)).toEqual(saidBy(forth));
  return forth;
}

describe("a group", () => {
  it("has its founder as its only member and admin", () => {
    const log = founded(ASHA);
    expect(membersOf(log)).toEqual(["a1A"]);
    expect(log.state.name.text).toBe("Garden");
    expect(log.heads).toEqual([log.group]);
  });

  it("has nobody as a member who has not consented", () => {
    const invited = afterActs(founded(ASHA), [ASHA, add(BELA)]);
    expect(membersOf(invited)).toEqual(["a1A"]);
    expect(membersOf(afterActs(invited, [BELA, JOIN]))).toEqual(["a1A", "b2"]);
  });

  it("lets an invited person decline", () => {
    const invited = afterActs(founded(ASHA), [ASHA, add(BELA)]);
    const declined = afterActs(invited, [BELA, { type: "leave", certificate: CERTIFICATE }]);
    expect(declined.state.guests).toEqual([]);
    expect(refusal(declined, BELA, JOIN)).toBe("not-invited");
  });

  it("makes who was invited as an admin one on joining", () => {
    expect(membersOf(groupOf(ASHA, [[BELA, "admin"]]))).toEqual(["a1A", "b2A"]);
  });

  it("takes a name, a timer and a link from an admin", () => {
    const key = new Uint8Array(32).fill(9);
    const { state } = afterActs(
      founded(ASHA),
      [ASHA, { type: "rename", name: "Orchard" }],
      [ASHA, { type: "timer", vanishAfterMs: 60_000 }],
      [ASHA, { type: "link", key, needsApproval: true }],
      [ASHA, { type: "picture", hash: key }],
    );
    expect(state.picture.hash).toEqual(key);
    expect(state.name.text).toBe("Orchard");
    expect(state.timer.vanishAfterMs).toBe(60_000);
    expect(state.link).toMatchObject({ key, needsApproval: true });
  });

  it("has the member of longest standing as an admin when the last one leaves", () => {
    const log = groupOf(ASHA, [
      [BELA, "member"],
      [CARL, "member"],
    ]);
    expect(membersOf(afterActs(log, [ASHA, { type: "leave" }]))).toEqual(["b2A", "c3"]);
  });

  it("has the first of its guests to join as an admin when nobody else is left", () => {
    const invited = afterActs(founded(ASHA), [ASHA, add(BELA)], [ASHA, add(CARL)], [ASHA, { type: "leave" }]);
    expect(membersOf(afterActs(invited, [CARL, JOIN], [BELA, JOIN]))).toEqual(["b2", "c3A"]);
  });

  it("brings in another device of a member, and retires it for good", () => {
    const tablet = actor(0xb2, 1);
    const log = afterActs(groupOf(ASHA, [[BELA, "member"]]), [tablet, JOIN]);
    expect(memberOf(log.state, BELA.account)?.devices).toHaveLength(2);
    const retired = afterActs(log, [BELA, { type: "retire", device: tablet.device }]);
    expect(holderOf(retired.state, tablet.device)).toBeUndefined();
    expect(refusal(retired, tablet, JOIN)).toBe("retired-device");
    expect(refusal(retired, tablet, { type: "leave" })).toBe("retired-device");
  });
});

describe("an invite link", () => {
  const key = new Uint8Array(32).fill(9);
  const join: GroupAct = { type: "join", certificate: CERTIFICATE, pass: { key, signature: new Uint8Array(64) } };
  const open = afterActs(founded(ASHA), [ASHA, { type: "link", key }]);

  it("lets its users in", () => {
    expect(membersOf(afterActs(open, [BELA, join]))).toEqual(["a1A", "b2"]);
  });

  it("with approval lets them wait until an admin adds them", () => {
    const waiting = afterActs(founded(ASHA), [ASHA, { type: "link", key, needsApproval: true }], [BELA, join]);
    expect(membersOf(waiting)).toEqual(["a1A"]);
    expect(refusal(waiting, BELA, join)).toBe("already-there");
    expect(membersOf(afterActs(waiting, [ASHA, add(BELA)]))).toEqual(["a1A", "b2"]);
  });

  it("of another key, or turned off, lets nobody in", () => {
    const other: GroupAct = { ...join, pass: { key: new Uint8Array(32), signature: new Uint8Array(64) } };
    expect(refusal(open, BELA, other)).toBe("not-invited");
    expect(refusal(afterActs(open, [ASHA, { type: "link" }]), BELA, join)).toBe("not-invited");
  });

  it("turned off takes back who uses it at the same time", () => {
    const log = merged(open, actOn(open, BELA, join), actOn(open, ASHA, { type: "link" }));
    expect(membersOf(log)).toEqual(["a1A"]);
  });

  it("lets a removed person in again, and a banned one only after an admin has added them", () => {
    const log = afterActs(open, [BELA, join], [ASHA, remove(BELA)]);
    expect(membersOf(afterActs(log, [BELA, join]))).toEqual(["a1A", "b2"]);
    const banned = afterActs(log, [ASHA, { type: "remove", account: BELA.account, isBanned: true }]);
    expect(refusal(banned, BELA, join)).toBe("banned-member");
    expect(membersOf(afterActs(banned, [ASHA, add(BELA)], [BELA, JOIN]))).toEqual(["a1A", "b2"]);
  });
});

describe("an operation is refused", () => {
  const log = groupOf(ASHA, [[BELA, "member"]]);

  it.each([
    ["of somebody who never belonged to it", CARL, { type: "leave" }, "unknown-member"],
    ["of a device that was not brought in", actor(0xa1, 7), { type: "rename", name: "x" }, "unknown-device"],
    ["of a member that only admins may do", BELA, add(CARL), "not-an-admin"],
    ["to join without an invitation", CARL, JOIN, "not-invited"],
    ["to join twice", BELA, JOIN, "already-there"],
    ["to add a member", ASHA, add(BELA), "already-there"],
    ["to remove nobody", ASHA, remove(CARL), "not-there"],
    ["to remove oneself", ASHA, remove(ASHA), "own-account"],
    ["to give a role again", ASHA, { type: "role", account: BELA.account, role: "member" }, "no-change"],
    ["to give a role to nobody", ASHA, { type: "role", account: CARL.account, role: "admin" }, "not-there"],
    ["to give the name again", ASHA, { type: "rename", name: "Garden" }, "no-change"],
    ["to set the timer again", ASHA, { type: "timer" }, "no-change"],
    ["to take back a picture that is not there", ASHA, { type: "picture" }, "no-change"],
    ["to change the picture as a member", BELA, { type: "picture", hash: new Uint8Array(32) }, "not-an-admin"],
    ["to retire another's device", BELA, { type: "retire", device: ASHA.device }, "not-an-admin"],
    ["to retire no device", ASHA, { type: "retire", device: CARL.device }, "not-there"],
  ] as [string, Actor, GroupAct, string][])("%s", (_, by, act, code) => {
    expect(refusal(log, by, act)).toBe(code);
  });

  it("to decline by a device that shows no certificate", () => {
    const invited = afterActs(log, [ASHA, add(CARL)]);
    expect(refusal(invited, CARL, { type: "leave" })).toBe("unknown-device");
  });

  it("of somebody who was removed, or has left", () => {
    expect(refusal(afterActs(log, [ASHA, remove(BELA)]), BELA, { type: "leave" })).toBe("removed-member");
    expect(refusal(afterActs(log, [BELA, { type: "leave" }]), BELA, { type: "leave" })).toBe("left-member");
  });

  it("that founds the group again, or belongs to another", () => {
    const other = founded(BELA, "Cellar");
    expect(placeOperation(log, other.operations[0]?.read as VerifiedOperation)).toEqual({
      ok: false,
      error: { code: "other-group" },
    });
  });

  it("whose number is not the next of its device", () => {
    const act: GroupAct = { type: "rename", name: "Orchard" };
    for (const seq of [nextSeq(log, ASHA.device) - 1, nextSeq(log, ASHA.device) + 1]) {
      const read = madeOperation(ASHA, act, { group: log.group, parents: nextParents(log), seq });
      expect(placeOperation(log, read)).toEqual({ ok: false, error: { code: "bad-sequence" } });
    }
  });

  it("until what it comes after is there, which it names", () => {
    const first = actOn(log, ASHA, { type: "rename", name: "Orchard" });
    const second = actOn(withOperations(log, first), ASHA, { type: "rename", name: "Meadow" });
    expect(placeOperation(log, second)).toEqual({
      ok: false,
      error: { code: "missing-parents", missing: [first.id] },
    });
  });

  it("as a repetition changes nothing", () => {
    const again = placeOperation(log, log.operations[1]?.read as VerifiedOperation);
    expect(expectValue(again)).toBe(log);
  });
});

describe("operations made side by side", () => {
  const log = groupOf(ASHA, [
    [BELA, "admin"],
    [CARL, "member"],
  ]);

  it("are two heads until something comes after both", () => {
    const fork = merged(log, actOn(log, ASHA, add(DINA)), actOn(log, BELA, { type: "rename", name: "Orchard" }));
    expect(fork.heads).toHaveLength(2);
    expect(fork.state.name.text).toBe("Orchard");
    expect(fork.state.guests).toHaveLength(1);
    expect(afterActs(fork, [CARL, { type: "leave" }]).heads).toHaveLength(1);
  });

  it("of a removed person do not count", () => {
    const removal = actOn(log, ASHA, remove(BELA));
    const act = actOn(log, BELA, add(DINA));
    const fork = merged(log, removal, act);
    expect(fork.state.guests).toEqual([]);
    expect([...fork.voided]).toEqual([act.id]);
  });

  it("fall with what they rest on", () => {
    const adding = actOn(log, BELA, add(DINA, "admin"));
    const ahead = afterActs(withOperations(log, adding), [DINA, JOIN], [DINA, { type: "rename", name: "Taken" }]);
    const fork = withOperations(ahead, actOn(log, ASHA, remove(BELA)));
    expect(membersOf(fork)).toEqual(["a1A", "c3"]);
    expect(fork.state.name.text).toBe("Garden");
    expect(fork.voided.size).toBe(3);
  });

  it("that add somebody and remove them leave them out", () => {
    const invited = afterActs(log, [ASHA, add(DINA)]);
    const gone = afterActs(invited, [ASHA, remove(DINA)]);
    const fork = withOperations(gone, actOn(log, BELA, add(DINA)));
    expect(fork.state.guests).toEqual([]);
    expect(fork.voided.size).toBe(1);
  });

  it("with which two admins remove each other leave the one who has been an admin for longer", () => {
    const fork = merged(log, actOn(log, ASHA, remove(BELA)), actOn(log, BELA, remove(ASHA)));
    expect(membersOf(fork)).toEqual(["a1A", "c3"]);
  });

  it("with which two admins of one standing remove each other leave the author of the lower hash", () => {
    const pair = groupOf(ASHA, [
      [BELA, "member"],
      [CARL, "member"],
    ]);
    // Both become admins by operations of one depth.
    const tablet = actor(0xa1, 1);
    const base = afterActs(pair, [tablet, JOIN]);
    const roleB = actOn(base, ASHA, { type: "role", account: BELA.account, role: "admin" });
    const roleC = actOn(base, tablet, { type: "role", account: CARL.account, role: "admin" });
    const equals = withOperations(base, roleB, roleC);
    const [byBela, byCarl] = [actOn(equals, BELA, remove(CARL)), actOn(equals, CARL, remove(BELA))];
    const fork = merged(equals, byBela, byCarl);
    expect(membersOf(fork)).toEqual(["a1A", byBela.id < byCarl.id ? "b2A" : "c3A"]);
  });

  it("with which three remove each other in a circle leave out only whom the one of longest standing removes", () => {
    const three = groupOf(ASHA, [
      [BELA, "admin"],
      [CARL, "admin"],
      [DINA, "member"],
    ]);
    const removals = [
      actOn(three, BELA, remove(CARL)),
      actOn(three, CARL, remove(ASHA)),
      actOn(three, ASHA, remove(BELA)),
    ];
    const fork = merged(three, ...removals);
    expect(membersOf(fork)).toEqual(["a1A", "c3A", "d4"]);
  });

  it("of an admin whose role is taken do not count, but leaving does", () => {
    const demotion = actOn(log, ASHA, { type: "role", account: BELA.account, role: "member" });
    expect(merged(log, demotion, actOn(log, BELA, add(DINA))).state.guests).toEqual([]);
    expect(membersOf(merged(log, demotion, actOn(log, BELA, { type: "leave" })))).toEqual(["a1A", "c3"]);
  });

  it("of a retired device do not count", () => {
    const tablet = actor(0xa1, 1);
    const two = afterActs(log, [tablet, JOIN]);
    const fork = merged(
      two,
      actOn(two, ASHA, { type: "retire", device: tablet.device }),
      actOn(two, tablet, add(DINA)),
    );
    expect(fork.state.guests).toEqual([]);
  });

  it("that name the group differently give it the name of the lower hash", () => {
    const names = ["Orchard", "Meadow"].map((name, index) => {
      return actOn(log, index === 0 ? ASHA : BELA, { type: "rename", name });
    });
    const [lower] = [...names].sort((a, b) => (a.id < b.id ? -1 : 1));
    const fork = merged(log, ...names);
    expect(fork.state.name.by).toBe(lower?.id);
  });

  it("never make a group larger than it may be", () => {
    let full = log;
    for (let i = full.state.members.length; i < MAX_GROUP_MEMBERS - 1; i++)
      full = afterActs(full, [ASHA, add(actor(i))]);
    const fork = merged(full, actOn(full, ASHA, add(DINA)), actOn(full, BELA, add(actor(0xe5))));
    expect(fork.state.members.length + fork.state.guests.length).toBe(MAX_GROUP_MEMBERS);
    expect(refusal(fork, ASHA, add(actor(0xe6)))).toBe("group-full");
  });
});

describe("an attack", () => {
  const log = groupOf(ASHA, [
    [BELA, "admin"],
    [CARL, "member"],
  ]);

  it("by a removed admin who speaks from the past does nothing", () => {
    const removed = afterActs(log, [ASHA, remove(BELA)], [ASHA, { type: "rename", name: "Safe" }]);
    const late = [actOn(log, BELA, remove(ASHA)), actOn(log, BELA, add(DINA)), actOn(log, BELA, remove(CARL))];
    for (const read of late) {
      const fork = withOperations(removed, read);
      expect(membersOf(fork)).toEqual(["a1A", "c3"]);
      expect(fork.voided).toEqual(new Set([read.id]));
    }
  });

  it("by a device that takes one place twice is seen, and counts once", () => {
    const names = ["One", "Two"].map((name) => actOn(log, BELA, { type: "rename", name }));
    const fork = merged(log, ...names);
    const operations = names.map(({ id }) => id).sort();
    expect(groupEquivocations(fork)).toEqual([{ device: BELA.device, seq: 2, operations }]);
    expect(fork.state.name.by).toBe(operations[0]);
  });

  it("by a removed admin who takes an old place again does not undo what was done there", () => {
    const adding = afterActs(log, [BELA, add(DINA)], [DINA, JOIN], [ASHA, remove(BELA)]);
    for (let i = 0; i < 8; i++) {
      // Some of these have lower hashes than the operation whose place they take.
      const twin = actOn(log, BELA, { type: "rename", name: `try ${i}` });
      expect(membersOf(withOperations(adding, twin))).toEqual(["a1A", "c3", "d4"]);
    }
  });

  it("that fills the log leaves room to leave and to remove", { timeout: 60_000 }, () => {
    let full = log;
    while (full.operations.length < MAX_GROUP_OPERATIONS - RESERVED_GROUP_OPERATIONS) {
      full = afterActs(full, [BELA, { type: "rename", name: `n${full.operations.length}` }]);
    }
    expect(refusal(full, BELA, { type: "rename", name: "more" })).toBe("log-full");
    expect(membersOf(afterActs(full, [ASHA, remove(BELA)]))).toEqual(["a1A", "c3"]);
  });

  it("leaves what others saw before as they saw it", () => {
    const before = log.heads;
    const later = afterActs(log, [ASHA, remove(BELA)]);
    expect(memberOf(stateAfter(later, before), BELA.account)).toBeDefined();
    expect(memberOf(later.state, BELA.account)).toBeUndefined();
  });
});
