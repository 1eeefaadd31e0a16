/** A file: the manifest is the whole body. The bytes it describes travel beside the messages. */
import { decodeManifest, encodeManifest, type FileManifest } from "../file/manifest.ts";
import { CONTENT_KINDS, type Content, type ContentHead, makeBareContent } from "./content.ts";

/** A content that offers a file. @throws RangeError for a manifest that a reader would refuse. */
export function fileContent(head: ContentHead, manifest: FileManifest): Content {
  return makeBareContent(head, CONTENT_KINDS.file, encodeManifest(manifest));
}

/** The manifest in a content; null for another kind, and for one that breaks a rule of manifests. */
export function manifestOf({ kind, body }: Content): FileManifest | null {
  if (kind !== CONTENT_KINDS.file) return null;
  const manifest = decodeManifest(body);
  return manifest.ok ? manifest.value : null;
}
