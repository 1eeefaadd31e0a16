/** A picture that is sent as it is: read from a path, small, and without what says more than its pixels. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { isSystemError, NodeError } from "../config/node-error.ts";
import { hasMetadata } from "../files/picture-metadata.ts";
import { text } from "../i18n/text.ts";

/** The largest picture, in bytes. */
const MAX_PICTURE_BYTES = 40 * 1024;

/** Reads a picture of this machine, in base64. @throws NodeError USAGE. */
export async function readPicture(path: string): Promise<string> {
  const bytes = await readBytes(resolve(path));
  if (bytes.length > MAX_PICTURE_BYTES) throw new NodeError("USAGE", text("usage.pictureLarge"));
  if (hasMetadata(bytes)) throw new NodeError("USAGE", text("usage.pictureMetadata"));
  return bytes.toString("base64");
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (!isSystemError(error, "ENOENT", "EACCES", "EISDIR", "ENOTDIR")) throw error;
    throw new NodeError("USAGE", text("usage.pictureMissing", { file: path }));
  }
}
