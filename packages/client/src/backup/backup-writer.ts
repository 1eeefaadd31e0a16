/** Writes a backup: rows of an open account, read page by page and sealed chunk by chunk, as fast as somebody takes them. */
import { concat, decodeAs, encodeAs, InvariantError } from "@kith/protocol";
import { accountRowShape } from "../account/local-account.ts";
import type { Core } from "../core.ts";
import { messageRowShape } from "../message/message-row.ts";
import type { Argon2Cost } from "../store/wrapped-key.ts";
import { type BackupTools, CHUNK_BYTES, ChunkSealer, encodeHeader, makeHeader } from "./format.ts";
import { readGroups } from "./group-rows.ts";
import { type BackupRecord, encodeRecord, type RecordKind } from "./record.ts";

/** Rows read at once. */
const ROWS_PER_PAGE = 100;

/** Sorts after every character a key may hold, and before the first of the next key. */
const END = "~";
const NEXT = " ";

/** Larger than every row. */
const MAX_ROW_BYTES = 1 << 20;

/** Tables whose rows go into a backup under their own keys. */
const KEYED = ["settings", "relay", "prekey", "prekey-once", "prekey-used", "prekey-counter"] as const;

/** Tables whose keys follow from their rows. */
const NAMED = ["contact", "peer", "chat", "picture"] as const;

/** The sealed pieces of a backup: the header, then chunks. */
export async function* writeBackup(
  core: Core,
  tools: BackupTools,
  passphrase: string,
  cost: Argon2Cost,
): AsyncGenerator<Uint8Array, void> {
  const header = makeHeader(tools.random, cost);
  const sealer = await ChunkSealer.create(tools, header, passphrase);
  yield concat(encodeHeader(header), sealer.seal(new Uint8Array(0), false));
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  for await (const record of readRecords(core)) {
    const bytes = encodeRecord(record);
    waiting.push(bytes);
    waitingBytes += bytes.length;
    if (waitingBytes < CHUNK_BYTES) continue;
    const plain = concat(...waiting);
    let at = 0;
    for (; plain.length - at >= CHUNK_BYTES; at += CHUNK_BYTES) {
      yield sealer.seal(plain.subarray(at, at + CHUNK_BYTES), false);
    }
    waiting = [plain.slice(at)];
    waitingBytes = plain.length - at;
  }
  yield sealer.seal(concat(...waiting), true);
}

async function* readRecords(core: Core): AsyncGenerator<BackupRecord, void> {
  let count = 0;
  for await (const record of readRows(core)) {
    count += 1;
    yield record;
  }
  const value = new Uint8Array(4);
  new DataView(value.buffer).setUint32(0, count);
  yield { kind: "end", key: "", value };
}

async function* readRows(core: Core): AsyncGenerator<BackupRecord, void> {
  yield await readAccount(core);
  for (const table of KEYED) yield* readTable(core, table, true);
  for (const table of NAMED) yield* readTable(core, table, false);
  yield* readTable(core, "message", false);
  yield* readGroups(core);
}

/** Without the words: they are on paper, or to be written there; a file is no place for them. */
async function readAccount({ store }: Core): Promise<BackupRecord> {
  const bytes = await store.get("account/self");
  const row = bytes && decodeAs(accountRowShape, bytes, MAX_ROW_BYTES);
  if (!row?.ok) throw new InvariantError("an open account has no row");
  const { words: _, ...rest } = row.value;
  return { kind: "account", key: "", value: encodeAs(accountRowShape, rest) };
}

async function* readTable(
  { store, vanish }: Core,
  table: RecordKind,
  isKeyed: boolean,
): AsyncGenerator<BackupRecord, void> {
  const prefix = `${table}/`;
  let from = prefix;
  for (;;) {
    const page = await store.entries({ gte: from, lt: prefix + END, limit: ROWS_PER_PAGE });
    for (const [name, stored] of page) {
      const value = table === "message" ? lasting(vanish.keys.open(name, stored)) : stored;
      if (value !== null) yield { kind: table, key: isKeyed ? name.slice(prefix.length) : "", value };
    }
    const last = page.at(-1);
    if (last === undefined || page.length < ROWS_PER_PAGE) return;
    from = last[0] + NEXT;
  }
}

/** A message that vanishes has no place in a file that stays. */
function lasting(bytes: Uint8Array | null): Uint8Array | null {
  const row = bytes === null ? null : decodeAs(messageRowShape, bytes, MAX_ROW_BYTES);
  return row?.ok && row.value.vanish === undefined ? bytes : null;
}
