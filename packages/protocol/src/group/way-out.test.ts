import { describe, expect, it } from "vitest";
import { nobleSuite } from "../crypto/noble.ts";
import { MAX_GROUP_LOG_BYTES } from "../limits.ts";
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
  membersOf,
  withOperations,
} from "./fixtures.ts";
import type { GroupLog } from "./group-log.ts";
import { guestOf, memberOf } from "./group-state.ts";
import { readOperation } from "./operation.ts";
import { operationsFor, placeOperations } from "./take-operations.ts";
import { wayOut } from "./way-out.ts";

const [ASHA, BELA, CARL, DINA] = [actor(0xa1), actor(0xb2), actor(0xc3), actor(0xd4)];

function add({ account }: Actor, role: "admin" | "member" = "member"): GroupAct {
  return { type: "add", account, role };
}

function remove({ account }: Actor): GroupAct {
  return { type: "remove", account };
}

/** What somebody has after they were shown the way out. */
function shown(theirs: GroupLog, log: GroupLog, { account }: Actor): GroupLog {
  const operations = operationsFor(log, wayOut(log, account), theirs.heads, MAX_GROUP_LOG_BYTES).map((encoded) => {
    const read = readOperation(nobleSuite, encoded);
    if (!read.ok) throw new TypeError("an operation of the log");
    return log.byId.get(read.value.id)?.read ?? { ...read.value, isVerified: true as const };
  });
  return placeOperations(theirs, operations).log ?? theirs;
}

function isThere({ state }: GroupLog, { account }: Actor): boolean {
  return (memberOf(state, account) ?? guestOf(state, account)) !== undefined;
}

describe("the way out of a group", () => {
  it("is the removal, for who joined while another admin removed them and who asked them has left", () => {
    const asked = afterActs(
      founded(ASHA),
      [ASHA, add(BELA)],
      [BELA, JOIN],
      [ASHA, add(CARL)],
      [ASHA, { type: "leave" }],
    );
    const removal = actOn(asked, BELA, remove(CARL));
    const theirs = afterActs(asked, [CARL, JOIN]);
    expect(membersOf(theirs)).toEqual(["b2A", "c3"]);
    const join = theirs.operations.at(-1)?.read;
    const log = withOperations(asked, removal, ...(join === undefined ? [] : [join]));
    expect(membersOf(log)).toEqual(["b2A"]);
    expect(wayOut(log, CARL.account)).toEqual([removal.id]);
    expect(membersOf(shown(theirs, log, CARL))).toEqual(["b2A"]);
  });

  it("shows nothing that was done after the removal", () => {
    const before = groupOf(ASHA, [
      [BELA, "member"],
      [CARL, "member"],
    ]);
    const log = afterActs(before, [ASHA, remove(CARL)], [ASHA, { type: "rename", name: "Secret" }]);
    const theirs = shown(before, log, CARL);
    expect(isThere(theirs, CARL)).toBe(false);
    expect(theirs.state.name.text).toBe("Garden");
  });

  it("is the newest removal, for who came back and was removed again", () => {
    const before = groupOf(ASHA, [[CARL, "member"]]);
    const back = afterActs(before, [ASHA, remove(CARL)], [ASHA, add(CARL)], [CARL, JOIN]);
    const log = afterActs(back, [ASHA, remove(CARL)]);
    expect(wayOut(log, CARL.account)).toEqual(log.heads);
    expect(isThere(shown(back, log, CARL), CARL)).toBe(false);
  });

  it("is there for who was asked by an admin that had been removed", () => {
    const before = groupOf(ASHA, [
      [BELA, "admin"],
      [DINA, "member"],
    ]);
    const theirs = afterActs(before, [BELA, add(CARL)], [CARL, JOIN]);
    const removal = actOn(before, ASHA, remove(BELA));
    const log = withOperations(theirs, removal);
    expect(isThere(log, CARL)).toBe(false);
    expect(wayOut(log, CARL.account)).toEqual([removal.id]);
    expect(isThere(shown(theirs, log, CARL), CARL)).toBe(false);
  });

  it("is what they did themselves, for who left", () => {
    const log = afterActs(groupOf(ASHA, [[CARL, "member"]]), [CARL, { type: "leave" }]);
    expect(wayOut(log, CARL.account)).toContain(log.heads[0]);
  });

  it("is not there for members, guests, and who never had to do with the group", () => {
    const log = afterActs(groupOf(ASHA, [[BELA, "member"]]), [ASHA, add(CARL)]);
    for (const { account } of [ASHA, BELA, CARL, DINA]) expect(wayOut(log, account)).toEqual([]);
  });

  it("is none for who used the link and never was let in", () => {
    const key = new Uint8Array(32).fill(9);
    const link: GroupAct = { type: "link", key, needsApproval: true };
    const join: GroupAct = { type: "join", certificate: CERTIFICATE, pass: { key, signature: new Uint8Array(64) } };
    const waiting = afterActs(founded(ASHA), [ASHA, link], [BELA, join]);
    expect(wayOut(afterActs(waiting, [ASHA, remove(BELA)]), BELA.account)).toEqual([]);
    expect(wayOut(afterActs(waiting, [BELA, { type: "leave", certificate: CERTIFICATE }]), BELA.account)).toEqual([]);
    const letIn = afterActs(waiting, [ASHA, add(BELA)], [ASHA, remove(BELA)]);
    expect(wayOut(letIn, BELA.account)).toEqual(letIn.heads);
    const direct = afterActs(founded(ASHA), [ASHA, { type: "link", key }], [BELA, join], [ASHA, remove(BELA)]);
    expect(wayOut(direct, BELA.account)).toEqual(direct.heads);
  });
});
