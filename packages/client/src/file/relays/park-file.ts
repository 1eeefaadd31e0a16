/** Brings the sealed units of one own file to one relay: those that are not there, and the hash list. */
import { CHUNK_BYTES, type FileManifest, PART_BYTES, unitCount } from "@kith/protocol";
import type { Core } from "../../core.ts";
import type { SealedUnits } from "../sealed-units.ts";
import type { BlobError, BlobLink } from "./blob-link.ts";

/** Parts on their way at once: under what a channel sends without an answer. */
const WINDOW = 7;

const TAG_BYTES = 16;

/** held: the relay has all of it, synced · changed: the file is not what was offered. */
export type ParkEnd = "held" | "changed" | BlobError;

/** What is brought. */
export interface FileToPark {
  readonly suite: Core["suite"];
  readonly manifest: FileManifest;
  readonly hashes: Uint8Array;
  readonly units: SealedUnits;
  /** Whether it still should be. */
  isWanted(): boolean;
  /** Bytes of the file that the relay has. */
  onProgress(doneBytes: number): void;
}

/** Brings what is missing. */
export async function parkFile(file: FileToPark, link: BlobLink): Promise<ParkEnd> {
  const { manifest, hashes } = file;
  const count = unitCount(manifest.sizeBytes);
  const held = await link.have(count);
  if (!held.ok) return held.error;
  const missing = [...held.value.keys()].filter((number) => held.value[number] !== true);
  if (missing.length === 0) return "held";
  const reserved = await link.reserve(sealedBytesOf(manifest.sizeBytes) + hashes.length);
  if (!reserved.ok) return reserved.error;
  let done = held.value.length - missing.length;
  const tell = (): void =>
    file.onProgress(Math.min(manifest.sizeBytes, Math.floor((done / held.value.length) * manifest.sizeBytes)));
  const upload = new Upload(link);
  for (const number of missing) {
    if (!file.isWanted()) return "stopped";
    const bytes = number === count ? hashes : (await file.units.unit(number))?.subarray(1);
    if (bytes === undefined) return "changed";
    const end = await upload.add(file.suite, number, bytes, () => {
      done += 1;
      tell();
    });
    if (end !== null) return end;
  }
  return (await upload.end()) ?? "held";
}

/** All units of a file, sealed, in bytes. */
function sealedBytesOf(sizeBytes: number): number {
  return sizeBytes + TAG_BYTES * (Math.floor(sizeBytes / CHUNK_BYTES) + 1);
}

/** Parts on their way. */
class Upload {
  readonly #link: BlobLink;
  readonly #open = new Set<Promise<void>>();
  #failed: BlobError | null = null;

  constructor(link: BlobLink) {
    this.#link = link;
  }

  /** Sends a blob as the window lets it. @returns why it ended, once that is known. */
  async add(suite: Core["suite"], number: number, bytes: Uint8Array, onStored: () => void): Promise<BlobError | null> {
    const { blob, readKey } = this.#link.keyOf(number);
    const head = { ...this.#link.space, blob, readHash: suite.sha256(readKey), sizeBytes: bytes.length };
    let left = Math.ceil(bytes.length / PART_BYTES);
    for (let offset = 0; offset < bytes.length; offset += PART_BYTES) {
      while (this.#open.size >= WINDOW) await Promise.race(this.#open);
      if (this.#failed !== null) return this.#failed;
      const part = bytes.subarray(offset, offset + PART_BYTES);
      const sending = this.#link.ask({ type: "put", ...head, offset, part }, "done").then((answer) => {
        this.#open.delete(sending);
        left -= 1;
        if (!answer.ok) this.#failed ??= answer.error;
        else if (left === 0) onStored();
      });
      this.#open.add(sending);
    }
    return null;
  }

  async end(): Promise<BlobError | null> {
    await Promise.all(this.#open);
    return this.#failed;
  }
}
