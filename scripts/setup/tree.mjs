/** Times of files and folders, to tell what was built before its sources changed. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Whether a file or folder changed since a time in ms since 1970. */
export function isNewer(path, sinceMs) {
  return statSync(path).mtimeMs >= sinceMs;
}

/**
 * Whether anything below a path changed. A folder's own time counts as well: it changes when a file in it is removed.
 * Tests do not count: no output has them.
 */
export function isTreeNewer(path, sinceMs) {
  if (isNewer(path, sinceMs)) return true;
  if (!statSync(path).isDirectory()) return false;
  return readdirSync(path, { withFileTypes: true }).some((each) => {
    const inner = join(path, each.name);
    if (each.isDirectory()) return isTreeNewer(inner, sinceMs);
    return !isTest(each.name) && isNewer(inner, sinceMs);
  });
}

function isTest(name) {
  return /(\.test\.tsx?|\.vectors\.json|^fixtures\.ts)$/.test(name);
}
