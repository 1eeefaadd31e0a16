/**
 * What the interface may say of a person under a handle: a pure function of the evidence that was recorded.
 * No state rises without a recorded event; time and proof of work never count, and being seen for long not against others.
 * @see docs/spec/04-directory.md
 */
import type { PostId } from "../account/numeric-id.ts";
import type { AccountId } from "../ids.ts";

/** How well it is known that an account belongs to a handle, weakest first. */
export type EvidenceRung = "NONE" | "CLAIMED" | "WITNESSED" | "PROOF_SEEN" | "INTRODUCED" | "VERIFIED";

/** How well a rival is known: at least by its claim. */
export type RivalRung = Exclude<EvidenceRung, "NONE">;

/** What the interface may say. The last three warn, whatever the rung is. */
export type TrustState = EvidenceRung | "CONFLICT" | "CHANGED" | "EQUIVOCATED";

/** Something that was seen about one account under one handle, in the order in which it was recorded. */
export type TrustEvent =
  /** A valid claim of the handle by the account was seen. */
  | { readonly type: "claim-seen"; readonly atMs: number }
  /** Several relays have seen the same chain of the account, and no other, since `sinceMs`. */
  | {
      readonly type: "witnessed";
      readonly atMs: number;
      readonly agreed: number;
      readonly asked: number;
      readonly sinceMs: number;
    }
  /** The account gave its handle up, or took another: what was proven of the old one proves nothing of the new. */
  | { readonly type: "handle-changed"; readonly atMs: number; readonly from: string }
  /** This person saw the statement in a post of the handle on X. */
  | { readonly type: "proof-seen"; readonly atMs: number; readonly postId: PostId }
  /** The post is not there any more. */
  | { readonly type: "proof-gone"; readonly atMs: number; readonly postId: PostId }
  /** The account came through an invite that this person made or opened. */
  | { readonly type: "invited"; readonly atMs: number }
  /** A contact in state VERIFIED introduced the account. */
  | { readonly type: "introduced"; readonly atMs: number; readonly by: AccountId }
  /** That contact is none any more, or is not in state VERIFIED now. */
  | { readonly type: "introduction-gone"; readonly atMs: number; readonly by: AccountId }
  /** Both people compared the safety number. */
  | { readonly type: "compared"; readonly atMs: number }
  /** The person took back that they had compared. */
  | { readonly type: "uncompared"; readonly atMs: number }
  /** Another account was seen claiming the handle, and how well. */
  | { readonly type: "rival-seen"; readonly atMs: number; readonly account: AccountId; readonly rung: RivalRung }
  /** Another account's claim has expired or was released. */
  | { readonly type: "rival-gone"; readonly atMs: number; readonly account: AccountId }
  /** The pinned contact's handle proves another account. */
  | { readonly type: "handle-moved"; readonly atMs: number; readonly to: AccountId }
  /** A chain that was already believed was replaced: another branch of a fork won. */
  | { readonly type: "chain-replaced"; readonly atMs: number }
  /** The account was started anew from its words: a higher epoch, which clears an equivocation before it. */
  | { readonly type: "chain-recovered"; readonly atMs: number }
  /** The person decided to go on after CHANGED. */
  | { readonly type: "change-accepted"; readonly atMs: number }
  /** Two entries by one signer at one place of the chain are held. */
  | { readonly type: "equivocation-seen"; readonly atMs: number };

/** What the interface may say, and why. */
export interface Trust {
  readonly state: TrustState;
  /** When the event behind the state was recorded, in ms since 1970; null for NONE. */
  readonly sinceMs: number | null;
  /** Shown as "by your invite". */
  readonly byInvite: boolean;
  /** Other accounts that claim the handle now, in the order in which they were seen. Nothing is pre-selected. */
  readonly rivals: readonly AccountId[];
  /** Whether sending needs a decision of the person first. */
  readonly isSendingBlocked: boolean;
}

const RUNGS: readonly EvidenceRung[] = ["NONE", "CLAIMED", "WITNESSED", "PROOF_SEEN", "INTRODUCED", "VERIFIED"];

interface Since<State> {
  readonly state: State;
  readonly sinceMs: number;
}

/** Everything that events came to. */
interface Evidence {
  /** Since when each kind of evidence is held. */
  readonly rungs: Partial<Readonly<Record<EvidenceRung, number>>>;
  readonly byInvite: boolean;
  /** Those whose introductions count. */
  readonly introducers: readonly AccountId[];
  readonly rivals: ReadonlyMap<AccountId, Since<EvidenceRung>>;
  readonly warning: Since<"CHANGED" | "EQUIVOCATED"> | null;
}

const NO_EVIDENCE: Evidence = { rungs: {}, byInvite: false, introducers: [], rivals: new Map(), warning: null };

/** Says what recorded events allow to be said. Order: equivocation, change, conflict, then the best evidence. */
export function assessTrust(events: readonly TrustEvent[]): Trust {
  return trustOf(events.reduce(weigh, NO_EVIDENCE));
}

/** A recorded event, and what was said after it. */
export interface TrustStep {
  readonly event: TrustEvent;
  readonly state: TrustState;
}

