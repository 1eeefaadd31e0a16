/** Backups in a simulation. */
import type { Methods } from "@kith/client";
import type { SimPerson } from "./sim-person.ts";

/** The passphrase of backups. */
export const PASSPHRASE = "seven green rivers";

/** Bytes handed over at a time. */
export const PIECE_BYTES: number = 96 * 1024;

/** The bytes of a backup of an open account. */
export async function exportOf(person: SimPerson, passphrase: string = PASSPHRASE): Promise<Buffer> {
  const { id } = await person.call("backup.export", { passphrase });
  const pieces: Buffer[] = [];
  for (;;) {
    const { data, isEnd } = await person.call("backup.next", { id });
    pieces.push(Buffer.from(data, "base64"));
    if (isEnd) return Buffer.concat(pieces);
  }
}

/** Restores a backup on a device on which nobody lives. */
export async function restoreInto(
  person: SimPerson,
  backup: Buffer,
  passphrase: string = PASSPHRASE,
): Promise<Methods["backup.finish"]["result"]> {
  const { id } = await person.call("backup.restore", { passphrase });
  for (let at = 0; at < backup.length; at += PIECE_BYTES) {
    await person.call("backup.append", { id, data: backup.toString("base64", at, at + PIECE_BYTES) });
  }
  return await person.call("backup.finish", { id });
}
