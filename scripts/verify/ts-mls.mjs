/** Another way to seal for a group, which a bench measures beside ours: in a workspace of its own, installed by it only. */
import { inRoot } from "../setup/paths.mjs";
import { installWorkspace } from "./workspace.mjs";

/** Installs it when it is missing or of another version; null, or why it could not be. */
export function installTsMls() {
  return installWorkspace(inRoot("bench", "ts-mls"), "ts-mls");
}
