/** The web app: is the copy that the node serves newer than its sources, and if not, bundle it again. */
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runChild } from "./child.mjs";
import { findNode } from "./own-node.mjs";
import { inRoot } from "./paths.mjs";
import { say } from "./say.mjs";
import { isTreeNewer } from "./tree.mjs";

/** Where packages/node serves the app from; it is packed with that package. */
export const WEB_TARGET = inRoot("packages", "node", "dist", "web");
const APP = inRoot("packages", "web");
const STAMP = inRoot("node_modules", ".cache", "kith", "web");
const BUNDLER = inRoot("node_modules", "vite", "bin", "vite.js");

/** What the bundle is made of; missing ones count as unchanged. */
const SOURCES = ["index.html", "package.json", "vite.config.ts", "scripts", "public", "src"].map((name) =>
  join(APP, name),
);
const LIBRARIES = ["client", "protocol"].map((name) => inRoot("packages", name, "src"));

/** True when there is no app to bundle, or its bundle is newer than everything it is made of. */
export function isWebBuilt() {
  if (!existsSync(join(APP, "index.html"))) return true;
  if (!existsSync(STAMP) || !existsSync(join(WEB_TARGET, "index.html"))) return false;
  const builtMs = statSync(STAMP).mtimeMs;
  return ![...SOURCES, ...LIBRARIES].some((path) => existsSync(path) && isTreeNewer(path, builtMs));
}

/** Bundles the app and puts it where the node finds it; false when the bundler failed, as it has said on stderr. */
export async function ensureWebBuilt() {
  if (isWebBuilt()) return true;
  if (!existsSync(BUNDLER)) {
    say("the web app is not built: vite is not installed");
    return false;
  }
  const startedMs = Date.now();
  say("building the web app");
  const node = findNode()?.path ?? process.execPath;
  const stdio = ["ignore", process.stderr, process.stderr];
  const { code } = await runChild(node, [BUNDLER, "build", "--logLevel", "warn"], { cwd: APP, stdio });
  if (code !== 0) {
    say("the build of the web app failed; see the lines above");
    return false;
  }
  copyToNode(join(APP, "dist"));
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, "");
  utimesSync(STAMP, startedMs / 1000, startedMs / 1000);
  return true;
}

/** A node that runs meanwhile finds the whole old app or the whole new one, but for the moment between two renames. */
function copyToNode(from) {
  const draft = `${WEB_TARGET}.new`;
  rmSync(draft, { recursive: true, force: true });
  cpSync(from, draft, { recursive: true });
  rmSync(WEB_TARGET, { recursive: true, force: true });
  renameSync(draft, WEB_TARGET);
}