/** The way to what is said now, oldest step first: why somebody is shown as they are. */
export function traceTrust(events: readonly TrustEvent[]): readonly TrustStep[] {
  let evidence = NO_EVIDENCE;
  return events.map((event) => {
    evidence = weigh(evidence, event);
    return { event, state: trustOf(evidence).state };
  });
}

function trustOf({ rungs, byInvite, rivals, warning }: Evidence): Trust {
  const best = bestOf(rungs);
  const shown = warning ?? conflictOf(best, rivals) ?? best;
  return {
    state: shown?.state ?? "NONE",
    sinceMs: shown?.sinceMs ?? null,
    byInvite,
    rivals: [...rivals.keys()],
    isSendingBlocked: warning !== null,
  };
}

function bestOf(rungs: Evidence["rungs"]): Since<EvidenceRung> | null {
  const state = RUNGS.findLast((rung) => rungs[rung] !== undefined);
  const sinceMs = state && rungs[state];
  return state === undefined || sinceMs === undefined ? null : { state, sinceMs };
}

/** A rival with weaker evidence is listed but makes no conflict: squatting must not pay. */
function conflictOf(best: Since<EvidenceRung> | null, rivals: Evidence["rivals"]): Since<"CONFLICT"> | null {
  const own = weightOf(best?.state ?? "NONE");
  const equal = [...rivals.values()].find((rival) => weightOf(rival.state) >= own);
  return equal === undefined ? null : { state: "CONFLICT", sinceMs: equal.sinceMs };
}

/** Against a rival, being seen for long says nothing: whoever came first need not be whom the handle belongs to. */
function weightOf(rung: EvidenceRung): number {
  return RUNGS.indexOf(rung === "WITNESSED" ? "CLAIMED" : rung);
}

function weigh(evidence: Evidence, event: TrustEvent): Evidence {
  const sinceMs = event.atMs;
  switch (event.type) {
    case "claim-seen":
      return raised(evidence, "CLAIMED", sinceMs);
    case "witnessed":
      return raised(evidence, "WITNESSED", sinceMs);
    case "proof-seen":
      return raised(evidence, "PROOF_SEEN", sinceMs);
    case "invited":
      return { ...raised(evidence, "INTRODUCED", sinceMs), byInvite: true };
    case "introduced":
      return { ...raised(evidence, "INTRODUCED", sinceMs), introducers: [...evidence.introducers, event.by] };
    case "introduction-gone":
      return withoutIntroducer(evidence, event.by);
    case "compared":
      return raised(evidence, "VERIFIED", sinceMs);
    case "proof-gone":
      return lowered(evidence, "PROOF_SEEN");
    case "uncompared":
      return lowered(evidence, "VERIFIED");
    case "handle-changed":
      return lowered(evidence, "CLAIMED", "WITNESSED", "PROOF_SEEN");
    case "rival-seen":
      return { ...evidence, rivals: new Map(evidence.rivals).set(event.account, { state: event.rung, sinceMs }) };
    case "rival-gone":
      return { ...evidence, rivals: new Map([...evidence.rivals].filter(([account]) => account !== event.account)) };
    case "handle-moved":
    case "chain-replaced":
      return { ...evidence, warning: worse(evidence.warning, { state: "CHANGED", sinceMs }) };
    case "chain-recovered":
      return { ...evidence, warning: { state: "CHANGED", sinceMs } };
    case "change-accepted":
      return accepted(evidence, sinceMs);
    case "equivocation-seen":
      return { ...evidence, warning: worse(evidence.warning, { state: "EQUIVOCATED", sinceMs }) };
  }
}

function raised(evidence: Evidence, rung: EvidenceRung, sinceMs: number): Evidence {
  return { ...evidence, rungs: { ...evidence.rungs, [rung]: evidence.rungs[rung] ?? sinceMs } };
}

function lowered(evidence: Evidence, ...rungs: readonly EvidenceRung[]): Evidence {
  const kept = Object.entries(evidence.rungs).filter(([rung]) => !rungs.includes(rung as EvidenceRung));
  return { ...evidence, rungs: Object.fromEntries(kept) };
}

/** An invite, and another introducer, keep what they gave. */
function withoutIntroducer(evidence: Evidence, by: AccountId): Evidence {
  const introducers = evidence.introducers.filter((each) => each !== by);
  const left = { ...evidence, introducers };
  return evidence.byInvite || introducers.length > 0 ? left : lowered(left, "INTRODUCED");
}

function worse(held: Evidence["warning"], warning: NonNullable<Evidence["warning"]>): Evidence["warning"] {
  return held === null || (held.state === "CHANGED" && warning.state === "EQUIVOCATED") ? warning : held;
}

/** Going on after a change starts anew from CLAIMED: what was compared before the change says nothing after it. */
function accepted(evidence: Evidence, sinceMs: number): Evidence {
  if (evidence.warning?.state !== "CHANGED") return evidence;
  const rungs = bestOf(evidence.rungs) === null ? {} : { CLAIMED: sinceMs };
  return { ...evidence, rungs, byInvite: false, introducers: [], warning: null };
}
