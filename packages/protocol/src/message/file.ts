/** A file: the manifest is the whole body. The bytes it describes travel beside the messages. */
import { decodeManifest, encodeManifest, type FileManifest } from "../file/manifest.ts";
import { CONTENT_KINDS, type Content, type ContentHead, makeBareContent } from "./content.ts";
import { readOnceInner } from "./once.ts";

/** A content that offers a file. @throws RangeError for a manifest that a reader would refuse. */
export function fileContent(head: ContentHead, manifest: FileManifest): Content {
  return makeBareContent(head, CONTENT_KINDS.file, encodeManifest(manifest));
}

/** The manifest in a content, also in one to be seen once; null for others, and for one that breaks a rule. */
export function manifestOf(content: Content): FileManifest | null {
  const { kind, body } = (content.kind === CONTENT_KINDS.once ? readOnceInner(content.body) : content) ?? {};
  if (kind !== CONTENT_KINDS.file || body === undefined) return null;
  const manifest = decodeManifest(body);
  return manifest.ok ? manifest.value : null;
}
