/**
 * The file of a backup: a header in clear, then chunks sealed under a key from the person's passphrase.
 * Magic, version, cost of Argon2id, salt; then chunks of 64 KiB, each XChaCha20-Poly1305 under its number, bound to the
 * header; the first one is empty and tells a wrong passphrase, the last one is marked, so that a cut is noticed.
 * @see docs/spec/08-local-secrets.md (Backups)
 */
import { type CryptoSuite, type RandomBytes, utf8 } from "@kith/protocol";
import { STORE_LABELS } from "../store/labels.ts";
import { normalizePin } from "../store/pin.ts";
import type { Argon2Cost, Argon2id } from "../store/wrapped-key.ts";

/** What sealing and opening a backup need. */
export interface BackupTools {
  readonly suite: CryptoSuite;
  readonly random: RandomBytes;
  readonly argon2id: Argon2id;
}

/** The largest file that is read as a backup: more messages than anybody has; a larger one is something else. */
export const MAX_BACKUP_BYTES: number = 4 * 1024 ** 3;

/** Bytes of the header. */
export const HEADER_BYTES = 32;

/** Bytes of a whole chunk before and after sealing. */
export const CHUNK_BYTES: number = 64 * 1024;
export const SEALED_CHUNK_BYTES: number = CHUNK_BYTES + 16;

const MAGIC: Uint8Array = utf8("kith-bak");
/** 2 has groups. */
const VERSION = 2;
const SALT_BYTES = 16;
const KEY_BYTES = 32;
const NONCE_BYTES = 24;

/** Bounds keep a header from asking for gigabytes or hours. */
const MAX_COST: Argon2Cost = { memoryKiB: 256 * 1024, passes: 16, lanes: 4 };

/** A header as read. */
export interface BackupHeader {
  /** Of the format that the file has. */
  readonly version: number;
  readonly cost: Argon2Cost;
  readonly salt: Uint8Array;
}

/** Why a header is not one: no backup at all, or of a newer version. */
export type HeaderError = "not-a-backup" | "newer";

/** Writes a header. */
export function encodeHeader({ version, cost, salt }: BackupHeader): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  bytes[8] = version;
  bytes[9] = cost.passes;
  bytes[10] = cost.lanes;
  view.setUint32(12, cost.memoryKiB);
  bytes.set(salt, 16);
  return bytes;
}

/** Reads a header of HEADER_BYTES. */
export function decodeHeader(bytes: Uint8Array): BackupHeader | HeaderError {
  if (bytes.length < HEADER_BYTES || MAGIC.some((each, at) => bytes[at] !== each)) return "not-a-backup";
  const version = bytes[8] ?? 0;
  if (version > VERSION) return "newer";
  const memoryKiB = new DataView(bytes.buffer, bytes.byteOffset).getUint32(12);
  const cost = { memoryKiB, passes: bytes[9] ?? 0, lanes: bytes[10] ?? 0 };
  const isFine = (["memoryKiB", "passes", "lanes"] as const).every(
    (each) => cost[each] > 0 && cost[each] <= MAX_COST[each],
  );
  if (version === 0 || bytes[11] !== 0 || !isFine) return "not-a-backup";
  return { version, cost, salt: bytes.slice(16, 16 + SALT_BYTES) };
}

/** A new header. */
export function makeHeader(random: RandomBytes, cost: Argon2Cost): BackupHeader {
  return { version: VERSION, cost, salt: random(SALT_BYTES) };
}

/** Seals and opens the chunks of one backup, in order. */
export class ChunkSealer {
  readonly #suite: CryptoSuite;
  readonly #key: Uint8Array;
  readonly #header: Uint8Array;
  #number = 0;

  private constructor(suite: CryptoSuite, key: Uint8Array, header: Uint8Array) {
    this.#suite = suite;
    this.#key = key;
    this.#header = header;
  }

  /** Derives the key; takes as long as unlocking by a PIN. */
  static async create(tools: BackupTools, header: BackupHeader, passphrase: string): Promise<ChunkSealer> {
    const stretched = await tools.argon2id(utf8(normalizePin(passphrase)), header.salt, header.cost);
    const key = tools.suite.hkdf(stretched, header.salt, utf8(STORE_LABELS.backup), KEY_BYTES);
    stretched.fill(0);
    return new ChunkSealer(tools.suite, key, encodeHeader(header));
  }

  seal(plain: Uint8Array, isLast: boolean): Uint8Array {
    return this.#suite.xchachaSeal(this.#key, this.#nonce(isLast), plain, this.#header);
  }

  /** The next chunk; null when it is not the one that was written there. */
  open(sealed: Uint8Array, isLast: boolean): Uint8Array | null {
    const nonce = this.#nonce(isLast);
    const plain = this.#suite.xchachaOpen(this.#key, nonce, sealed, this.#header);
    if (plain === null) this.#number -= 1;
    return plain;
  }

  /** The salt is new for each backup, and so is the key: the number of the chunk never repeats under it. */
  #nonce(isLast: boolean): Uint8Array {
    const nonce = new Uint8Array(NONCE_BYTES);
    nonce[0] = isLast ? 1 : 0;
    new DataView(nonce.buffer).setBigUint64(NONCE_BYTES - 8, BigInt(this.#number));
    this.#number += 1;
    return nonce;
  }
}
