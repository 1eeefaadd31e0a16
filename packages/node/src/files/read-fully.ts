/** Reads of a file that end only where the file ends. */
import type { FileHandle } from "node:fs/promises";

/** Fills `into` from a place of the file. @returns the bytes read, fewer only at the end of the file. */
export async function readFully(handle: FileHandle, into: Uint8Array, at: number): Promise<number> {
  let done = 0;
  while (done < into.length) {
    const { bytesRead } = await handle.read(into, done, into.length - done, at + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}
