/** The one error type that public methods reject with. */

/** Every code a public method can reject with; `docs/errors.md` says what each means and what to do. */
export type MessengerErrorCode =
  | "HANDLE_INVALID"
  | "HANDLE_NOT_FOUND"
  | "HANDLE_CONFLICT"
  | "HANDLE_NONE"
  | "POST_INVALID"
  | "ACCOUNT_INVALID"
  | "ACCOUNT_EXISTS"
  | "ACCOUNT_NONE"
  | "ACCOUNT_LOCKED"
  | "WRONG_PIN"
  | "PIN_INVALID"
  | "PIN_TRY_LATER"
  | "LOCK_INVALID"
  | "WORDS_WRONG"
  | "WORDS_GONE"
  | "INVITE_MALFORMED"
  | "INVITE_EXPIRED"
  | "INVITE_UNREACHABLE"
  | "INVITE_REFUSED"
  | "INVITE_OWN"
  | "GROUP_LINK_MALFORMED"
  | "KNOCKS_FULL"
  | "LINK_MALFORMED"
  | "LINK_EXPIRED"
  | "LINK_NONE"
  | "DEVICE_UNKNOWN"
  | "DEVICE_SELF"
  | "DEVICE_LIMIT"
  | "DEVICE_NOT_ALLOWED"
  | "DEVICE_REVOKED"
  | "WHO_UNKNOWN"
  | "WHO_AMBIGUOUS"
  | "WHO_SELF"
  | "CONTACT_BLOCKED"
  | "NOT_ACCEPTED"
  | "REQUEST_LIMIT"
  | "REQUEST_GONE"
  | "TRUST_CHANGED"
  | "TRUST_EQUIVOCATED"
  | "CHAIN_UNREACHABLE"
  | "CHAIN_FULL"
  | "MESSAGE_UNKNOWN"
  | "MESSAGE_NOT_OWN"
  | "MESSAGE_DELETED"
  | "EDIT_TOO_LATE"
  | "EDIT_NOT_TEXT"
  | "REACTION_INVALID"
  | "PICTURE_INVALID"
  | "TIMER_INVALID"
  | "FORWARD_NOT_TEXT"
  | "MESSAGE_ONCE"
  | "MESSAGE_OPENED"
  | "MESSAGE_NOT_FILE"
  | "FILE_UNREADABLE"
  | "FILE_SIZE"
  | "FILE_CHANGED"
  | "FILE_NOT_HERE"
  | "UPLOADS_FULL"
  | "UPLOAD_GONE"
  | "CALL_BUSY"
  | "CALL_OVER"
  | "CALL_NO_TURN"
  | "CALL_INVALID"
  | "GROUP_UNKNOWN"
  | "GROUP_AMBIGUOUS"
  | "GROUP_REFUSED"
  | "GROUP_NOT_JOINED"
  | "TEXT_EMPTY"
  | "TEXT_TOO_LONG"
  | "RELAY_ADDRESS_INVALID"
  | "RELAY_NONE"
  | "RELAY_UNREACHABLE"
  | "IDENTITY_MISMATCH"
  | "STORE_LOCKED"
  | "STORE_CORRUPT"
  | "STORE_NEWER"
  | "STORE_TAMPERED"
  | "STORE_FAILED"
  | "STORE_WIPED"
  | "ERASED"
  | "BACKUP_INVALID"
  | "BACKUP_NEWER"
  | "BACKUP_PASSPHRASE"
  | "BACKUP_DAMAGED"
  | "BACKUP_GONE"
  | "BACKUP_TOO_LARGE"
  | "ARCHIVE_GONE"
  | "ARCHIVE_NONE"
  | "ARCHIVE_EXISTS"
  | "ARCHIVE_TOO_LARGE"
  | "ARCHIVE_DAMAGED"
  | "ARCHIVE_INVALID"
  | "PASSPHRASE_SHORT"
  | "STORE_CLOSED"
  | "BROWSER_UNSUPPORTED"
  | "PARAMS_INVALID"
  | "METHOD_UNKNOWN"
  | "STOPPED"
  | "INTERNAL";

/** Extra facts of an error, safe to show: no keys, texts, handles or addresses of people. */
export interface MessengerErrorDetails {
  readonly rule?: string;
  readonly limit?: number;
  readonly actual?: number;
  readonly retryAfterMs?: number;
  /** Relay addresses that were tried; they come from the person's own invite or settings. */
  readonly tried?: readonly string[];
}

/** Rejection of a public method: `code` for programs, `message` for people, `cause` kept for developers. */
export class MessengerError extends Error {
  override readonly name = "MessengerError";
  readonly code: MessengerErrorCode;
  readonly details: MessengerErrorDetails;

  constructor(
    code: MessengerErrorCode,
    message: string,
    options: { readonly details?: MessengerErrorDetails; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}
