/** What a record must show before a directory node keeps it, and which refusal tells what is wrong. */
import {
  type AccountRecordError,
  ChainCache,
  type ClaimPolicy,
  type CryptoSuite,
  type DirectoryErrorCode,
  decodeAccountRecord,
  err,
  ok,
  type Result,
  toHex,
  verifyAccountRecord,
} from "@kith/protocol";
import { type HeldClaim, toHeld } from "./directory-row.ts";
import { MAX_KEPT_MS } from "./directory-shelf.ts";

/** Good records remembered, and for how long in ms: one publication brings the same record under eight keys. */
const MAX_REMEMBERED = 256;
const REMEMBERED_MS = 60 * 1000;

/** Verified chains remembered, at most 24 MiB of entries: claims and cards are made anew more often than chains grow. */
const MAX_CHAINS = 1024;

/** Verifies encoded records in the order of cost: size, work, device signature, chain, cards. */
export class RecordVerifier {
  readonly #suite: CryptoSuite;
  readonly #chains = new ChainCache(MAX_CHAINS);
  readonly #good = new Map<string, { readonly held: HeldClaim; readonly verifiedAtMs: number }>();

  constructor(suite: CryptoSuite) {
    this.#suite = suite;
  }

  /** What the record is kept as, or why not. */
  async verify(encoded: Uint8Array, policy: ClaimPolicy): Promise<Result<HeldClaim, DirectoryErrorCode>> {
    const name = toHex(this.#suite.sha256(encoded));
    const known = this.#good.get(name);
    if (known !== undefined && Math.abs(policy.nowMs - known.verifiedAtMs) < REMEMBERED_MS) {
      if (known.held.untilMs > policy.nowMs) return ok(known.held);
    }
    const verified = await verifyRecord(this.#suite, this.#chains, encoded, policy);
    if (verified.ok) this.#remember(name, verified.value, policy.nowMs);
    return verified;
  }

  #remember(name: string, held: HeldClaim, verifiedAtMs: number): void {
    this.#good.delete(name);
    this.#good.set(name, { held, verifiedAtMs });
    if (this.#good.size <= MAX_REMEMBERED) return;
    const [oldest] = this.#good.keys();
    if (oldest !== undefined) this.#good.delete(oldest);
  }
}

async function verifyRecord(
  suite: CryptoSuite,
  chains: ChainCache,
  encoded: Uint8Array,
  policy: ClaimPolicy,
): Promise<Result<HeldClaim, DirectoryErrorCode>> {
  const record = decodeAccountRecord(encoded);
  if (!record.ok) return err("malformed");
  if (record.value.claim === undefined) return err("no-claim");
  const verified = await verifyAccountRecord(suite, record.value, policy, chains);
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
