/** Fetches one file from one place: its hash list, then every unit that is not here and intact already. */
import {
  type CryptoSuite,
  directFileId,
  equalBytes,
  type FileCipher,
  type FileManifest,
  fileCipherOf,
  HASH_BYTES,
  HASHES_PER_ANSWER,
  hashAt,
  hashUnit,
  joinHashes,
  merkleRoot,
  openUnit,
  unitBuffer,
  unitCount,
  unitPlainBytes,
} from "@kith/protocol";
import type { VaultFile } from "../ports.ts";
import { type AskFile, type PullError, type PulledUnit, pullUnits } from "./pull-units.ts";

/** How a try ended: `damaged` when bytes came that do not verify. */
export type FetchEnd = "complete" | "stopped" | "damaged" | PullError;

/** What fetching works on. */
export interface FetchParts {
  readonly suite: CryptoSuite;
  readonly manifest: FileManifest;
  readonly file: VaultFile;
  /** Aborted to stop in good order. */
  readonly signal: AbortSignal;
  /** Known from an earlier try. */
  hashes: Uint8Array | undefined;
  /** Keeps the hash list, before a unit is asked for. */
  onHashes(hashes: Uint8Array): Promise<void>;
  /** Bytes of the file that are written and verified. */
  onProgress(doneBytes: number): void;
}

/** Which units are here and verify; looked at once a run, since notes about it could be wrong. */
export interface KnownUnits {
  readonly has: Uint8Array;
  doneBytes: number;
}

/** Reads what is in the vault already. @returns null when the signal was aborted. */
export async function scanUnits(parts: FetchParts): Promise<KnownUnits | null> {
  const { suite, manifest, file, hashes, signal } = parts;
  const { sizeBytes } = manifest;
  const known: KnownUnits = { has: new Uint8Array(unitCount(sizeBytes)), doneBytes: 0 };
  if (hashes === undefined) return known;
  for (let unit = 0; unit < known.has.length; unit++) {
    if (signal.aborted) return null;
    const prefixed = unitBuffer(sizeBytes, unit);
    const read = await file.read(unit, prefixed.subarray(1));
    if (read === prefixed.length - 1 && equalBytes(await hashUnit(suite, prefixed), hashAt(hashes, unit))) {
      note(known, sizeBytes, unit);
    }
  }
  return known;
}

/** Fetches what is missing from a device; everything is on disk when this says `complete`. */
export async function fetchMissing(parts: FetchParts, known: KnownUnits, ask: AskFile): Promise<FetchEnd> {
  const end = await fetchHashList(parts, ask);
  return end ?? (await fetchUnits(parts, known, ask, missingUnits(known)));
}

/** The units that are not here. */
export function missingUnits({ has }: KnownUnits): readonly number[] {
  return [...has.keys()].filter((unit) => has[unit] === 0);
}

/** Fetches the hash list where it is not known yet. @returns why it did not come; null when it is here. */
export async function fetchHashList(parts: FetchParts, ask: AskFile): Promise<FetchEnd | null> {
  if (fileCipherOf(parts.manifest) === null) return "damaged";
  if (parts.hashes !== undefined) return null;
  const hashes = await askHashes(parts, ask);
  if (typeof hashes === "string") return hashes;
  await parts.onHashes(hashes);
  parts.hashes = hashes;
  return null;
}

/**
 * Fetches units, once the hash list is here; they are on disk when this says `complete`.
 * @param onDamaged told which unit does not verify.
 */
export async function fetchUnits(
  parts: FetchParts,
  known: KnownUnits,
  ask: AskFile,
  units: readonly number[],
  onDamaged: (unit: number) => void = () => undefined,
): Promise<FetchEnd> {
  const { suite, manifest, file, signal } = parts;
  const id = directFileId(suite, manifest.key);
  const cipher = fileCipherOf(manifest);
  if (cipher === null) return "damaged";
  let writing: Promise<void> = Promise.resolve();
  try {
    for await (const pulled of pullUnits({ ask, id, sizeBytes: manifest.sizeBytes }, units)) {
      if (signal.aborted) return "stopped";
      if (!pulled.ok) return pulled.error;
      if (!(await verifies(parts, cipher, pulled.value))) {
        onDamaged(pulled.value.unit);
        return "damaged";
      }
      await writing; // at most one write beside the next unit
      writing = writeUnit(parts, known, pulled.value);
      writing.catch(() => undefined); // awaited below or with the next unit
    }
  } finally {
    await writing;
  }
  await file.sync();
  return "complete";
}

/** The whole hash list, checked against the root. */
async function askHashes({ suite, manifest, signal }: FetchParts, ask: AskFile): Promise<Uint8Array | FetchEnd> {
  const id = directFileId(suite, manifest.key);
  const count = unitCount(manifest.sizeBytes);
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < count; from += HASHES_PER_ANSWER) {
    if (signal.aborted) return "stopped";
    const answer = await ask({ type: "hashes", id, from });
    if (!answer.ok) return answer.error;
    if (answer.value.length !== Math.min(HASHES_PER_ANSWER, count - from) * HASH_BYTES) return "damaged";
    pieces.push(answer.value);
  }
  const hashes = joinHashes(pieces);
  return equalBytes(merkleRoot(suite, hashes), manifest.root) ? hashes : "damaged";
}

async function verifies(parts: FetchParts, cipher: FileCipher, { unit, prefixed }: PulledUnit): Promise<boolean> {
  const expected = hashAt(parts.hashes as Uint8Array, unit);
  return (await openUnit(parts.suite, cipher, unit, prefixed, expected)) !== null;
}

async function writeUnit(parts: FetchParts, known: KnownUnits, { unit, prefixed }: PulledUnit): Promise<void> {
  await parts.file.write(unit, prefixed.subarray(1));
  note(known, parts.manifest.sizeBytes, unit);
  parts.onProgress(known.doneBytes);
}

function note(known: KnownUnits, sizeBytes: number, unit: number): void {
  known.has[unit] = 1;
  known.doneBytes += unitPlainBytes(sizeBytes, unit);
}
