/** Schemas for what the methods about backups are called with. */
import { maxLength, pipe, string } from "valibot";
import type { BackupMethods } from "../../backup/backup-info.ts";
import { type MethodTable, paramsSchema } from "../method-table.ts";
import { MAX_PIECE_CHARACTERS, messageId, type Params, short } from "./common.ts";

/** The methods of `BackupMethods` with their schemas. */
export const backupParams: MethodTable<BackupMethods> = {
  "backup.export": paramsSchema<Params<"backup.export">>({ passphrase: short }),
  "backup.next": paramsSchema<Params<"backup.next">>({ id: messageId }),
  "backup.restore": paramsSchema<Params<"backup.restore">>({ passphrase: short }),
  "backup.append": paramsSchema<Params<"backup.append">>({
    id: messageId,
    data: pipe(string(), maxLength(MAX_PIECE_CHARACTERS)),
  }),
  "backup.finish": paramsSchema<Params<"backup.finish">>({ id: messageId }),
  "backup.cancel": paramsSchema<Params<"backup.cancel">>({ id: messageId }),
};
