/** The exit codes of every command, in one table: scripts depend on them. */
import type { MessengerErrorCode } from "@kith/client";
import type { NodeErrorCode } from "../config/node-error.ts";

/** Every exit code; each has a line in the help under `exit.CODE`. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** The codes in the order of the help. */
export const EXIT_CODES: readonly ExitCode[] = Object.freeze([0, 1, 2, 3, 4, 5, 6, 7, 8] as const);

/** Any code a command can fail with. */
export type FailureCode = MessengerErrorCode | NodeErrorCode;

/** The exit code of each failure. */
export const EXIT_CODE_OF: { readonly [C in FailureCode]: Exclude<ExitCode, 0> } = Object.freeze({
  INTERNAL: 1,
  NODE_TOO_OLD: 1,
  BROWSER_UNSUPPORTED: 1,
  NODE_RUNNING: 1,
  PORT_BUSY: 1,
  USAGE: 2,
  HANDLE_INVALID: 2,
  ACCOUNT_INVALID: 2,
  INVITE_MALFORMED: 2,
  PIN_INVALID: 2,
  PIN_FILE: 2,
  REACTION_INVALID: 2,
  TIMER_INVALID: 2,
  TEXT_EMPTY: 2,
  TEXT_TOO_LONG: 2,
  RELAY_ADDRESS_INVALID: 2,
  PARAMS_INVALID: 2,
  METHOD_UNKNOWN: 2,
  CONFIG_FILE: 2,
  NETWORK_FILE: 2,
  CERTIFICATE: 2,
  NO_NODE: 3,
  NODE_CLOSED: 3,
  STOPPED: 3,
  STORE_CLOSED: 3,
  HANDLE_NOT_FOUND: 4,
  WHO_UNKNOWN: 4,
  REQUEST_GONE: 4,
  MESSAGE_UNKNOWN: 4,
  ACCOUNT_NONE: 4,
  WORDS_GONE: 4,
  ACCOUNT_LOCKED: 5,
  WRONG_PIN: 5,
  PIN_TRY_LATER: 5,
  INVITE_UNREACHABLE: 6,
  RELAY_UNREACHABLE: 6,
  RELAY_NONE: 6,
  ACCOUNT_EXISTS: 7,
  HANDLE_CONFLICT: 7,
  INVITE_EXPIRED: 7,
  INVITE_REFUSED: 7,
  INVITE_OWN: 7,
  WHO_AMBIGUOUS: 7,
  WHO_SELF: 7,
  CONTACT_BLOCKED: 7,
  NOT_ACCEPTED: 7,
  REQUEST_LIMIT: 7,
  MESSAGE_NOT_OWN: 7,
  MESSAGE_DELETED: 7,
  EDIT_TOO_LATE: 7,
  EDIT_NOT_TEXT: 7,
  FORWARD_NOT_TEXT: 7,
  TRUST_CHANGED: 7,
  WORDS_WRONG: 7,
  IDENTITY_MISMATCH: 7,
  STORE_LOCKED: 8,
  STORE_CORRUPT: 8,
  STORE_NEWER: 8,
  STORE_TAMPERED: 8,
  STORE_FAILED: 8,
  STORE_WIPED: 8,
  DATA_FOLDER: 8,
  SECRET_FILE: 8,
  BACKUP: 8,
});
