/** Why an engine did not open, as the page tells it. */
import { MessengerError } from "@kith/client/rpc";
import type { ClosedReason } from "../messenger-link.ts";

/** The reason in an error; one that nobody foresaw is a failure, and is left to the console. */
export function closedReason(error: unknown): ClosedReason {
  const code = error instanceof MessengerError ? error.code : null;
  switch (code) {
    case "BROWSER_UNSUPPORTED":
      return "unsupported";
    case "STORE_LOCKED":
      return "busy";
    case "STORE_WIPED":
      return "wiped";
    case "STORE_NEWER":
      return "version";
    case "STORE_CORRUPT":
    case "STORE_TAMPERED":
      return "damaged";
    case "STORE_FAILED":
      return "failed";
    default:
      console.error(error);
      return "failed";
  }
}
