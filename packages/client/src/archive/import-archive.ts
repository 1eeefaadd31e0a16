/** Reads an archive here and hands what is wanted of it to an engine, wherever that is; all of it or nothing is kept. */
import type { ArchiveInfo, ArchiveRecord, Client } from "../client.ts";
import { type ArchiveWatch, openXArchive } from "./read-archive.ts";
import type { ByteSource } from "./zip-reader.ts";

/** Records of one call, and their size as JSON: below the longest request line. */
const MAX_RECORDS = 500;
const MAX_BATCH_CHARACTERS = 48 * 1024;

/**
 * @returns what was imported; null when it was stopped, and then nothing of it is kept.
 * @throws MessengerError ARCHIVE_INVALID, ARCHIVE_DAMAGED, ARCHIVE_TOO_LARGE, ARCHIVE_EXISTS.
 */
export async function importXArchive(
  client: Pick<Client, "call">,
  source: ByteSource,
  watch: ArchiveWatch,
): Promise<ArchiveInfo | null> {
  let id: string | null = null;
  try {
    const { head, records } = await openXArchive(source, watch);
    id = (await client.call("archive.begin", head)).id;
    for await (const batch of inBatches(records)) await client.call("archive.append", { id, records: batch });
    const info = await client.call("archive.finish", { id });
    id = null;
    return info;
  } catch (error) {
    if (watch.signal.aborted && error === watch.signal.reason) return null;
    throw error;
  } finally {
    if (id !== null) await client.call("archive.cancel", { id });
  }
}

async function* inBatches(records: AsyncGenerator<ArchiveRecord, void>): AsyncGenerator<ArchiveRecord[], void> {
  let batch: ArchiveRecord[] = [];
  let characters = 0;
  for await (const record of records) {
    batch.push(record);
    characters += sizeOf(record);
    if (batch.length < MAX_RECORDS && characters < MAX_BATCH_CHARACTERS) continue;
    yield batch;
    batch = [];
    characters = 0;
  }
  if (batch.length > 0) yield batch;
}

/** About the characters of a record as JSON. */
function sizeOf(record: ArchiveRecord): number {
  if (record.type === "message") return 100 + record.text.length;
  return record.type === "thread" ? 100 + 24 * record.people.length : 100;
}
