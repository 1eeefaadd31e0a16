/**
 * The manifest of a file: what a message says about it, and all that is needed to fetch, check and open it.
 * @see docs/spec/07-file.md (Manifest)
 */
import {
  bytes,
  type DecodeError,
  decodeAs,
  encodeAs,
  field,
  list,
  mapped,
  optional,
  record,
  type Shape,
  text,
  uint,
} from "../codec/schema.ts";
import { type RelayRef, relayRef } from "../ids.ts";
import { MAX_FILE_BYTES, MAX_MANIFEST_BYTES, MAX_PREVIEW_BYTES, MAX_RELAYS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { FILE_HEADER_BYTES, FILE_KEY_BYTES } from "./chunks.ts";
import { readPreviewSize } from "./image-header.ts";
import { HASH_BYTES } from "./merkle.ts";
import { isSafeFileName, MAX_FILE_NAME_BYTES } from "./name.ts";

/** The one way of cutting, sealing and hashing there is: 16 KiB chunks, AES-256-GCM, 1 MiB units, SHA-256. */
export const FILE_SCHEME = 1;

/** What a type is when nobody knows better. */
export const UNKNOWN_MEDIA_TYPE = "application/octet-stream";

/** Bars of a voice note's waveform. */
export const MAX_WAVEFORM_BARS = 64;

/** The longest voice note, in ms. */
export const MAX_VOICE_MS: number = 60 * 60 * 1000;

/** A voice note's length, and how loud it is from 0 to 255 along it. */
export interface VoiceNote {
  readonly durationMs: number;
  readonly waveform: Uint8Array;
}

/** Everything about one file. */
export interface FileManifest {
  readonly scheme: number;
  /** Its own safe form. */
  readonly name: string;
  readonly sizeBytes: number;
  /** As the sender says; never trusted to open anything. */
  readonly mediaType: string;
  readonly key: Uint8Array;
  readonly header: Uint8Array;
  /** Root of the hash tree over the sealed units. */
  readonly root: Uint8Array;
  /** Relays where the sender may park units while it is away. */
  readonly relays: readonly RelayRef[];
  /** A small JPEG, made by the sender. */
  readonly preview?: Uint8Array | undefined;
  /** Set when the file is a voice note. */
  readonly voice?: VoiceNote | undefined;
}

/** Why a manifest is refused; what it describes is never fetched. */
export type ManifestError = DecodeError | { readonly code: "unknown-scheme" } | { readonly code: "bad-preview" };

const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}$/;

const fileName: Shape<string> = mapped(
  text(MAX_FILE_NAME_BYTES),
  (name) => (isSafeFileName(name) ? name : null),
  (name) => {
    if (!isSafeFileName(name)) throw new RangeError("a manifest takes safe names only");
    return name;
  },
);
const mediaType: Shape<string> = mapped(
  text(127),
  (type) => (isMediaType(type) ? type : null),
  (type) => type,
);
const size: Shape<number> = mapped(
  uint(MAX_FILE_BYTES),
  (value) => (value >= 1 ? value : null),
  (value) => value,
);

const manifestShape: Shape<FileManifest> = record<FileManifest>({
  scheme: field(1, uint(255)),
  name: field(2, fileName),
  sizeBytes: field(3, size),
  mediaType: field(4, mediaType),
  key: field(5, bytes(FILE_KEY_BYTES)),
  header: field(6, bytes(FILE_HEADER_BYTES)),
  root: field(7, bytes(HASH_BYTES)),
  relays: field(8, list(relayRef, MAX_RELAYS)),
  preview: optional(9, bytes(1, MAX_PREVIEW_BYTES)),
  voice: optional(
    10,
    record<VoiceNote>({ durationMs: field(1, uint(MAX_VOICE_MS)), waveform: field(2, bytes(0, MAX_WAVEFORM_BARS)) }),
  ),
});

/** Whether a text is a media type, in lower case and without parameters. */
export function isMediaType(type: string): boolean {
  return MEDIA_TYPE.test(type);
}

/** The bytes of a manifest. @throws RangeError for one that a reader would refuse. */
export function encodeManifest(manifest: FileManifest): Uint8Array {
  const encoded = encodeAs(manifestShape, manifest);
  const read = decodeManifest(encoded);
  if (!read.ok) throw new RangeError(`not a manifest: ${read.error.code}`);
  return encoded;
}

/** Reads a manifest strictly: sizes, name, type and preview are checked before anything is shown or fetched. */
export function decodeManifest(encoded: Uint8Array): Result<FileManifest, ManifestError> {
  const manifest = decodeAs(manifestShape, encoded, MAX_MANIFEST_BYTES);
  if (!manifest.ok) return manifest;
  const { scheme, preview } = manifest.value;
  if (scheme !== FILE_SCHEME) return err({ code: "unknown-scheme" });
  if (preview !== undefined && !readPreviewSize(preview).ok) return err({ code: "bad-preview" });
  return ok(manifest.value);
}
