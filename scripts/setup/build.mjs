/** Compiled packages: are they newer than their sources, and if not, compile. */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { runChild } from "./child.mjs";
import { findNode } from "./own-node.mjs";
import { inRoot, ROOT } from "./paths.mjs";
import { ensureProgramBuilt, isProgramBuilt, PROGRAM_FOLDER } from "./program.mjs";
import { say } from "./say.mjs";
import { STANDALONE_FOLDER } from "./standalone.mjs";
import { isNewer, isTreeNewer } from "./tree.mjs";
import { ensureWebBuilt, isWebBuilt, WEB_TARGET } from "./web.mjs";

const STAMP = inRoot("node_modules", ".cache", "kith", "build");
const COMPILER = join("node_modules", "typescript", "bin", "tsc");

/** Folders of output that no compiler made. */
const BUNDLES = [WEB_TARGET, STANDALONE_FOLDER, PROGRAM_FOLDER];

/** The web app is bundled, not compiled. */
const BUNDLED = "web";

/** True when every package has been compiled, and the program and the web app bundled, since its sources last changed. */
export function isBuilt() {
  return isCompiled() && isProgramBuilt(STAMP) && isWebBuilt();
}

/** Compiles the packages and bundles the program and the web app; false when there were errors, which are shown on stderr. */
export async function ensureBuilt() {
  return (await ensureCompiled()) && (await ensureWebBuilt());
}

function isCompiled() {
  const packages = packageFolders();
  if (packages.length === 0) return true;
  if (!existsSync(STAMP) || !packages.every((folder) => existsSync(join(folder, "dist")))) return false;
  const builtMs = statSync(STAMP).mtimeMs;
  const settings = [inRoot("tsconfig.base.json"), ...packages.map((folder) => join(folder, "tsconfig.json"))];
  return (
    !settings.some((path) => isNewer(path, builtMs)) &&
    !packages.some((folder) => isTreeNewer(join(folder, "src"), builtMs))
  );
}

/** Compiles the packages and bundles the program; false when there were errors, which are shown on stderr. */
export async function ensureCompiled() {
  return (await compile()) && (await ensureProgramBuilt(STAMP));
}

async function compile() {
  if (isCompiled()) return true;
  const startedMs = Date.now();
  const packages = packageFolders();
  say("building");
  const node = findNode()?.path ?? process.execPath;
  const args = [COMPILER, "-b", ...packages.map((folder) => relative(ROOT, folder))];
  const { code } = await runChild(node, args, { cwd: ROOT, stdio: ["ignore", process.stderr, process.stderr] });
  if (code !== 0) {
    say("the build failed; see the lines above");
    return false;
  }
  for (const folder of packages) removeOrphans(join(folder, "dist"), join(folder, "src"));
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, "");
  // The time of the start: what was saved while the compiler ran counts as newer.
  utimesSync(STAMP, startedMs / 1000, startedMs / 1000);
  return true;
}

function packageFolders() {
  const folder = inRoot("packages");
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name !== BUNDLED);
  const all = names.map((name) => join(folder, name));
  return all.filter((each) => existsSync(join(each, "tsconfig.json")) && existsSync(join(each, "src")));
}

/** The compiler leaves the output of removed sources behind, which would be packed and published. */
function removeOrphans(dist, src) {
  if (!existsSync(dist)) return;
  for (const each of readdirSync(dist, { withFileTypes: true })) {
    const output = join(dist, each.name);
    if (BUNDLES.includes(output)) continue;
    if (each.isDirectory()) removeOrphans(output, join(src, each.name));
    else if (!hasSource(each.name, src)) rmSync(output);
  }
  if (readdirSync(dist).length === 0) rmSync(dist, { recursive: true });
}

function hasSource(name, src) {
  if (/^fixtures\./.test(name)) return false; // test data, which an earlier build may have left
  const stem = name.replace(/(\.d\.ts|\.js|\.d\.ts\.map|\.js\.map)$/, "");
  return stem === name ? existsSync(join(src, name)) : [".ts", ".tsx"].some((end) => existsSync(join(src, stem + end)));
}
