/**
 * The program `kith` as a few files: of its 0.9 s of start, a thousand modules that are found and read one by one take
 * more than half. The compiled modules stay beside it for other programs and for tests.
 */
import { existsSync, mkdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { runChild } from "./child.mjs";
import { findNode } from "./own-node.mjs";
import { inRoot, ROOT } from "./paths.mjs";
import { say } from "./say.mjs";
import { isNewer } from "./tree.mjs";

/** Where it lies; as deep as the modules it is made of, so that what they find beside them stays where it is. */
export const PROGRAM_FOLDER = inRoot("packages", "node", "dist", "program");

const ENTRY = inRoot("packages", "node", "dist", "main.js");
const STAMP = inRoot("node_modules", ".cache", "kith", "program");
const INSTALLED = inRoot("node_modules", ".package-lock.json");

/** True when there is nothing to bundle, or its bundle is newer than the last compilation and installation. */
export function isProgramBuilt(compiledStamp) {
  if (!existsSync(ENTRY)) return true;
  if (!existsSync(STAMP) || !existsSync(PROGRAM_FOLDER)) return false;
  const builtMs = statSync(STAMP).mtimeMs;
  const sources = [compiledStamp, INSTALLED, inRoot("scripts", "setup", "bundle-program.mjs")];
  return !sources.some((path) => existsSync(path) && isNewer(path, builtMs));
}

/** Bundles the program; false when the bundler failed, as it has said on stderr. */
export async function ensureProgramBuilt(compiledStamp) {
  if (isProgramBuilt(compiledStamp)) return true;
  const startedMs = Date.now();
  const node = findNode()?.path ?? process.execPath;
  const stdio = ["ignore", process.stderr, process.stderr];
  const { code } = await runChild(node, [inRoot("scripts", "setup", "bundle-program.mjs")], { cwd: ROOT, stdio });
  if (code !== 0) {
    say("the program could not be bundled; see the lines above");
    return false;
  }
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, "");
  utimesSync(STAMP, startedMs / 1000, startedMs / 1000);
  return true;
}
