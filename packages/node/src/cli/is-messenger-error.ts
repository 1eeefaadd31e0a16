/** Tells the engine's errors without loading the engine, which small commands and usage errors do not need. */
import type { MessengerError } from "@kith/client";

/** Whether an error is the engine's, made here or read from a connection. */
export function isMessengerError(error: unknown): error is MessengerError {
  return error instanceof Error && error.name === "MessengerError" && "code" in error && "details" in error;
}
