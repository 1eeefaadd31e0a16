/** Seals a file as it is read, once and in order, and gathers what its manifest says about the bytes. */
import {
  type CryptoSuite,
  type FileCipher,
  type FileManifest,
  hashUnit,
  joinHashes,
  merkleRoot,
  newFileCipher,
  type RandomBytes,
  sealUnit,
  unitCount,
  unitPlainBytes,
} from "@kith/protocol";
import { MessengerError } from "../messenger-error.ts";
import type { FileSource, VaultFile } from "../ports.ts";

const KEY_BYTES = 32;
const SALT_BYTES = 24;

/** What sealing gives beside the sealed units. */
export interface SealedFile extends Pick<FileManifest, "sizeBytes" | "key" | "header" | "root"> {
  /** One hash a unit, joined. */
  readonly hashes: Uint8Array;
}

/** What a sealer needs. */
export interface SealerParts {
  readonly suite: CryptoSuite;
  readonly random: RandomBytes;
}

/** The units of one new file, in order. */
export class FileSealer {
  readonly #suite: CryptoSuite;
  readonly #key: Uint8Array;
  readonly #cipher: FileCipher;
  readonly #kept: VaultFile | null;
  readonly #hashes: Uint8Array[] = [];

  /** @param kept where the sealed units go; null when they will be made again from the file each time. */
  constructor({ suite, random }: SealerParts, sizeBytes: number, kept: VaultFile | null) {
    this.#suite = suite;
    this.#kept = kept;
    this.#key = random(KEY_BYTES);
    this.#cipher = newFileCipher(this.#key, random(SALT_BYTES), sizeBytes);
  }

  /** The number of the unit that comes next. */
  get next(): number {
    return this.#hashes.length;
  }

  /** Takes the next unit. @throws RangeError when it has not the length of that unit. */
  async add(plaintext: Uint8Array): Promise<void> {
    const unit = this.next;
    const prefixed = await sealUnit(this.#suite, this.#cipher, unit, plaintext);
    this.#hashes.push(await hashUnit(this.#suite, prefixed));
    await this.#kept?.write(unit, prefixed.subarray(1));
  }

  /** What the manifest says. @throws RangeError before the last unit. */
  async finish(): Promise<SealedFile> {
    const { sizeBytes, keys } = this.#cipher;
    if (this.next !== unitCount(sizeBytes)) throw new RangeError("a file is sealed to its end");
    await this.#kept?.sync();
    const hashes = joinHashes(this.#hashes);
    return { sizeBytes, key: this.#key, header: keys.header, root: merkleRoot(this.#suite, hashes), hashes };
  }
}

/** Seals a file that stays where it is. @throws MessengerError FILE_CHANGED when it shrinks under the reader. */
export async function sealSource(parts: SealerParts, source: FileSource): Promise<SealedFile> {
  const { sizeBytes } = source;
  const sealer = new FileSealer(parts, sizeBytes, null);
  for (let offset = 0; sealer.next < unitCount(sizeBytes); ) {
    const plaintext = new Uint8Array(unitPlainBytes(sizeBytes, sealer.next));
    if ((await source.read(offset, plaintext)) !== plaintext.length) {
      throw new MessengerError("FILE_CHANGED", "the file changed while it was read");
    }
    offset += plaintext.length;
    await sealer.add(plaintext);
  }
  return sealer.finish();
}
