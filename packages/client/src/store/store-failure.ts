/** Turns what the store throws into the error of the public methods. */
import { MessengerError } from "../messenger-error.ts";
import { StoreError } from "./store-error.ts";

/** A MessengerError as it is, a StoreError under its own code, anything else as INTERNAL with its cause kept. */
export function toMessengerError(error: unknown): MessengerError {
  if (error instanceof MessengerError) return error;
  if (error instanceof StoreError) return new MessengerError(error.code, error.message, { cause: error });
  return new MessengerError("INTERNAL", "something inside Kith went wrong", { cause: error });
}
