/** The files of the web app as the build left them in a folder; nothing outside of it and no other kinds of file. */
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isSystemError } from "../config/node-error.ts";

/** One file to be answered with. */
export interface WebFile {
  /** Media type, with the charset for texts. */
  readonly type: string;
  readonly body: Buffer;
  /** Its name changes with its content, so that it may be kept for ever. */
  readonly isImmutable: boolean;
}

/** Where the set-up puts the built app; the same place for the sources and the compiled program. */
export const WEB_FOLDER: string = fileURLToPath(new URL("../../dist/web/", import.meta.url));

const TYPES: Readonly<Record<string, string>> = Object.freeze({
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".md": "text/plain; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
});

/** Segments of plain characters, none of which begins with a dot: no way up, no hidden files, no escapes. */
const PATH_PATTERN = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;

/** Names that the bundler ends with a hash of the content. */
const HASHED_PATTERN = /^\/assets\/[^/]+-[A-Za-z0-9_-]{8}\.[a-z0-9]+$/;

/** The file for a path of a request, without its query; null when there is none to be shown. */
export async function readWebFile(folder: string, path: string): Promise<WebFile | null> {
  const type = TYPES[extname(path)];
  if (type === undefined || !PATH_PATTERN.test(path)) return null;
  try {
    const body = await readFile(join(folder, ...path.slice(1).split("/")));
    return { type, body, isImmutable: HASHED_PATTERN.test(path) };
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR", "EISDIR", "ENAMETOOLONG")) return null;
    throw error;
  }
}
