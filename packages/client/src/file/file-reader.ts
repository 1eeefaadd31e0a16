/** Reads the plaintext of a file that is complete on this device, unit by unit, each verified. */
import { type FileCipher, fileCipherOf, hashAt, openUnit, unitCount } from "@kith/protocol";
import type { Core } from "../core.ts";
import { MessengerError } from "../messenger-error.ts";
import type { FileName } from "./file-book.ts";
import { isSource } from "./file-row.ts";
import type { FilePorts } from "./files.ts";
import { SealedUnits } from "./sealed-units.ts";

/** An open file. */
export interface FileReader {
  readonly unitCount: number;
  /** @throws MessengerError FILE_CHANGED when the unit is not there any more as it was; RangeError for no unit. */
  unit(unit: number, isInOrder?: boolean): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Opens a file that was fetched and is complete, or one that was sent from here. @throws MessengerError FILE_NOT_HERE, FILE_CHANGED, MESSAGE_ONCE. */
export async function openFileReader(
  core: Pick<Core, "files" | "suite">,
  ports: FilePorts,
  name: FileName,
): Promise<FileReader> {
  const { files, suite } = core;
  const row = files.get(name);
  if (row?.isOnce === true && files.held(name) === undefined) {
    throw new MessengerError("MESSAGE_ONCE", "this message is seen once");
  }
  const isHere =
    row !== undefined && (isSource(row) ? !["cancelled", "removed"].includes(row.state) : row.state === "complete");
  const [hashes, cipher] = isHere ? [await files.hashes(name), fileCipherOf(row.manifest)] : [];
  if (row === undefined || hashes === undefined || cipher === undefined || cipher === null) {
    throw new MessengerError("FILE_NOT_HERE", "the file is not on this device");
  }
  const units = await SealedUnits.open({ suite, ...ports }, row, { hashes, vaultName: files.vaultName(name) });
  if (units === null) throw changed();
  return {
    unitCount: unitCount(row.manifest.sizeBytes),
    async unit(unit, isInOrder) {
      const prefixed = await units.unit(unit, isInOrder);
      const plaintext = prefixed && (await openUnit(suite, cipher as FileCipher, unit, prefixed, hashAt(hashes, unit)));
      if (plaintext === null) throw changed();
      return plaintext;
    },
    close: () => units.close(),
  };
}

/** One unit of a complete file. @throws MessengerError as `openFileReader`, and PARAMS_INVALID for no such unit. */
export async function readFileUnit(
  core: Pick<Core, "files" | "suite">,
  ports: FilePorts,
  name: FileName,
  unit: number,
): Promise<{ readonly data: Uint8Array; readonly unitCount: number }> {
  const reader = await openFileReader(core, ports, name);
  try {
    if (unit >= reader.unitCount) {
      throw new MessengerError("PARAMS_INVALID", "the file has no such unit", { details: { rule: "unit" } });
    }
    return { data: await reader.unit(unit, false), unitCount: reader.unitCount };
  } finally {
    await reader.close();
  }
}

function changed(): MessengerError {
  return new MessengerError("FILE_CHANGED", "the file is not what it was");
}
