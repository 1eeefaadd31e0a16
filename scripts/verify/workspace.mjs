/** Workspaces with a lockfile of their own, which hold what Kith is compared with and are installed only for that. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runNpm } from "./command.mjs";

/** Installs a workspace when its package is missing or of another version; null, or why it could not be. */
export async function installWorkspace(folder, name) {
  if (installedVersion(folder, name) === readJson(join(folder, "package.json")).dependencies[name]) return null;
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { code, output } = await runNpm(args, { cwd: folder });
  return code === 0 ? null : `${name} could not be installed\n${output}`;
}

function installedVersion(folder, name) {
  const path = join(folder, "node_modules", name, "package.json");
  return existsSync(path) ? readJson(path).version : null;
}

function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
