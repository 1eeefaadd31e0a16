/** What a person is told about a PIN. */
import type { Methods } from "./client.ts";
import { IDLE_LOCK_MS } from "./idle-lock.ts";
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

/** Wrong PINs after which everything is erased: fewer would be an accident, more never come with the delays. */
const ERASE_TRIES = { min: 5, max: 100 };

/** @throws MessengerError LOCK_INVALID for a time or a number outside of its bounds; 0 means never. */
export function checkLock(given: Methods["account.setLock"]["params"]): Methods["account.setLock"]["params"] {
  checkBounds("idleMs", given.idleMs, IDLE_LOCK_MS);
  checkBounds("eraseAfterTries", given.eraseAfterTries, ERASE_TRIES);
  return given;
}

function checkBounds(rule: string, actual: number | undefined, { min, max }: typeof ERASE_TRIES): void {
  if (actual === undefined || actual === 0 || (actual >= min && actual <= max)) return;
  throw new MessengerError("LOCK_INVALID", `${rule} is 0 or ${min} to ${max}`, {
    details: { rule, actual, limit: actual < min ? min : max },
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
