/** What a record must show before a directory node keeps it, and which refusal tells what is wrong. */
import {
  type AccountRecordError,
  type ClaimPolicy,
  type CryptoSuite,
  type DirectoryErrorCode,
  decodeAccountRecord,
  err,
  ok,
  type Result,
  verifyAccountRecord,
} from "@kith/protocol";
import { type HeldClaim, toHeld } from "./directory-row.ts";
import { MAX_KEPT_MS } from "./directory-shelf.ts";

/** Verifies an encoded record in the order of cost: size, work, device signature, chain, cards. */
export async function verifyForShelf(
  suite: CryptoSuite,
  encoded: Uint8Array,
  policy: ClaimPolicy,
): Promise<Result<HeldClaim, DirectoryErrorCode>> {
  const record = decodeAccountRecord(encoded);
  if (!record.ok) return err("malformed");
  if (record.value.claim === undefined) return err("no-claim");
  const verified = await verifyAccountRecord(suite, record.value, policy);
  if (!verified.ok) return err(toErrorCode(verified.error));
  const held = toHeld(encoded, verified.value, { nowMs: policy.nowMs, maxLifeMs: MAX_KEPT_MS });
  return held === null ? err("no-claim") : ok(held);
}

function toErrorCode(error: AccountRecordError): DirectoryErrorCode {
  switch (error.code) {
    case "bad-chain":
      return "bad-chain";
    case "bad-card":
    case "duplicate-card":
      return "bad-card";
    case "bad-claim":
      return claimErrorCode(error.cause.code);
  }
}

function claimErrorCode(code: Extract<AccountRecordError, { code: "bad-claim" }>["cause"]["code"]): DirectoryErrorCode {
  switch (code) {
    case "wrong-network":
    case "too-little-work":
      return code;
    case "expired":
    case "in-future":
    case "life-too-long":
      return "expired";
    default:
      return "bad-claim";
  }
}
