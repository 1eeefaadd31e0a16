/** Whether this page has what a peer needs. */
import { MessengerError } from "../messenger-error.ts";

/** What a peer needs, in the order in which it is looked for; named in `details.rule` when it is missing. */
const NEEDS: readonly (readonly [rule: string, isThere: () => boolean])[] = [
  ["secure-context", () => globalThis.isSecureContext === true],
  ["web-crypto", () => globalThis.crypto?.subtle !== undefined],
  ["indexed-db", () => globalThis.indexedDB !== undefined],
  ["web-locks", () => globalThis.navigator?.locks !== undefined],
];

/** @throws MessengerError BROWSER_UNSUPPORTED with the first thing that is missing. */
export function checkBrowser(): void {
  const missing = NEEDS.find(([, isThere]) => !isThere());
  if (missing === undefined) return;
  throw new MessengerError("BROWSER_UNSUPPORTED", `this page lacks what a peer needs: ${missing[0]}`, {
    details: { rule: missing[0] },
  });
}
