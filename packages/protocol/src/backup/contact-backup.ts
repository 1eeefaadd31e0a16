/**
 * The contact backup: who one's people are, kept in a queue that only the words of the account open, so that they are found
 * again on an empty device. To its relay it is a queue like any other.
 * @see docs/spec/01-identity.md (Contact backup)
 */
import { fromHex, utf8 } from "../bytes.ts";
import { bytes, type DecodeError, decodeAs, encodeAs, field, list, record, type Shape, uint } from "../codec/schema.ts";
import { decodeSigned, encodeSigned, signedBytes } from "../codec/signed.ts";
import { DOMAINS, LABELS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { deriveOwnerSide, deriveSenderSide, type OwnerSide, type SenderSide } from "../envelope/queue.ts";
import { type AccountId, accountId, type DeviceId, deviceId, type RelayId, type RelayRef, relayRef } from "../ids.ts";
import { MAX_CHAIN_ENTRIES, MAX_CONTACT_BACKUP_BYTES, MAX_ENTRY_BYTES } from "../limits.ts";
import { MAX_BODY_BYTES } from "../message/content.ts";
import { err, type Result } from "../result.ts";

/** What is kept. */
export interface ContactBackup {
  readonly account: AccountId;
  /** The device that wrote and signed it. */
  readonly device: DeviceId;
  /** When, in ms since 1970: the newest counts. */
  readonly atMs: number;
  /** The account's own chain: whoever has no handle is in no directory. */
  readonly chain: readonly Uint8Array[];
  /** Relays the account used. */
  readonly relays: readonly RelayRef[];
  /** People, chats and settings, each an item of own devices in a body of its own. */
  readonly items: readonly Uint8Array[];
}

/** Why bytes are no contact backup. */
export type ContactBackupError =
  | { readonly code: "malformed-backup"; readonly cause: DecodeError["code"] }
  | { readonly code: "bad-signature" };

/** People, chats and settings of one backup. */
export const MAX_BACKED_ITEMS = 4096;

/** Relays of one backup. */
export const MAX_BACKED_RELAYS = 8;

/** Codec shape of what is signed. */
export const contactBackupShape: Shape<ContactBackup> = record<ContactBackup>({
  account: field(1, accountId),
  device: field(2, deviceId),
  atMs: field(3, uint()),
  chain: field(4, list(bytes(1, MAX_ENTRY_BYTES), MAX_CHAIN_ENTRIES, 1)),
  relays: field(5, list(relayRef, MAX_BACKED_RELAYS)),
  items: field(6, list(bytes(1, MAX_BODY_BYTES), MAX_BACKED_ITEMS)),
});

/** Signs a backup with the Ed25519 seed of its device. @throws RangeError when it is over 256 KiB. */
export async function signContactBackup(
  suite: CryptoSuite,
  signingSeed: Uint8Array,
  backup: ContactBackup,
): Promise<Uint8Array> {
  const body = encodeAs(contactBackupShape, backup);
  const signature = await suite.ed25519Sign(signingSeed, signedBytes(DOMAINS.contactBackup, body));
  const encoded = encodeSigned({ body, signature });
  if (encoded.length > MAX_CONTACT_BACKUP_BYTES) throw new RangeError(`contact backup of ${encoded.length} bytes`);
  return encoded;
}

/** Reads a backup and checks that its device signed it; whether that is one of the account is for its chain to say. */
export async function checkContactBackup(
  suite: Pick<CryptoSuite, "ed25519Verify">,
  encoded: Uint8Array,
): Promise<Result<ContactBackup, ContactBackupError>> {
  const signed = decodeSigned(encoded, MAX_CONTACT_BACKUP_BYTES);
  if (!signed.ok) return err({ code: "malformed-backup", cause: signed.error.code });
  const backup = decodeAs(contactBackupShape, signed.value.body, MAX_CONTACT_BACKUP_BYTES);
  if (!backup.ok) return err({ code: "malformed-backup", cause: backup.error.code });
  const message = signedBytes(DOMAINS.contactBackup, signed.value.body);
  const isSigned = await suite.ed25519Verify(fromHex(backup.value.device), message, signed.value.signature);
  return isSigned ? backup : err({ code: "bad-signature" });
}

/** Bytes of a backup in one piece: with its head it fills the largest envelope. */
const PIECE_BYTES = 60_000;

/** Pieces of one backup. */
export const MAX_BACKUP_PIECES: number = Math.ceil(MAX_CONTACT_BACKUP_BYTES / PIECE_BYTES);

/** One piece, as it is put into an envelope. All are of one size, so that they tell little of how many people there are. */
export interface BackupPiece {
  readonly atMs: number;
  readonly index: number;
  /** Bytes of the whole. */
  readonly totalBytes: number;
  /** `PIECE_BYTES`, with zeros after the end of the whole. */
  readonly bytes: Uint8Array;
}

const pieceShape: Shape<BackupPiece> = record<BackupPiece>({
  atMs: field(1, uint()),
  index: field(2, uint(MAX_BACKUP_PIECES - 1)),
  totalBytes: field(3, uint(MAX_CONTACT_BACKUP_BYTES)),
  bytes: field(4, bytes(PIECE_BYTES)),
});

const MAX_PIECE_BYTES = PIECE_BYTES + 64;

/** Cuts a signed backup into pieces. */
export function cutBackup(encoded: Uint8Array, atMs: number): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < encoded.length; at += PIECE_BYTES) {
    const padded = new Uint8Array(PIECE_BYTES);
    padded.set(encoded.subarray(at, at + PIECE_BYTES));
    pieces.push(encodeAs(pieceShape, { atMs, index: pieces.length, totalBytes: encoded.length, bytes: padded }));
  }
  return pieces;
}

/** Reads a piece. */
export function decodeBackupPiece(encoded: Uint8Array): Result<BackupPiece, DecodeError> {
  return decodeAs(pieceShape, encoded, MAX_PIECE_BYTES);
}

/** The backups that are there whole, newest first. */
export function joinPieces(pieces: readonly BackupPiece[]): readonly Uint8Array[] {
  const times = [...new Set(pieces.map(({ atMs }) => atMs))].sort((a, b) => b - a);
  return times.flatMap((atMs) => joinOne(pieces.filter((piece) => piece.atMs === atMs)) ?? []);
}

function joinOne(pieces: readonly BackupPiece[]): Uint8Array | null {
  const totalBytes = pieces[0]?.totalBytes ?? 0;
  const whole = new Uint8Array(totalBytes);
  for (let index = 0; index * PIECE_BYTES < totalBytes; index++) {
    const piece = pieces.find((each) => each.index === index && each.totalBytes === totalBytes);
    if (piece === undefined) return null;
    const at = index * PIECE_BYTES;
    whole.set(piece.bytes.subarray(0, Math.min(PIECE_BYTES, totalBytes - at)), at);
  }
  return totalBytes === 0 ? null : whole;
}

/** Both sides of the queue of a contact backup on one relay. */
export interface BackupQueue {
  readonly owner: OwnerSide;
  readonly sender: SenderSide;
}

/** Derives them from the secret of the words. */
export function deriveBackupQueue(suite: CryptoSuite, secret: Uint8Array, relay: RelayId): BackupQueue {
  const none = new Uint8Array(0);
  return {
    owner: deriveOwnerSide(suite, suite.hkdf(secret, none, utf8(LABELS.contactOwner), 32), 0, relay),
    sender: deriveSenderSide(suite, suite.hkdf(secret, none, utf8(LABELS.contactQueue), 32), relay),
  };
}
