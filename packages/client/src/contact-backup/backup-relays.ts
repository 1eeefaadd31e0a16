/** Keeps, finds and takes away a contact backup on one relay, under an identity of its own each time. */
import {
  type BackupPiece,
  type CryptoSuite,
  decodeBackupPiece,
  deriveBackupQueue,
  envelopeIdOf,
  MAX_IDS_PER_FRAME,
  ok,
  openEnvelope,
  type QueueId,
  type RelayId,
  type RelayRef,
  type Result,
  type StoredRef,
  sealEnvelope,
} from "@kith/protocol";
import type { Clock, RandomSource } from "../ports.ts";
import type { RelayPool } from "../relay/relay-pool.ts";
import type { QueueKey, RelayCallError, RelaySession } from "../relay/relay-session.ts";
import { earnAccess } from "../relay/work.ts";

/** What talking to relays about it takes. */
export interface BackupWorker {
  readonly suite: CryptoSuite;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly pool: RelayPool;
}

/** Pieces looked at on one relay: more than two devices and two versions come to. */
const MAX_LOOKED_AT = 40;

/** Puts all pieces of a version, then takes those before it away. @returns whether the relay holds it now. */
export async function keepAt(
  worker: BackupWorker,
  secret: Uint8Array,
  relay: RelayRef,
  pieces: readonly Uint8Array[],
): Promise<boolean> {
  const kept = await worker.pool.once(relay, async (session): Promise<Result<boolean, RelayCallError>> => {
    const opened = await openOrCreate(worker, secret, session);
    return opened.ok ? putAll(worker, secret, session, pieces) : opened;
  });
  return kept.ok && kept.value;
}

async function openOrCreate(
  worker: BackupWorker,
  secret: Uint8Array,
  session: RelaySession,
): Promise<Result<unknown, RelayCallError>> {
  const keys = keysOf(worker.suite, secret, session.relay);
  const opened = await session.open(keys);
  if (!opened.ok || opened.value.refusals.size === 0) return opened;
  const { owner, sender } = deriveBackupQueue(worker.suite, secret, session.relay);
  const { receiveId, macKey: ownerMacKey } = owner;
  const queue = { receiveId, sendId: sender.sendId, ownerMacKey, senderMacKey: sender.macKey };
  const access = await earnAccess(worker, session, { operation: "create", queues: [queue] });
  const created = await session.create([queue], access);
  return created.ok ? session.open(keys) : created;
}

async function putAll(
  { suite }: BackupWorker,
  secret: Uint8Array,
  session: RelaySession,
  pieces: readonly Uint8Array[],
): Promise<Result<boolean, RelayCallError>> {
  const { owner, sender } = deriveBackupQueue(suite, secret, session.relay);
  const before = await listAll(session, owner.receiveId);
  if (!before.ok) return before;
  const envelopes = pieces.map((piece) => sealEnvelope(suite, sender, piece));
  for (const envelope of envelopes) {
    const put = await session.call({ type: "put", items: [{ queue: sender.sendId, envelope }] }, "put");
    if (!put.ok) return put;
    if (put.value.outcomes[0]?.error !== undefined) return ok(false);
  }
  const ids = new Set(envelopes.map((envelope) => envelopeIdOf(suite, envelope)));
  const items = before.value.filter(({ id }) => !ids.has(id)).map(({ seq, id }) => ({ seq, id }));
  if (items.length > 0) await session.call({ type: "ack", queue: owner.receiveId, items }, "done");
  return ok(true);
}

async function listAll(session: RelaySession, queue: QueueId): Promise<Result<readonly StoredRef[], RelayCallError>> {
  const listed = await session.call({ type: "list", queue, afterSeq: 0, max: MAX_IDS_PER_FRAME }, "list");
  return listed.ok ? ok(listed.value.items) : listed;
}

/** Every piece that a relay holds, the latest first; null when it could not be asked. */
export async function piecesAt(
  worker: BackupWorker,
  secret: Uint8Array,
  relay: RelayRef,
): Promise<readonly BackupPiece[] | null> {
  const { suite, pool } = worker;
  const { owner } = deriveBackupQueue(suite, secret, relay.relay);
  const found = await pool.once(relay, async (session): Promise<Result<readonly BackupPiece[], RelayCallError>> => {
    const opened = await session.open(keysOf(suite, secret, relay.relay).slice(0, 1));
    if (!opened.ok) return opened;
    if (opened.value.refusals.size > 0) return ok([]);
    const listed = await listAll(session, owner.receiveId);
    return listed.ok ? ok(await fetchPieces(worker, secret, session, listed.value.slice(-MAX_LOOKED_AT))) : listed;
  });
  return found.ok ? found.value : null;
}

async function fetchPieces(
  { suite }: BackupWorker,
  secret: Uint8Array,
  session: RelaySession,
  items: readonly StoredRef[],
): Promise<readonly BackupPiece[]> {
  const { owner, sender } = deriveBackupQueue(suite, secret, session.relay);
  const pieces: BackupPiece[] = [];
  for (const { seq } of [...items].reverse()) {
    const answer = await session.call({ type: "get", queue: owner.receiveId, seqs: [seq] }, "get");
    const envelope = answer.ok ? answer.value.items[0]?.envelope : undefined;
    const opened = envelope && openEnvelope(suite, sender, envelope);
    const piece = opened?.ok ? decodeBackupPiece(opened.value) : null;
    if (piece?.ok) pieces.push(piece.value);
  }
  return pieces;
}

/** Takes the backup from a relay. */
export async function dropAt({ suite, pool }: BackupWorker, secret: Uint8Array, relay: RelayRef): Promise<void> {
  const [receive] = keysOf(suite, secret, relay.relay);
  if (receive !== undefined) await pool.once(relay, (session) => session.drop(receive));
}

function keysOf(suite: CryptoSuite, secret: Uint8Array, relay: RelayId): readonly QueueKey[] {
  const { owner, sender } = deriveBackupQueue(suite, secret, relay);
  return [
    { side: "receive", queue: owner.receiveId, macKey: owner.macKey },
    { side: "send", queue: sender.sendId, macKey: sender.macKey },
  ];
}
