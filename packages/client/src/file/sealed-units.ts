/** The sealed units of an own file as they are handed out: made again from the file, or read from the vault. */
import {
  type CryptoSuite,
  equalBytes,
  type FileCipher,
  fileCipherOf,
  hashAt,
  hashUnit,
  InvariantError,
  sealUnit,
  UNIT_BYTES,
  unitBuffer,
  unitCount,
  unitPlainBytes,
} from "@kith/protocol";
import type { FileSource, FileSources, FileVault, VaultFile } from "../ports.ts";
import type { FileRow } from "./file-row.ts";

/** Units kept for the parts that are asked for next: one under way, one read ahead, and what goes on at its end. */
const MAX_KEPT = 4;

/** What opening needs. */
export interface UnitParts {
  readonly suite: CryptoSuite;
  readonly vault: FileVault;
  readonly sources: FileSources | null;
}

/** Units of one open file. */
export class SealedUnits {
  readonly #suite: CryptoSuite;
  readonly #cipher: FileCipher;
  readonly #hashes: Uint8Array;
  readonly #from: FileSource | VaultFile;
  readonly #kept = new Map<number, Promise<Uint8Array | null>>();

  private constructor(suite: CryptoSuite, cipher: FileCipher, hashes: Uint8Array, from: FileSource | VaultFile) {
    this.#suite = suite;
    this.#cipher = cipher;
    this.#hashes = hashes;
    this.#from = from;
  }

  /** Opens the bytes of a row; null when the file is not there any more, or was changed. */
  static async open(
    { suite, vault, sources }: UnitParts,
    { manifest, place }: FileRow,
    { hashes, vaultName }: { readonly hashes: Uint8Array; readonly vaultName: string },
  ): Promise<SealedUnits | null> {
    const cipher = fileCipherOf(manifest);
    if (cipher === null) throw new InvariantError("an own manifest has its own header");
    if (place === undefined) return new SealedUnits(suite, cipher, hashes, await vault.open(vaultName));
    const source = (await sources?.open(place.path)) ?? null;
    if (source === null) return null;
    if (source.sizeBytes === manifest.sizeBytes && source.modifiedMs === place.modifiedMs) {
      return new SealedUnits(suite, cipher, hashes, source);
    }
    await source.close();
    return null;
  }

  /** A sealed unit behind its hash prefix, with the next one read ahead when they come in order; null when its bytes are not those that were offered. */
  async unit(unit: number, isInOrder = true): Promise<Uint8Array | null> {
    const made = this.#keep(unit);
    if (isInOrder && unit + 1 < unitCount(this.#cipher.sizeBytes)) void this.#keep(unit + 1);
    return await made;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#kept.values());
    await this.#from.close();
  }

  #keep(unit: number): Promise<Uint8Array | null> {
    const kept = this.#kept.get(unit);
    if (kept !== undefined) return kept;
    const made = this.#make(unit);
    // Whoever asks for the unit gets the failure; nobody may ask for one that was read ahead.
    made.catch(() => undefined);
    this.#kept.set(unit, made);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return made;
  }

  async #make(unit: number): Promise<Uint8Array | null> {
    const prefixed =
      "sizeBytes" in this.#from ? await this.#seal(this.#from, unit) : await this.#read(this.#from, unit);
    if (prefixed === null) return null;
    return equalBytes(await hashUnit(this.#suite, prefixed), hashAt(this.#hashes, unit)) ? prefixed : null;
  }

  async #seal(source: FileSource, unit: number): Promise<Uint8Array | null> {
    const plaintext = new Uint8Array(unitPlainBytes(this.#cipher.sizeBytes, unit));
    if ((await source.read(unit * UNIT_BYTES, plaintext)) !== plaintext.length) return null;
    return sealUnit(this.#suite, this.#cipher, unit, plaintext);
  }

  async #read(file: VaultFile, unit: number): Promise<Uint8Array | null> {
    const prefixed = unitBuffer(this.#cipher.sizeBytes, unit);
    const sealed = prefixed.subarray(1);
    return (await file.read(unit, sealed)) === sealed.length ? prefixed : null;
  }
}
