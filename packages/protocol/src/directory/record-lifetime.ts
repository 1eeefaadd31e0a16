/** The times of signed directory records: one rule for claims and cards. */
import { MAX_CLOCK_SKEW_MS, MAX_RECORD_LIFE_MS } from "../limits.ts";

/** When a record was made and until when it counts, in ms since 1970. */
export interface Lifetime {
  readonly issuedMs: number;
  readonly expiresMs: number;
}

/** Why a record does not count now. */
export type LifetimeError = { readonly code: "in-future" | "expired" | "life-too-long" };

/** Null for a record that counts at `nowMs`: issued at most 10 minutes ahead, lives at most 30 days, not expired. */
export function lifetimeFailure({ issuedMs, expiresMs }: Lifetime, nowMs: number): LifetimeError | null {
  if (issuedMs > nowMs + MAX_CLOCK_SKEW_MS) return { code: "in-future" };
  if (expiresMs <= nowMs) return { code: "expired" };
  return expiresMs - issuedMs > MAX_RECORD_LIFE_MS ? { code: "life-too-long" } : null;
}
