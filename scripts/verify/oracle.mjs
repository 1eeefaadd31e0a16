/**
 * The step that checks sessions against another implementation of their format. That one is under the AGPL and takes
 * 150 MB, so it lies in a workspace of its own, with its own lockfile, and is installed here and nowhere else.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "../setup/paths.mjs";
import { runNpm } from "./command.mjs";
import { runProject } from "./tests.mjs";

const FOLDER = inRoot("test", "oracle");
const PACKAGE = "@signalapp/libsignal-client";

/** Installs the workspace when it is missing or of another version, then runs its tests. */
export async function runOracle(context) {
  const failure = await installOracle();
  return failure === null ? runProject(context, "oracle") : { outcome: "failed", output: failure };
}

/** Installs the workspace when it is missing or of another version; null, or why it could not be. */
export async function installOracle() {
  if (installedVersion() === wantedVersion()) return null;
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { code, output } = await runNpm(args, { cwd: FOLDER });
  return code === 0 ? null : `${PACKAGE} could not be installed\n${output}`;
}

function wantedVersion() {
  return readJson(join(FOLDER, "package.json")).dependencies[PACKAGE];
}

function installedVersion() {
  const path = join(FOLDER, "node_modules", PACKAGE, "package.json");
  return existsSync(path) ? readJson(path).version : null;
}

function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
