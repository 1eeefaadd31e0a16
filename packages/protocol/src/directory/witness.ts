/**
 * Witness statements: a relay says, under the key of its PeerId, since when it has seen one head in the one chain that it
 * follows of an account. It says nothing about who a handle belongs to; it says that others are shown the same account.
 * @see docs/spec/04-directory.md, "Witnesses"
 */
import { type ChainHead, chainHeadShape } from "../account/chain-state.ts";
import { equalBytes } from "../bytes.ts";
import { type DecodeError, decodeAs, encodeAs, field, record, type Shape, uint } from "../codec/schema.ts";
import { decodeSigned, encodeSigned, signedBytes } from "../codec/signed.ts";
import { DOMAINS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { type AccountId, accountId, type RelayId, relayId } from "../ids.ts";
import { MAX_CLOCK_SKEW_MS, MAX_WITNESS_AGE_MS, MAX_WITNESS_BYTES, MIN_WITNESSES } from "../limits.ts";
import { relayPublicKey } from "../relay/relay-record.ts";
import { err, ok, type Result } from "../result.ts";
import { type NetId, netIdShape } from "./net-id.ts";

/** What a statement is about, and whose it is. */
export interface WitnessSubject {
  readonly netId: NetId;
  readonly account: AccountId;
  readonly head: ChainHead;
  readonly node: RelayId;
}

/** What a relay says. Times in ms since 1970 by its clock. */
export interface WitnessStatement extends WitnessSubject {
  /** When it first saw the account under the chain that the head lies in. */
  readonly sinceMs: number;
  /** When it said this. */
  readonly atMs: number;
}

/** Why bytes are not the statement that was asked for. */
export type WitnessError =
  | { readonly code: "malformed-witness"; readonly cause: DecodeError["code"] }
  | { readonly code: "other-subject" }
  | { readonly code: "not-now" }
  | { readonly code: "bad-signature" };

const statementShape: Shape<WitnessStatement> = record<WitnessStatement>({
  netId: field(1, netIdShape),
  account: field(2, accountId),
  head: field(3, chainHeadShape),
  node: field(4, relayId),
  sinceMs: field(5, uint()),
  atMs: field(6, uint()),
});

/** Signs a statement with the 32-byte Ed25519 seed of the relay's PeerId. */
export async function signWitness(
  suite: CryptoSuite,
  seed: Uint8Array,
  statement: WitnessStatement,
): Promise<Uint8Array> {
  const body = encodeAs(statementShape, statement);
  return encodeSigned({ body, signature: await suite.ed25519Sign(seed, signedBytes(DOMAINS.witness, body)) });
}

/**
 * Checks a statement against what was asked of whom and when (`nowMs`), and its signature against the key inside the
 * PeerId. `not-now`: made for another day, or since later than it was made.
 */
export async function checkWitness(
  suite: CryptoSuite,
  encoded: Uint8Array,
  expected: WitnessSubject & { readonly nowMs: number },
): Promise<Result<WitnessStatement, WitnessError>> {
  const signed = decodeSigned(encoded, MAX_WITNESS_BYTES);
  if (!signed.ok) return err({ code: "malformed-witness", cause: signed.error.code });
  const statement = decodeAs(statementShape, signed.value.body, MAX_WITNESS_BYTES);
  if (!statement.ok) return err({ code: "malformed-witness", cause: statement.error.code });
  if (!isAbout(statement.value, expected)) return err({ code: "other-subject" });
  const { sinceMs, atMs, node } = statement.value;
  const isNow = Math.abs(expected.nowMs - atMs) <= MAX_WITNESS_AGE_MS && sinceMs <= atMs + MAX_CLOCK_SKEW_MS;
  if (!isNow) return err({ code: "not-now" });
  const publicKey = relayPublicKey(node);
  const message = signedBytes(DOMAINS.witness, signed.value.body);
  const isGood = publicKey !== null && (await suite.ed25519Verify(publicKey, message, signed.value.signature));
  return isGood ? ok(statement.value) : err({ code: "bad-signature" });
}

function isAbout(a: WitnessSubject, b: WitnessSubject): boolean {
  const isSameHead = a.head.epoch === b.head.epoch && a.head.seq === b.head.seq && equalBytes(a.head.hash, b.head.hash);
  return a.netId === b.netId && a.account === b.account && a.node === b.node && isSameHead;
}

/** What several relays said together. */
export interface WitnessCount {
  /** Relays that say the same, and those that answered. */
  readonly agreed: number;
  readonly asked: number;
  /** Since when all that agree have seen it, in ms since 1970. */
  readonly sinceMs: number;
}

/**
 * What checked statements of different relays come to; null when fewer than two agree: one relay alone could tell a
 * single person whatever it likes. A relay that answered and has never seen the account counts among those asked.
 */
export function countWitnesses(statements: readonly WitnessStatement[], asked: number): WitnessCount | null {
  const byNode = new Map(statements.map((each) => [each.node, each]));
  const agreed = byNode.size;
  if (agreed < MIN_WITNESSES) return null;
  const sinceMs = Math.max(...[...byNode.values()].map((each) => each.sinceMs));
  return { agreed, asked: Math.max(asked, agreed), sinceMs };
}
