import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PostId } from "../account/numeric-id.ts";
import type { AccountId } from "../ids.ts";
import { assessTrust, type TrustEvent, traceTrust } from "./evidence.ts";

const other = "b".repeat(64) as AccountId;
const third = "c".repeat(64) as AccountId;
const postId = "1234567890123456789" as PostId;
type Plain = Extract<TrustEvent["type"], `c${string}` | "invited" | "uncompared" | "equivocation-seen">;
const at = (type: Plain, atMs = 1) => ({ type, atMs }) satisfies TrustEvent;
const proof = (type: "proof-seen" | "proof-gone", atMs = 1) => ({ type, atMs, postId }) satisfies TrustEvent;
const witnessed = (atMs = 1): TrustEvent => ({ type: "witnessed", atMs, agreed: 3, asked: 3, sinceMs: 0 });
const renamed = (atMs = 1): TrustEvent => ({ type: "handle-changed", atMs, from: "alice" });
const rival = (account: AccountId, rung: "CLAIMED" | "VERIFIED" = "CLAIMED", atMs = 9): TrustEvent => ({
  type: "rival-seen",
  atMs,
  account,
  rung,
});
const stateOf = (...events: TrustEvent[]) => assessTrust(events).state;

describe("one event", () => {
  test.each([
    [[], "NONE"],
    [[at("claim-seen")], "CLAIMED"],
    [[at("invited")], "INTRODUCED"],
    [[{ type: "introduced", atMs: 1, by: other }], "INTRODUCED"],
    [[at("compared")], "VERIFIED"],
    [[proof("proof-seen")], "PROOF_SEEN"],
    [[proof("proof-gone")], "NONE"],
    [[at("uncompared")], "NONE"],
    [[renamed()], "NONE"],
    [[at("chain-recovered")], "CHANGED"],
    [[rival(other)], "CONFLICT"],
    [[{ type: "handle-moved", atMs: 1, to: other }], "CHANGED"],
    [[at("chain-replaced")], "CHANGED"],
    [[at("change-accepted")], "NONE"],
    [[at("equivocation-seen")], "EQUIVOCATED"],
  ] as const)("%j allows %s", (events, state) => {
    expect(stateOf(...(events as readonly TrustEvent[]))).toBe(state);
  });
});

describe("an introduction", () => {
  const by = (account: AccountId, atMs = 1): TrustEvent => ({ type: "introduced", atMs, by: account });
  const gone = (account: AccountId, atMs = 5): TrustEvent => ({ type: "introduction-gone", atMs, by: account });

  test("that goes leaves the next best, and comes back", () => {
    expect(stateOf(at("claim-seen"), by(other), gone(other))).toBe("CLAIMED");
    expect(stateOf(by(other), gone(other))).toBe("NONE");
    expect(assessTrust([by(other), gone(other), by(other, 7)])).toMatchObject({ state: "INTRODUCED", sinceMs: 7 });
  });

  test("stays while another introducer is left, and takes nothing from an invite or a comparison", () => {
    expect(stateOf(by(other), by(third), gone(other))).toBe("INTRODUCED");
    expect(stateOf(by(other), by(third), gone(other), gone(third))).toBe("NONE");
    expect(stateOf(by(other), by(other), gone(other))).toBe("NONE");
    expect(assessTrust([at("invited"), by(other), gone(other)])).toMatchObject({ state: "INTRODUCED", byInvite: true });
    expect(stateOf(by(other), at("compared"), gone(other))).toBe("VERIFIED");
    expect(stateOf(gone(other), at("invited"))).toBe("INTRODUCED");
  });

  test("never covers a change, two histories or an equal rival, and does not outlive a decision", () => {
    expect(stateOf(at("chain-replaced"), by(other))).toBe("CHANGED");
    expect(stateOf(at("equivocation-seen"), by(other))).toBe("EQUIVOCATED");
    expect(stateOf(rival(third, "VERIFIED"), by(other))).toBe("CONFLICT");
    expect(stateOf(by(other), at("chain-replaced", 2), at("change-accepted", 3))).toBe("CLAIMED");
    expect(stateOf(by(other), at("chain-replaced", 2), at("change-accepted", 3), gone(other))).toBe("CLAIMED");
  });
});

test("only an invite is marked as one", () => {
  expect(assessTrust([at("invited")]).byInvite).toBe(true);
  expect(assessTrust([{ type: "introduced", atMs: 1, by: other }]).byInvite).toBe(false);
  expect(assessTrust([at("invited"), at("compared")])).toMatchObject({ state: "VERIFIED", byInvite: true });
});

test("the state keeps the time of the event behind it", () => {
  expect(assessTrust([at("claim-seen", 1), at("compared", 2), at("claim-seen", 3), at("compared", 4)])).toEqual({
    state: "VERIFIED",
    sinceMs: 2,
    byInvite: false,
    rivals: [],
    isSendingBlocked: false,
  });
  expect(assessTrust([]).sinceMs).toBeNull();
});

describe("rivals", () => {
  test("with equal evidence make a conflict, with weaker evidence none, and are listed in both cases", () => {
    const conflict = assessTrust([at("claim-seen"), rival(other), rival(third)]);
    expect(conflict).toMatchObject({ state: "CONFLICT", sinceMs: 9, rivals: [other, third], isSendingBlocked: false });
    expect(assessTrust([at("compared"), rival(other)])).toMatchObject({ state: "VERIFIED", rivals: [other] });
    expect(stateOf(at("compared"), rival(other, "VERIFIED"))).toBe("CONFLICT");
  });

  test("that are gone leave the state of before", () => {
    const gone: TrustEvent = { type: "rival-gone", atMs: 10, account: other };
    expect(assessTrust([at("claim-seen"), rival(other), gone])).toMatchObject({ state: "CLAIMED", rivals: [] });
    expect(stateOf(at("claim-seen"), rival(third), gone)).toBe("CONFLICT");
  });
});

