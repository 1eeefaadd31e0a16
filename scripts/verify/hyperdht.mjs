/** Another DHT that a bench measures beside Kith's directory: in a workspace of its own, installed by that bench only. */
import { inRoot } from "../setup/paths.mjs";
import { installWorkspace } from "./workspace.mjs";

/** Installs it when it is missing or of another version; null, or why it could not be. */
export function installHyperdht() {
  return installWorkspace(inRoot("bench", "hyperdht"), "hyperdht");
}
