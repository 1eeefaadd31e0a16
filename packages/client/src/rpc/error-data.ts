/** How rejections of a method travel: MessengerError with its code and details, everything else as INTERNAL. */
import { MessengerError, type MessengerErrorCode, type MessengerErrorDetails } from "../messenger-error.ts";
import { RPC_ERROR, type RpcError } from "./json-rpc.ts";

const CODES: { readonly [C in MessengerErrorCode]: true } = {
  HANDLE_INVALID: true,
  HANDLE_NOT_FOUND: true,
  HANDLE_CONFLICT: true,
  HANDLE_NONE: true,
  POST_INVALID: true,
  ACCOUNT_INVALID: true,
  ACCOUNT_EXISTS: true,
  ACCOUNT_NONE: true,
  ACCOUNT_LOCKED: true,
  WRONG_PIN: true,
  PIN_INVALID: true,
  PIN_TRY_LATER: true,
  LOCK_INVALID: true,
  WORDS_WRONG: true,
  WORDS_GONE: true,
  INVITE_MALFORMED: true,
  INVITE_EXPIRED: true,
  INVITE_UNREACHABLE: true,
  INVITE_REFUSED: true,
  INVITE_OWN: true,
  GROUP_LINK_MALFORMED: true,
  KNOCKS_FULL: true,
  LINK_MALFORMED: true,
  LINK_EXPIRED: true,
  LINK_NONE: true,
  DEVICE_UNKNOWN: true,
  DEVICE_SELF: true,
  DEVICE_LIMIT: true,
  DEVICE_NOT_ALLOWED: true,
  DEVICE_REVOKED: true,
  WHO_UNKNOWN: true,
  WHO_AMBIGUOUS: true,
  WHO_SELF: true,
  CONTACT_BLOCKED: true,
  NOT_ACCEPTED: true,
  REQUEST_LIMIT: true,
  REQUEST_GONE: true,
  TRUST_CHANGED: true,
  TRUST_EQUIVOCATED: true,
  CHAIN_UNREACHABLE: true,
  CHAIN_FULL: true,
  MESSAGE_UNKNOWN: true,
  MESSAGE_NOT_OWN: true,
  MESSAGE_DELETED: true,
  EDIT_TOO_LATE: true,
  EDIT_NOT_TEXT: true,
  REACTION_INVALID: true,
  TIMER_INVALID: true,
  FORWARD_NOT_TEXT: true,
  MESSAGE_NOT_FILE: true,
  PICTURE_INVALID: true,
  MESSAGE_ONCE: true,
  MESSAGE_OPENED: true,
  FILE_UNREADABLE: true,
  FILE_SIZE: true,
  FILE_CHANGED: true,
  FILE_NOT_HERE: true,
  UPLOADS_FULL: true,
  UPLOAD_GONE: true,
  CALL_BUSY: true,
  CALL_OVER: true,
  CALL_NO_TURN: true,
  CALL_INVALID: true,
  GROUP_UNKNOWN: true,
  GROUP_AMBIGUOUS: true,
  GROUP_REFUSED: true,
  GROUP_NOT_JOINED: true,
  TEXT_EMPTY: true,
  TEXT_TOO_LONG: true,
  RELAY_ADDRESS_INVALID: true,
  RELAY_NONE: true,
  RELAY_UNREACHABLE: true,
  IDENTITY_MISMATCH: true,
  STORE_LOCKED: true,
  STORE_CORRUPT: true,
  STORE_NEWER: true,
  STORE_TAMPERED: true,
  STORE_WIPED: true,
  ERASED: true,
  BACKUP_INVALID: true,
  BACKUP_NEWER: true,
  BACKUP_PASSPHRASE: true,
  BACKUP_DAMAGED: true,
  BACKUP_GONE: true,
  BACKUP_TOO_LARGE: true,
  ARCHIVE_GONE: true,
  ARCHIVE_NONE: true,
  ARCHIVE_EXISTS: true,
  ARCHIVE_TOO_LARGE: true,
  ARCHIVE_DAMAGED: true,
  ARCHIVE_INVALID: true,
  PASSPHRASE_SHORT: true,
  STORE_CLOSED: true,
  STORE_FAILED: true,
  BROWSER_UNSUPPORTED: true,
  PARAMS_INVALID: true,
  METHOD_UNKNOWN: true,
  STOPPED: true,
  INTERNAL: true,
};

/** Every code a public method can reject with, for tables that must be complete. */
export const MESSENGER_ERROR_CODES: readonly MessengerErrorCode[] = Object.freeze(
  Object.keys(CODES) as MessengerErrorCode[],
);

function isCode(value: unknown): value is MessengerErrorCode {
  return typeof value === "string" && Object.hasOwn(CODES, value);
}

function rpcNumber(code: MessengerErrorCode): number {
  if (code === "METHOD_UNKNOWN") return RPC_ERROR.methodUnknown;
  if (code === "PARAMS_INVALID") return RPC_ERROR.paramsInvalid;
  return code === "INTERNAL" ? RPC_ERROR.internal : RPC_ERROR.refused;
}

/** An error as it travels; the text of an unknown one stays in this process, since it may name anything. */
export function errorToRpc(error: unknown): RpcError {
  const isOurs = error instanceof MessengerError && error.code !== "INTERNAL";
  if (!isOurs) {
    return { code: RPC_ERROR.internal, message: "internal error", data: { code: "INTERNAL", details: {} } };
  }
  const { code, message, details } = error;
  return { code: rpcNumber(code), message, data: { code, details } };
}

function readDetails(value: unknown): MessengerErrorDetails {
  if (typeof value !== "object" || value === null) return {};
  const { rule, limit, actual, retryAfterMs, tried } = value as Record<string, unknown>;
  return {
    ...(typeof rule === "string" ? { rule } : {}),
    ...(typeof limit === "number" ? { limit } : {}),
    ...(typeof actual === "number" ? { actual } : {}),
    ...(typeof retryAfterMs === "number" ? { retryAfterMs } : {}),
    ...(Array.isArray(tried) && tried.every((each) => typeof each === "string") ? { tried } : {}),
  };
}

/** The rejection an error from the wire stands for; a code of a newer version becomes INTERNAL with its message. */
export function rpcToError(error: RpcError): MessengerError {
  const data = typeof error.data === "object" && error.data !== null ? (error.data as Record<string, unknown>) : {};
  const code = isCode(data.code) ? data.code : "INTERNAL";
  return new MessengerError(code, error.message, { details: readDetails(data.details) });
}
