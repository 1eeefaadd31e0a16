/** What keeps this page from being a peer, known before anything is loaded. */
import type { ClosedReason } from "../messenger-link.ts";

/** Null when a peer can run here. Browsers give keys, locks and storage only to pages that nobody on the way changed. */
export function findMissing(): Extract<ClosedReason, "insecure" | "unsupported"> | null {
  if (!isSecureContext) return "insecure";
  const isThere =
    "locks" in navigator && "indexedDB" in globalThis && "BroadcastChannel" in globalThis && "subtle" in crypto;
  return isThere ? null : "unsupported";
}
