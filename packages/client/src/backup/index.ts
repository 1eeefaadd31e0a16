/** Backups: loaded by an app when somebody asks for one. */
import { argon2id } from "#crypto-backend";
import type { Extras } from "../extras.ts";
import { createBackups } from "./backup-methods.ts";

export { createBackups };

/** The methods of backups with the platform's own hash for passphrases. */
export function openBackups(): Extras {
  return createBackups(argon2id);
}
