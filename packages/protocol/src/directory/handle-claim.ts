/**
 * Handle claims: an account says, through one device, that a handle is its own.
 * The statement is what work is done over; the nonce and the statement together are what the device signs, so nobody
 * else can exchange the nonce. The issue day is in the statement as part of `issuedMs`, the network as `netId`.
 * @see docs/spec/04-directory.md
 */

import { containsHead } from "../account/chain-comparison.ts";
import type { ChainHead, ChainState } from "../account/chain-state.ts";
import { chainHeadShape, deviceOf } from "../account/chain-state.ts";
import { type Handle, normalHandle, writtenHandleShape } from "../account/handle.ts";
import { type PostId, postIdShape, type Xid, xidShape } from "../account/numeric-id.ts";
import { fromHex } from "../bytes.ts";
import {
  bytes,
  type DecodeError,
  decodeAs,
  encodeAs,
  field,
  optional,
  record,
  type Shape,
  uint,
  union,
} from "../codec/schema.ts";
import { decodeSigned, encodeSigned, signedBytes } from "../codec/signed.ts";
import { DOMAINS, LABELS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { type AccountId, accountId, type DeviceId, deviceId } from "../ids.ts";
import { MAX_CLAIM_BYTES } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { type NetId, netIdShape } from "./net-id.ts";
import { leadingZeroBits, workHash } from "./proof-of-work.ts";
import { type LifetimeError, lifetimeFailure } from "./record-lifetime.ts";

/** What backs a claim beside the account's own word; a post counts for nothing until somebody has checked it. */
export type ClaimProof = { readonly type: "none" } | { readonly type: "x-post"; readonly postId: PostId };

/** What a claim says. Times in ms since 1970. */
export interface ClaimStatement {
  readonly netId: NetId;
  /** The handle with its owner's capitals; `handleOf` gives the normal form. */
  readonly written: string;
  readonly account: AccountId;
  readonly xid?: Xid | undefined;
  readonly head: ChainHead;
  readonly issuedMs: number;
  readonly expiresMs: number;
  readonly proof: ClaimProof;
  readonly device: DeviceId;
}

/** A claim whose size, work, signature and times were found good; its chain is still to be asked. */
export interface HandleClaim extends ClaimStatement {
  readonly handle: Handle;
  /** The claim as it travels. */
  readonly encoded: Uint8Array;
  /** The 32-byte work hash: one for each work done, however often the result is signed. */
  readonly hash: Uint8Array;
  readonly workBits: number;
}

/** Why bytes are not a claim to keep. */
export type ClaimError =
  | { readonly code: "malformed-claim"; readonly cause: DecodeError["code"] }
  | { readonly code: "wrong-network" }
  | LifetimeError
  | { readonly code: "too-little-work"; readonly bits: number; readonly needed: number }
  | { readonly code: "bad-signature" };

/** Why a claim does not stand on a chain. */
export type ClaimChainError = {
  readonly code: "other-account" | "head-not-in-chain" | "device-not-active" | "handle-not-claimed";
};

/** What a reader expects of claims: the network, the least work, its clock. */
export interface ClaimPolicy {
  readonly netId: NetId;
  readonly bits: number;
  readonly nowMs: number;
}

const claimProofShape: Shape<ClaimProof> = union<ClaimProof>({
  none: [0, record<object>({})],
  "x-post": [1, record<{ readonly postId: PostId }>({ postId: field(1, postIdShape) })],
});

const statementShape: Shape<ClaimStatement> = record<ClaimStatement>({
  netId: field(1, netIdShape),
  written: field(2, writtenHandleShape),
  account: field(3, accountId),
  xid: optional(4, xidShape),
  head: field(5, chainHeadShape),
  issuedMs: field(6, uint()),
  expiresMs: field(7, uint()),
  proof: field(8, claimProofShape),
  device: field(9, deviceId),
});

interface WorkedStatement {
  readonly statement: Uint8Array;
  readonly nonce: number;
}

const workedShape: Shape<WorkedStatement> = record<WorkedStatement>({
  statement: field(1, bytes(1, MAX_CLAIM_BYTES)),
  nonce: field(2, uint()),
});

/** The bytes that `findProof` works over, under the label `LABELS.claimWork`. */
export function encodeStatement(statement: ClaimStatement): Uint8Array {
  return encodeAs(statementShape, statement);
}

/** Signs a statement and its nonce with the 32-byte Ed25519 seed of the device it names. */
export async function signClaim(
  suite: CryptoSuite,
  signingSeed: Uint8Array,
  statement: ClaimStatement,
  nonce: number,
): Promise<Uint8Array> {
  const body = encodeAs(workedShape, { statement: encodeStatement(statement), nonce });
  const signature = await suite.ed25519Sign(signingSeed, signedBytes(DOMAINS.handleClaim, body));
  const encoded = encodeSigned({ body, signature });
  if (encoded.length > MAX_CLAIM_BYTES) throw new RangeError(`claim of ${encoded.length} bytes`);
  return encoded;
}

/** Checks size and form, network and times, work, and the device's signature, in that order of cost. */
export async function checkClaim(
  suite: CryptoSuite,
  encoded: Uint8Array,
  policy: ClaimPolicy,
): Promise<Result<HandleClaim, ClaimError>> {
  const signed = decodeSigned(encoded, MAX_CLAIM_BYTES);
  if (!signed.ok) return err({ code: "malformed-claim", cause: signed.error.code });
  const worked = decodeAs(workedShape, signed.value.body, MAX_CLAIM_BYTES);
  if (!worked.ok) return err({ code: "malformed-claim", cause: worked.error.code });
  const statement = decodeAs(statementShape, worked.value.statement, MAX_CLAIM_BYTES);
  if (!statement.ok) return err({ code: "malformed-claim", cause: statement.error.code });
  const failure = policyFailure(statement.value, policy);
  if (failure !== null) return err(failure);
  const hash = claimHash(suite, worked.value);
  const workBits = leadingZeroBits(hash);
  if (workBits < policy.bits) return err({ code: "too-little-work", bits: workBits, needed: policy.bits });
  const message = signedBytes(DOMAINS.handleClaim, signed.value.body);
  const key = fromHex(statement.value.device);
  if (!(await suite.ed25519Verify(key, message, signed.value.signature))) return err({ code: "bad-signature" });
  const handle = normalHandle(statement.value.written);
  return ok({ ...statement.value, handle, encoded, hash, workBits });
}

function policyFailure(statement: ClaimStatement, { netId, nowMs }: ClaimPolicy): ClaimError | null {
  if (statement.netId !== netId) return { code: "wrong-network" };
  return lifetimeFailure(statement, nowMs);
}

function claimHash(suite: CryptoSuite, { statement, nonce }: WorkedStatement): Uint8Array {
  return workHash(suite, { label: LABELS.claimWork, data: statement, nonce });
}

/**
 * Checks a claim against the verified chain of its account: its head is in the chain, its device is active, and the
 * newest handle entry names the same handle and numeric id.
 */
export function checkClaimAgainstChain(claim: ClaimStatement, chain: ChainState): Result<null, ClaimChainError> {
  if (claim.account !== chain.account) return err({ code: "other-account" });
  if (!containsHead(chain, claim.head)) return err({ code: "head-not-in-chain" });
  if (deviceOf(chain, claim.device) === null) return err({ code: "device-not-active" });
  const isNamed = chain.handle?.handle === normalHandle(claim.written) && chain.handle.xid === claim.xid;
  return isNamed ? ok(null) : err({ code: "handle-not-claimed" });
}
