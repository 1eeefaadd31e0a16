/** Reads X's data archive where the person's file is: loaded by an app when somebody imports one. */
export { importXArchive } from "./import-archive.ts";
export type { ArchiveWatch } from "./read-archive.ts";
export type { ByteSource } from "./zip-reader.ts";
