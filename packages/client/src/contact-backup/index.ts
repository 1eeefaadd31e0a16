/** The contact backup, for whoever wants it: given to the messenger as `openContactBackup`. */
import type { OpenContactBackup } from "./contact-backup.ts";
import { ContactKeeper } from "./contact-keeper.ts";

/** Keeps one for an account, and makes the contacts that a recovery brought. */
export const openContactBackup: OpenContactBackup = (parts) => new ContactKeeper(parts);
