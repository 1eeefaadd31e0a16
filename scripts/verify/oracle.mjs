/**
 * The step that checks sessions against another implementation of their format. That one is under the AGPL and takes
 * 150 MB, so it lies in a workspace of its own, with its own lockfile, and is installed here and nowhere else.
 */
import { inRoot } from "../setup/paths.mjs";
import { runProject } from "./tests.mjs";
import { installWorkspace } from "./workspace.mjs";

const FOLDER = inRoot("test", "oracle");
const PACKAGE = "@signalapp/libsignal-client";

/** Installs the workspace when it is missing or of another version, then runs its tests. */
export async function runOracle(context) {
  const failure = await installOracle();
  return failure === null ? runProject(context, "oracle") : { outcome: "failed", output: failure };
}

/** Installs the workspace when it is missing or of another version; null, or why it could not be. */
export function installOracle() {
  return installWorkspace(FOLDER, PACKAGE);
}
