/**
 * Device cards: where one device of an account takes contact requests.
 * @see docs/spec/04-directory.md
 */
import { compareHeads, containsHead } from "../account/chain-comparison.ts";
import { type ChainHead, type ChainState, chainHeadShape, deviceOf } from "../account/chain-state.ts";
import { compareBytes, fromHex } from "../bytes.ts";
import { type DecodeError, decodeAs, encodeAs, field, list, record, type Shape, uint } from "../codec/schema.ts";
import { decodeSigned, encodeSigned, signedBytes } from "../codec/signed.ts";
import { DOMAINS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { type AccountId, accountId, type DeviceId, deviceId } from "../ids.ts";
import { MAX_CARD_BYTES, MAX_RELAYS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { type BoxRef, boxRefShape } from "./box-ref.ts";
import { type LifetimeError, lifetimeFailure } from "./record-lifetime.ts";

/** What a card says. Times in ms since 1970. */
export interface CardStatement {
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly head: ChainHead;
  /** Counts up with each new card of the device. */
  readonly cardSeq: number;
  /** At most three. */
  readonly boxes: readonly BoxRef[];
  readonly issuedMs: number;
  readonly expiresMs: number;
}

/** A card whose size, times and signature were found good; its chain is still to be asked. */
export interface DeviceCard extends CardStatement {
  /** The card as it travels. */
  readonly encoded: Uint8Array;
  /** SHA-256 of the card as it travels. */
  readonly hash: Uint8Array;
}

/** Why bytes are not a card to keep. */
export type CardError =
  | { readonly code: "malformed-card"; readonly cause: DecodeError["code"] }
  | LifetimeError
  | { readonly code: "bad-signature" };

/** Why a card does not stand on a chain. */
export type CardChainError = { readonly code: "other-account" | "head-not-in-chain" | "device-not-active" };

const cardShape: Shape<CardStatement> = record<CardStatement>({
  account: field(1, accountId),
  device: field(2, deviceId),
  head: field(3, chainHeadShape),
  cardSeq: field(4, uint()),
  boxes: field(5, list(boxRefShape, MAX_RELAYS)),
  issuedMs: field(6, uint()),
  expiresMs: field(7, uint()),
});

/**
 * Signs a card with the 32-byte Ed25519 seed of the device it names.
 * @throws RangeError when the card is over 2 KiB: name fewer or shorter addresses.
 */
export async function signCard(
  suite: CryptoSuite,
  signingSeed: Uint8Array,
  statement: CardStatement,
): Promise<Uint8Array> {
  const body = encodeAs(cardShape, statement);
  const signature = await suite.ed25519Sign(signingSeed, signedBytes(DOMAINS.deviceCard, body));
  const encoded = encodeSigned({ body, signature });
  if (encoded.length > MAX_CARD_BYTES) throw new RangeError(`card of ${encoded.length} bytes`);
  return encoded;
}

/** Checks size and form, times, and the device's signature. */
export async function checkCard(
  suite: CryptoSuite,
  encoded: Uint8Array,
  nowMs: number,
): Promise<Result<DeviceCard, CardError>> {
  const signed = decodeSigned(encoded, MAX_CARD_BYTES);
  if (!signed.ok) return err({ code: "malformed-card", cause: signed.error.code });
  const statement = decodeAs(cardShape, signed.value.body, MAX_CARD_BYTES);
  if (!statement.ok) return err({ code: "malformed-card", cause: statement.error.code });
  const failure = lifetimeFailure(statement.value, nowMs);
  if (failure !== null) return err(failure);
  const message = signedBytes(DOMAINS.deviceCard, signed.value.body);
  const key = fromHex(statement.value.device);
  if (!(await suite.ed25519Verify(key, message, signed.value.signature))) return err({ code: "bad-signature" });
  return ok({ ...statement.value, encoded, hash: suite.sha256(encoded) });
}

/** Checks a card against the verified chain of its account: its head is in the chain and its device is active. */
export function checkCardAgainstChain(card: CardStatement, chain: ChainState): Result<null, CardChainError> {
  if (card.account !== chain.account) return err({ code: "other-account" });
  if (!containsHead(chain, card.head)) return err({ code: "head-not-in-chain" });
  return deviceOf(chain, card.device) === null ? err({ code: "device-not-active" }) : ok(null);
}

/** Orders cards of one device by (head, card seq, hash); a client keeps the highest it has seen and refuses lower. */
export function compareCards(a: DeviceCard, b: DeviceCard): number {
  return compareHeads(a.head, b.head) || a.cardSeq - b.cardSeq || compareBytes(a.hash, b.hash);
}
