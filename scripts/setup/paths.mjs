/** Where things are, from the place of this file: the current folder does not matter. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root folder of the repository. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A path below the root. */
export function inRoot(...parts) {
  return join(ROOT, ...parts);
}