describe("a change", () => {
  test("blocks sending until the person decides, and what was compared before counts no more", () => {
    const before = [at("invited", 1), at("compared", 2), at("chain-replaced", 3)];
    expect(assessTrust(before)).toMatchObject({ state: "CHANGED", sinceMs: 3, isSendingBlocked: true });
    const after = [...before, at("change-accepted", 4)];
    expect(assessTrust(after)).toMatchObject({
      state: "CLAIMED",
      sinceMs: 4,
      byInvite: false,
      isSendingBlocked: false,
    });
    expect(stateOf(...after, at("compared", 5))).toBe("VERIFIED");
  });

  test("is not undone by comparing without a decision", () => {
    expect(stateOf(at("chain-replaced"), at("compared"))).toBe("CHANGED");
  });

  test("cannot hide an equivocation, and no decision clears one", () => {
    const events = [at("chain-replaced", 1), at("equivocation-seen", 2), at("change-accepted", 3), at("compared", 4)];
    expect(assessTrust(events)).toMatchObject({ state: "EQUIVOCATED", sinceMs: 2, isSendingBlocked: true });
    expect(stateOf(at("equivocation-seen", 1), at("chain-replaced", 2))).toBe("EQUIVOCATED");
  });
});

describe("witnesses", () => {
  test("raise a claim, and go with the handle it was for", () => {
    expect(stateOf(at("claim-seen"), witnessed())).toBe("WITNESSED");
    expect(stateOf(at("claim-seen"), witnessed(), proof("proof-seen"))).toBe("PROOF_SEEN");
    expect(stateOf(at("claim-seen"), witnessed(), renamed(), at("claim-seen"))).toBe("CLAIMED");
  });

  test("count nothing against a rival: who came first need not be whom the handle belongs to", () => {
    const rival = { type: "rival-seen" as const, atMs: 5, account: other, rung: "CLAIMED" as const };
    expect(stateOf(at("claim-seen"), witnessed(), rival)).toBe("CONFLICT");
    expect(stateOf(at("claim-seen"), { ...rival, rung: "WITNESSED" })).toBe("CONFLICT");
    expect(stateOf(at("claim-seen"), proof("proof-seen"), { ...rival, rung: "WITNESSED" })).toBe("PROOF_SEEN");
  });
});

describe("evidence that goes", () => {
  test("leaves the next best: a post that was deleted, a comparison that was taken back", () => {
    expect(stateOf(at("claim-seen"), proof("proof-seen", 2), proof("proof-gone", 3))).toBe("CLAIMED");
    expect(assessTrust([at("invited"), proof("proof-seen", 2), at("compared", 3), at("uncompared", 4)])).toMatchObject({
      state: "INTRODUCED",
      sinceMs: 1,
    });
    expect(stateOf(proof("proof-seen"), at("compared"), proof("proof-gone"))).toBe("VERIFIED");
  });

  test("with another handle, what proved the old one counts no more, and what was compared stays", () => {
    expect(stateOf(at("claim-seen"), proof("proof-seen"), renamed(), at("claim-seen"))).toBe("CLAIMED");
    expect(stateOf(at("claim-seen"), at("compared"), renamed())).toBe("VERIFIED");
  });
});

describe("starting anew from the words", () => {
  test("clears an equivocation, needs a decision, and comparing again counts", () => {
    const events = [at("compared", 1), at("equivocation-seen", 2), at("chain-recovered", 3)];
    expect(assessTrust(events)).toMatchObject({ state: "CHANGED", sinceMs: 3, isSendingBlocked: true });
    expect(stateOf(...events, at("change-accepted", 4))).toBe("CLAIMED");
    expect(stateOf(...events, at("change-accepted", 4), at("compared", 5))).toBe("VERIFIED");
  });
});

test("the way to a state names what was said after each event", () => {
  const events = [at("claim-seen", 1), proof("proof-seen", 2), at("chain-recovered", 3), at("change-accepted", 4)];
  expect(traceTrust(events)).toEqual(
    ["CLAIMED", "PROOF_SEEN", "CHANGED", "CLAIMED"].map((state, index) => ({ event: events[index], state })),
  );
});

test("only events that bring evidence raise the rung", () => {
  const rungs = ["NONE", "CLAIMED", "WITNESSED", "PROOF_SEEN", "INTRODUCED", "VERIFIED"];
  const raising = ["claim-seen", "witnessed", "proof-seen", "invited", "introduced", "compared"];
  const event: fc.Arbitrary<TrustEvent> = fc.constantFrom(
    at("claim-seen"),
    witnessed(),
    at("invited"),
    { type: "introduced" as const, atMs: 1, by: other },
    { type: "introduction-gone" as const, atMs: 1, by: other },
    at("compared"),
    at("uncompared"),
    proof("proof-seen"),
    proof("proof-gone"),
    renamed(),
    at("chain-recovered"),
    at("chain-replaced"),
    at("change-accepted"),
    at("equivocation-seen"),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 8 }), event, (events, last) => {
      const before = rungs.indexOf(assessTrust(events).state);
      const after = rungs.indexOf(assessTrust([...events, last]).state);
      const isUncovered = before < 0 && last.type === "change-accepted";
      expect(after <= before || raising.includes(last.type) || isUncovered).toBe(true);
    }),
    { numRuns: 300 },
  );
});
