/** Installed dependencies: are they the ones of the lockfile, and if not, install them. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { runChild } from "./child.mjs";
import { inRoot, ROOT } from "./paths.mjs";
import { say } from "./say.mjs";

const STAMP = inRoot("node_modules", ".cache", "kith", "dependencies");

/** The parts of a package.json that decide what is installed. */
const FIELDS = ["workspaces", "dependencies", "devDependencies", "optionalDependencies", "overrides"];

/** True when the stamp of the last installation fits the lockfile and the package files. */
export function areDependenciesInstalled() {
  return existsSync(STAMP) && readFileSync(STAMP, "utf8") === fingerprint();
}

/** Installs what the lockfile says; false when npm failed. */
export async function ensureDependencies() {
  if (areDependenciesInstalled()) return true;
  if (!isInstalledByNpm()) {
    say("installing dependencies (once; about a minute)");
    const { code, error } = await runNpm(["ci", "--include=dev", "--include=optional", "--loglevel=error"]);
    if (code !== 0) {
      say(error ? `npm could not be started: ${error.message}` : `npm ci failed (${code}); see the lines above`);
      return false;
    }
  }
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, fingerprint());
  return true;
}

function fingerprint() {
  const hash = createHash("sha256").update(readFileSync(inRoot("package-lock.json")));
  for (const path of packageFiles()) {
    const content = JSON.parse(readFileSync(path, "utf8"));
    hash.update(JSON.stringify(FIELDS.map((name) => content[name] ?? null)));
  }
  return `${hash.digest("hex")} ${process.platform}-${process.arch}`;
}

function packageFiles() {
  const folder = inRoot("packages");
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const paths = names.map((name) => inRoot("packages", name, "package.json"));
  return [inRoot("package.json"), ...paths.filter((path) => existsSync(path))];
}

/** npm's own record of a finished installation, compared with the lockfile: someone ran `npm install` by hand. */
function isInstalledByNpm() {
  const installed = readLock(inRoot("node_modules", ".package-lock.json"));
  const wanted = readLock(inRoot("package-lock.json"));
  if (installed === null || wanted === null) return false;
  const own = readLock(inRoot("package-lock.json"))[""] ?? {};
  if (!isRootUnchanged(own)) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    const found = installed[path];
    return found === undefined
      ? entry.optional === true
      : found.version === entry.version && found.resolved === entry.resolved;
  });
}

/** The lockfile repeats what package.json asks for; a difference is for npm to judge. */
function isRootUnchanged(own) {
  const content = JSON.parse(readFileSync(inRoot("package.json"), "utf8"));
  const kinds = ["dependencies", "devDependencies", "optionalDependencies"];
  return kinds.every((kind) => JSON.stringify(sorted(own[kind])) === JSON.stringify(sorted(content[kind])));
}

function sorted(object = {}) {
  return Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
}

function readLock(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).packages : null;
}

/** npm's output goes to stderr: stdout belongs to the program that runs afterwards. */
function runNpm(args) {
  const options = { cwd: ROOT, stdio: ["ignore", process.stderr, process.stderr] };
  const script = process.env.npm_execpath;
  if (script !== undefined && /^npm(-cli)?\.c?js$/.test(basename(script))) {
    return runChild(process.execPath, [script, ...args], options);
  }
  return process.platform === "win32"
    ? runChild("npm.cmd", args, { ...options, shell: true })
    : runChild("npm", args, options);
}
