/** Files on their way from this page to the engine; once the engine has all of one, it is a message. */
import type { MessengerErrorCode } from "@kith/client/rpc";

/** One file that is being handed over. */
export interface Upload {
  /** The id of the message to be. */
  readonly id: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly doneBytes: number;
  /** Why it was refused. */
  readonly refusal?: MessengerErrorCode;
}
