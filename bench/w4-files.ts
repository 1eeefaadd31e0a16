/** The files of W4. */
import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

/** Bytes of a mebibyte. */
export const MIB: number = 1024 * 1024;

/** Writes and syncs a file of random bytes. */
export async function writeRandom(path: string, sizeMiB: number): Promise<void> {
  const handle = await open(path, "w");
  for (let at = 0; at < sizeMiB; at++) await handle.write(randomBytes(MIB));
  await handle.sync();
  await handle.close();
}

/** SHA-256 of a file, in hex. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: MIB }), hash);
  return hash.digest("hex");
}
