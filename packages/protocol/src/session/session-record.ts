/**
 * All sessions of one device pair: the current one, which sends, and archived ones, which may still receive.
 * Archived sessions stay encoded, so that storing a record after a message costs a copy of them and no more.
 */
import { equalBytes } from "../bytes.ts";
import { MAX_ARCHIVED_BYTES, MAX_ARCHIVED_SESSIONS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { ByteReader } from "./byte-reader.ts";
import { countBytes, writeBytes } from "./byte-writer.ts";
import {
  decodeSession,
  encodeSession,
  peekSession,
  type SessionDecodeError,
  type SessionHeader,
  writeSession,
} from "./session-codec.ts";
import {
  dropExpiredSecrets,
  SESSION_SUITE,
  type SessionState,
  type SessionSuite,
  suiteOfSession,
} from "./session-state.ts";
import { isExpired } from "./skipped-keys.ts";

/** Version of the record's layout. */
const VERSION = 1;

/** A session that was replaced by another; `encoded` is its `encodeSession` form. */
export interface ArchivedSession extends SessionHeader {
  readonly encoded: Uint8Array;
}

/** The sessions of one device pair. Immutable. */
export interface SessionRecord {
  readonly current: SessionState | null;
  /** The last archived first; at most 40 and 512 KiB. */
  readonly archived: readonly ArchivedSession[];
}

/** A device pair that has no session yet. */
export const EMPTY_SESSION_RECORD: SessionRecord = Object.freeze({ current: null, archived: Object.freeze([]) });

/** The suite messages are sent under and the last one came in under. */
export function suiteOfRecord({ current }: SessionRecord): SessionSuite {
  return current === null ? SESSION_SUITE : suiteOfSession(current);
}

/** Makes `session` the current one and archives the one that was. */
export function addSession(record: SessionRecord, session: SessionState): SessionRecord {
  return { ...archiveCurrentSession(record), current: session };
}

/** Archives the current session: the next send needs a new one. The oldest archived ones make room. */
export function archiveCurrentSession(record: SessionRecord): SessionRecord {
  if (record.current === null) return record;
  const archived = [archiveSession(record.current), ...record.archived].slice(0, MAX_ARCHIVED_SESSIONS);
  let sizeBytes = 0;
  const kept = archived.filter((session) => {
    sizeBytes += session.encoded.length;
    return sizeBytes <= MAX_ARCHIVED_BYTES;
  });
  return { current: null, archived: kept };
}

/** Makes the archived session at `index`, now in state `session`, the current one. */
export function promoteSession(record: SessionRecord, index: number, session: SessionState): SessionRecord {
  return addSession({ ...record, archived: record.archived.toSpliced(index, 1) }, session);
}

/** Where a session with this base key is: "current", an index into the archived ones, or null. */
export function findSession(record: SessionRecord, baseKey: Uint8Array): "current" | number | null {
  if (record.current !== null && equalBytes(record.current.baseKey, baseKey)) return "current";
  const index = record.archived.findIndex((session) => equalBytes(session.baseKey, baseKey));
  return index === -1 ? null : index;
}

/** The record without skipped keys and retired chains older than 30 days; the same object when there are none. */
export function expireSessionRecord(record: SessionRecord, nowMs: number): SessionRecord {
  const current = record.current === null ? null : dropExpiredSecrets(record.current, nowMs);
  if (!record.archived.some((session) => isExpired(session.oldestMs, nowMs))) {
    return current === record.current ? record : { ...record, current };
  }
  const archived = record.archived.flatMap((session) => {
    if (!isExpired(session.oldestMs, nowMs)) return [session];
    const decoded = decodeSession(session.encoded);
    return decoded.ok ? [archiveSession(dropExpiredSecrets(decoded.value, nowMs))] : [];
  });
  return { current, archived };
}

/** Encodes a record for storage; it holds secrets. */
export function encodeSessionRecord({ current, archived }: SessionRecord): Uint8Array {
  const currentBytes = current === null ? 0 : countBytes((sink) => writeSession(sink, current));
  return writeBytes((sink) => {
    sink.uint8(VERSION);
    sink.uint8(archived.length);
    sink.uint32(currentBytes);
    if (current !== null) writeSession(sink, current);
    for (const { encoded } of archived) {
      sink.uint32(encoded.length);
      sink.bytes(encoded);
    }
  });
}

/** Decodes a record; of archived sessions only the headers are read, a damaged one is met as an absent one. */
export function decodeSessionRecord(bytes: Uint8Array): Result<SessionRecord, SessionDecodeError> {
  const reader = new ByteReader(bytes);
  const version = reader.uint8();
  const archivedCount = reader.uint8();
  if (version !== VERSION || archivedCount > MAX_ARCHIVED_SESSIONS) return err({ code: "malformed" });
  const currentBytes = reader.bytes(reader.uint32());
  const archived: ArchivedSession[] = [];
  for (let i = 0; i < archivedCount; i++) {
    const encoded = reader.bytes(reader.uint32());
    const header = peekSession(encoded);
    if (header === null) return err({ code: "malformed" });
    archived.push({ ...header, encoded });
  }
  if (!reader.isAtEnd()) return err({ code: "malformed" });
  if (currentBytes.length === 0) return ok({ current: null, archived });
  const current = decodeSession(currentBytes);
  return current.ok ? ok({ current: current.value, archived }) : current;
}

function archiveSession(session: SessionState): ArchivedSession {
  const encoded = encodeSession(session);
  return { ...(peekSession(encoded) as SessionHeader), encoded };
}
