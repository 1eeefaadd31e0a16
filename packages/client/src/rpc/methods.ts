/** The engine's method table: schemas for the parameters that arrive from outside this process. */
import type { Methods } from "../client.ts";
import type { MethodTable } from "./method-table.ts";
import { accountParams } from "./params/account-params.ts";
import { archiveParams } from "./params/archive-params.ts";
import { backupParams } from "./params/backup-params.ts";
import { callParams } from "./params/call-params.ts";
import { chatParams } from "./params/chat-params.ts";
import { contactParams } from "./params/contact-params.ts";
import { deviceParams } from "./params/device-params.ts";
import { fileParams } from "./params/file-params.ts";
import { groupParams } from "./params/group-params.ts";
import { messageParams } from "./params/message-params.ts";
import { relayParams } from "./params/relay-params.ts";
import { storageParams } from "./params/storage-params.ts";

/** Every method of `Methods` with its schema. */
export const engineMethods: MethodTable<Methods> = {
  ...accountParams,
  ...contactParams,
  ...chatParams,
  ...messageParams,
  ...fileParams,
  ...callParams,
  ...groupParams,
  ...backupParams,
  ...storageParams,
  ...deviceParams,
  ...archiveParams,
  ...relayParams,
};
