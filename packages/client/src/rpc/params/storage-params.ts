/** Schemas for what the methods about storage are called with. */
import { exactOptional, integer, minValue, number, pipe, regex, string } from "valibot";
import type { StorageMethods } from "../../storage/storage-info.ts";
import { type MethodTable, paramsSchema } from "../method-table.ts";
import { none, type Params, short } from "./common.ts";

/** The methods of `StorageMethods` with their schemas. */
export const storageParams: MethodTable<StorageMethods> = {
  "storage.list": none,
  "storage.measure": paramsSchema<Params<"storage.measure">>({
    who: exactOptional(short),
    group: exactOptional(short),
    after: exactOptional(pipe(string(), regex(/^\d{14}\/[0-9a-f]{32}(?:[0-9a-f]{32})?$/))),
  }),
  "storage.removeFiles": paramsSchema<Params<"storage.removeFiles">>({
    who: exactOptional(short),
    group: exactOptional(short),
    olderThanMs: exactOptional(pipe(number(), integer(), minValue(0))),
  }),
  "storage.clearChat": paramsSchema<Params<"storage.clearChat">>({
    who: exactOptional(short),
    group: exactOptional(short),
  }),
};
