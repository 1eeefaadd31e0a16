/** One claim with its chain and cards as a directory node keeps it under one key. */
import {
  accountId,
  bytes,
  type ChainHead,
  chainHeadShape,
  compareBytes,
  compareHeads,
  decodeAs,
  encodeAs,
  field,
  type Handle,
  type HeldRecord,
  handleShape,
  InvariantError,
  MAX_ACCOUNT_RECORD_BYTES,
  MAX_CLAIM_BYTES,
  type MergeableClaim,
  optional,
  record,
  type Shape,
  toHex,
  uint,
  type VerifiedAccount,
  type Xid,
  xidShape,
} from "@kith/protocol";

/** A kept record. Times in ms since 1970. */
export interface HeldClaim extends MergeableClaim {
  readonly handle: Handle;
  readonly xid?: Xid | undefined;
  /** The encoded account record. */
  readonly record: Uint8Array;
  /** The chain's head: a newer one replaces the record of the same claim. */
  readonly chainHead: ChainHead;
  /** Sum of the card numbers: of two records with one head the higher is newer. */
  readonly cardSeqs: number;
  readonly firstSeenMs: number;
  readonly untilMs: number;
}

const heldShape: Shape<HeldClaim> = record<HeldClaim>({
  account: field(1, accountId),
  head: field(2, chainHeadShape),
  issuedMs: field(3, uint()),
  hash: field(4, bytes(32)),
  encoded: field(5, bytes(1, MAX_CLAIM_BYTES)),
  record: field(6, bytes(1, MAX_ACCOUNT_RECORD_BYTES)),
  chainHead: field(7, chainHeadShape),
  cardSeqs: field(8, uint()),
  firstSeenMs: field(9, uint()),
  untilMs: field(10, uint()),
  handle: field(11, handleShape),
  xid: optional(12, xidShape),
});

/** Bytes of a row. */
export function encodeHeld(held: HeldClaim): Uint8Array {
  return encodeAs(heldShape, held);
}

/** Claim of a row. @throws InvariantError when the row is not one that this code wrote. */
export function decodeHeld(row: Uint8Array): HeldClaim {
  const decoded = decodeAs(heldShape, row, MAX_ACCOUNT_RECORD_BYTES + 2048);
  if (!decoded.ok) throw new InvariantError(`directory row: ${decoded.error.code}`);
  return decoded.value;
}

/** What a verified record is kept as; null without a claim. */
export function toHeld(
  encoded: Uint8Array,
  { claim, chain, cards }: VerifiedAccount,
  times: { readonly nowMs: number; readonly maxLifeMs: number },
): HeldClaim | null {
  if (claim === undefined) return null;
  return {
    account: claim.account,
    handle: claim.handle,
    ...(claim.xid === undefined ? {} : { xid: claim.xid }),
    head: claim.head,
    issuedMs: claim.issuedMs,
    hash: claim.hash,
    encoded: claim.encoded,
    record: encoded,
    chainHead: chain.head,
    cardSeqs: Math.min(
      cards.reduce((sum, { cardSeq }) => sum + cardSeq, 0),
      Number.MAX_SAFE_INTEGER,
    ),
    firstSeenMs: times.nowMs,
    untilMs: Math.min(claim.expiresMs, times.nowMs + times.maxLifeMs),
  };
}

/** Whether `a` says more of the same claim than `b`: a longer chain, newer cards; ties by the bytes, so all agree. */
export function isNewerRecord(a: HeldClaim, b: HeldClaim): boolean {
  return (compareHeads(a.chainHead, b.chainHead) || a.cardSeqs - b.cardSeqs || compareBytes(a.record, b.record)) > 0;
}

/** Name of a claim among those under one key. */
export function claimName({ hash }: MergeableClaim): string {
  return toHex(hash);
}

/** Claims as an answer carries them. */
export function toRecords(held: readonly HeldClaim[]): readonly HeldRecord[] {
  return held.map(({ record, firstSeenMs }) => ({ record, firstSeenMs }));
}
