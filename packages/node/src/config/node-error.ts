/** What can go wrong around the engine: folders, files, ports, the control socket and the command line. */

/** Every code of a failure outside the engine; `docs/errors.md` says what each means and what to do. */
export type NodeErrorCode =
  | "USAGE"
  | "NO_NODE"
  | "NODE_RUNNING"
  | "NODE_CLOSED"
  | "NODE_TOO_OLD"
  | "PORT_BUSY"
  | "DATA_FOLDER"
  | "SECRET_FILE"
  | "CONFIG_FILE"
  | "NETWORK_FILE"
  | "CERTIFICATE"
  | "TURN"
  | "BACKUP"
  | "PIN_FILE"
  | "FILE_FOLDER"
  | "FILE_UNKNOWN";

/** A failure outside the engine; `message` states what was expected and what was found. */
export class NodeError extends Error {
  override readonly name = "NodeError";
  readonly code: NodeErrorCode;

  constructor(code: NodeErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
  }
}

/** Whether an error of the system has this code, for example `ENOENT`. */
export function isSystemError(error: unknown, ...codes: readonly string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}
