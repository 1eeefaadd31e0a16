/** What a person is told about a PIN. */
import { MessengerError } from "./messenger-error.ts";
import type { UnlockError } from "./store/local-secret.ts";

/** A PIN's length in characters. */
const PIN_CHARACTERS = { min: 4, max: 128 };

/** @throws MessengerError PIN_INVALID for a PIN or passphrase of another length. */
export function checkPin(pin: string): void {
  const length = [...pin].length;
  if (length >= PIN_CHARACTERS.min && length <= PIN_CHARACTERS.max) return;
  throw new MessengerError("PIN_INVALID", `a PIN has ${PIN_CHARACTERS.min} to ${PIN_CHARACTERS.max} characters`, {
    details: { limit: PIN_CHARACTERS.min, actual: length },
  });
}

/** Why the account stays locked, as interfaces are told. */
export function unlockError(error: UnlockError): MessengerError {
  switch (error.code) {
    case "WRONG_PIN":
      return new MessengerError("WRONG_PIN", "this is not the PIN", { details: { retryAfterMs: error.retryAfterMs } });
    case "PIN_TOO_SOON":
      return new MessengerError("PIN_TRY_LATER", "wait before the next try", {
        details: { retryAfterMs: error.retryAfterMs },
      });
    case "PIN_NEEDED":
      return new MessengerError("WRONG_PIN", "a PIN is needed");
    case "DEVICE_SECRET_CHANGED":
    case "LOCK_DAMAGED":
      return new MessengerError(
        "STORE_TAMPERED",
        "the key file or the lock of this data folder is not the original one",
      );
  }
}
