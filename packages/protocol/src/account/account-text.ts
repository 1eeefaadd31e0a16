/** The text form of an account id: bech32m with prefix `kith`. @see docs/spec/01-identity.md (BIP-350) */
import { bech32m } from "@scure/base";
import { fromHex, toHex } from "../bytes.ts";
import type { AccountId } from "../ids.ts";
import { err, ok, type Result } from "../result.ts";

/** Why a text is not an account id. */
export type AccountTextError = {
  readonly code: "ACCOUNT_INVALID";
  readonly rule: "not-bech32m" | "prefix" | "length";
};

const PREFIX = "kith";

/** Writes an account id as `kith1…`. */
export function accountToText(account: AccountId): string {
  return bech32m.encodeFromBytes(PREFIX, fromHex(account));
}

/** Reads `kith1…` in one case, with white space around it. */
export function parseAccount(input: string): Result<AccountId, AccountTextError> {
  let decoded: { readonly prefix: string; readonly bytes: Uint8Array };
  try {
    decoded = bech32m.decodeToBytes(input.trim());
  } catch {
    return err({ code: "ACCOUNT_INVALID", rule: "not-bech32m" }); // the library has one failure for form and checksum
  }
  if (decoded.prefix !== PREFIX) return err({ code: "ACCOUNT_INVALID", rule: "prefix" });
  if (decoded.bytes.length !== 32) return err({ code: "ACCOUNT_INVALID", rule: "length" });
  return ok(toHex(decoded.bytes) as AccountId);
}
