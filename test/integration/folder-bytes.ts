/** What lies in the files of a folder that a program is using. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually } from "./nodes.ts";

/** The bytes of every file of a folder, in one piece; reads again where a file went while it was read. */
export function folderBytes(folder: string): Promise<Buffer> {
  return eventually("no file went while it was read", async () => {
    try {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      return Buffer.concat(await Promise.all(files.map((file) => readFile(file))));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
      throw error;
    }
  });
}
