/** Why an archive is not taken: each names the rule that was broken, and nothing of what is in it. */
import { MessengerError } from "../messenger-error.ts";

/** What was noticed. */
export type ArchiveRule =
  | "zip"
  | "manifest"
  | "name"
  | "twice"
  | "encrypted"
  | "method"
  | "end"
  | "header"
  | "deflate"
  | "size"
  | "sum"
  | "json"
  | "element";

/** It is no archive of X, or one of a kind that is not read. */
export function invalid(rule: ArchiveRule): MessengerError {
  return new MessengerError("ARCHIVE_INVALID", "this is no data archive of X that can be read", { details: { rule } });
}

/** It was cut off or damaged. */
export function damaged(rule: ArchiveRule, cause?: unknown): MessengerError {
  return new MessengerError("ARCHIVE_DAMAGED", "this archive was cut off or damaged", { details: { rule }, cause });
}

/** There is more in it than is read. */
export function tooLarge(limit: number): MessengerError {
  return new MessengerError("ARCHIVE_TOO_LARGE", "there is more in this archive than is read", { details: { limit } });
}
