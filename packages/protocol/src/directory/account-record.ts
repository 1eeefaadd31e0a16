/** What moves together between devices, relays and directory nodes: an account's chain, cards and claim. */
import type { ChainCache } from "../account/chain-cache.ts";
import type { ChainError, ChainState } from "../account/chain-state.ts";
import { verifyChain } from "../account/sigchain.ts";
import {
  bytes,
  type DecodeError,
  decodeAs,
  encodeAs,
  field,
  list,
  optional,
  record,
  type Shape,
} from "../codec/schema.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import {
  MAX_ACCOUNT_RECORD_BYTES,
  MAX_CARD_BYTES,
  MAX_CHAIN_ENTRIES,
  MAX_CLAIM_BYTES,
  MAX_DEVICES,
  MAX_ENTRY_BYTES,
} from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import {
  type CardChainError,
  type CardError,
  checkCard,
  checkCardAgainstChain,
  type DeviceCard,
} from "./device-card.ts";
import {
  type ClaimChainError,
  type ClaimError,
  type ClaimPolicy,
  checkClaim,
  checkClaimAgainstChain,
  type HandleClaim,
} from "./handle-claim.ts";

/** The parts as they travel. */
export interface AccountRecord {
  readonly claim?: Uint8Array | undefined;
  readonly chain: readonly Uint8Array[];
  /** At most one card a device. */
  readonly cards: readonly Uint8Array[];
}

/** The parts after every check. */
export interface VerifiedAccount {
  readonly claim?: HandleClaim | undefined;
  readonly chain: ChainState;
  readonly cards: readonly DeviceCard[];
}

/** Why a record is refused as a whole. */
export type AccountRecordError =
  | { readonly code: "bad-claim"; readonly cause: ClaimError | ClaimChainError }
  | { readonly code: "bad-chain"; readonly cause: ChainError }
  | { readonly code: "bad-card"; readonly index: number; readonly cause: CardError | CardChainError }
  | { readonly code: "duplicate-card"; readonly index: number };

const accountRecordShape: Shape<AccountRecord> = record<AccountRecord>({
  claim: optional(1, bytes(1, MAX_CLAIM_BYTES)),
  chain: field(2, list(bytes(1, MAX_ENTRY_BYTES), MAX_CHAIN_ENTRIES, 1)),
  cards: field(3, list(bytes(1, MAX_CARD_BYTES), MAX_DEVICES)),
});

/** Writes a record. @throws RangeError when a part is over its limit. */
export function encodeAccountRecord(value: AccountRecord): Uint8Array {
  return encodeAs(accountRecordShape, value);
}

/** Reads a record of at most 64 KiB; checks nothing but form and sizes. */
export function decodeAccountRecord(encoded: Uint8Array): Result<AccountRecord, DecodeError> {
  return decodeAs(accountRecordShape, encoded, MAX_ACCOUNT_RECORD_BYTES);
}

/**
 * Checks a record in the order of cost: the claim (work, then signature), the chain, the claim on the chain, the
 * cards. One bad part refuses the whole: whoever passes a record on leaves out what has expired.
 * @param chains where chains that were verified before are found, and this one is kept once the whole record is good.
 */
export async function verifyAccountRecord(
  suite: CryptoSuite,
  value: AccountRecord,
  policy: ClaimPolicy,
  chains?: ChainCache,
): Promise<Result<VerifiedAccount, AccountRecordError>> {
  const claim = value.claim === undefined ? null : await checkClaim(suite, value.claim, policy);
  if (claim?.ok === false) return err({ code: "bad-claim", cause: claim.error });
  const chain = await verifyChain(suite, value.chain, policy.nowMs, chains?.find(suite, value.chain));
  if (!chain.ok) return err({ code: "bad-chain", cause: chain.error });
  const stands = claim === null ? ok(null) : checkClaimAgainstChain(claim.value, chain.value);
  if (!stands.ok) return err({ code: "bad-claim", cause: stands.error });
  const cards = await verifyCards(suite, value.cards, chain.value, policy.nowMs);
  if (!cards.ok) return cards;
  chains?.keep(chain.value);
  const account = { chain: chain.value, cards: cards.value };
  return ok(claim === null ? account : { ...account, claim: claim.value });
}

async function verifyCards(
  suite: CryptoSuite,
  encodedCards: readonly Uint8Array[],
  chain: ChainState,
  nowMs: number,
): Promise<Result<readonly DeviceCard[], AccountRecordError>> {
  const cards: DeviceCard[] = [];
  for (const [index, encoded] of encodedCards.entries()) {
    const card = await checkCard(suite, encoded, nowMs);
    if (!card.ok) return err({ code: "bad-card", index, cause: card.error });
    const stands = checkCardAgainstChain(card.value, chain);
    if (!stands.ok) return err({ code: "bad-card", index, cause: stands.error });
    if (cards.some((each) => each.device === card.value.device)) return err({ code: "duplicate-card", index });
    cards.push(card.value);
  }
  return ok(cards);
}
