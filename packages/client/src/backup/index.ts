/** Backups: loaded by an app when somebody asks for one. */
export { createBackups } from "./backup-methods.ts";
