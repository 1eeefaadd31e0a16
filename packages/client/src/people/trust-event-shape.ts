/** How trust events are kept in a contact's row. */
import {
  type AccountId,
  accountId,
  field,
  oneOf,
  type PostId,
  postIdShape,
  type RivalRung,
  record,
  type Shape,
  type TrustEvent,
  text,
  uint,
  union,
  type WitnessCount,
} from "@kith/protocol";

/** Events kept for one contact, the newest ones: repeated asks must not fill a row. */
export const MAX_TRUST_EVENTS = 64;

interface Dated {
  readonly atMs: number;
}

const dated: Shape<Dated> = record<Dated>({ atMs: field(1, uint()) });
const datedBy = record<Dated & { by: AccountId }>({ atMs: field(1, uint()), by: field(2, accountId) });
const datedRival = record<Dated & { account: AccountId }>({ atMs: field(1, uint()), account: field(2, accountId) });
const datedPost = record<Dated & { postId: PostId }>({ atMs: field(1, uint()), postId: field(2, postIdShape) });
const datedWitness = record<Dated & WitnessCount>({
  atMs: field(1, uint()),
  agreed: field(2, uint(255)),
  asked: field(3, uint(255)),
  sinceMs: field(4, uint()),
});
const rung: Shape<RivalRung> = oneOf<RivalRung>({
  CLAIMED: 1,
  WITNESSED: 2,
  PROOF_SEEN: 3,
  INTRODUCED: 4,
  VERIFIED: 5,
});

/** The events with one more at their end. */
export function withTrust(events: readonly TrustEvent[], ...more: readonly TrustEvent[]): readonly TrustEvent[] {
  return [...events, ...more].slice(-MAX_TRUST_EVENTS);
}

/** Codec shape of a trust event. */
export const trustEventShape: Shape<TrustEvent> = union<TrustEvent>({
  "claim-seen": [1, dated],
  invited: [2, dated],
  introduced: [3, datedBy],
  compared: [4, dated],
  "rival-seen": [
    5,
    record<Dated & { account: AccountId; rung: RivalRung }>({
      atMs: field(1, uint()),
      account: field(2, accountId),
      rung: field(3, rung),
    }),
  ],
  "rival-gone": [6, datedRival],
  "handle-moved": [7, record<Dated & { to: AccountId }>({ atMs: field(1, uint()), to: field(2, accountId) })],
  "chain-replaced": [8, dated],
  "change-accepted": [9, dated],
  "equivocation-seen": [10, dated],
  "chain-recovered": [11, dated],
  "proof-seen": [12, datedPost],
  "proof-gone": [13, datedPost],
  "handle-changed": [14, record<Dated & { from: string }>({ atMs: field(1, uint()), from: field(2, text(15)) })],
  uncompared: [15, dated],
  witnessed: [16, datedWitness],
  "introduction-gone": [17, datedBy],
});
