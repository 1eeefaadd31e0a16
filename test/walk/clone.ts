/** A fresh copy of this repository in the hands of somebody who has nothing but git, npm and the machine's own Node. */
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A clone and the surroundings of its owner. */
export interface Clone {
  readonly folder: string;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

function git(...args: readonly string[]): { readonly ok: boolean; readonly text: string } {
  const run = spawnSync("git", args, { cwd: ROOT, encoding: "utf8" });
  return { ok: run.status === 0, text: (run.error?.message ?? run.stderr).trim() };
}

/** Why nothing can be cloned here; null when it can. */
export function whyNoClone(): string | null {
  const head = git("rev-parse", "--verify", "--quiet", "HEAD");
  return head.ok ? null : `this folder is not a git repository with a commit ${head.text}`.trimEnd();
}

/** Clones the last commit into an empty folder whose path has a space. @throws Error when git or npm fails. */
export async function cloneHead(): Promise<Clone> {
  const place = await mkdtemp(join(tmpdir(), "kith-walk-"));
  const [folder, home] = [join(place, "a clone"), join(place, "home")];
  await mkdir(home);
  const cloned = git("clone", "--quiet", "--depth", "1", pathToFileURL(ROOT).href, folder);
  if (!cloned.ok) throw new Error(`git clone failed: ${cloned.text}`);
  return {
    folder,
    home,
    env: strangersEnvironment(home),
    remove: () => rm(place, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** Nothing of the run this test is part of: no npm, no settings, no tools of this folder; npm's cache saves downloads. */
export function strangersEnvironment(home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(KITH_|npm_|XDG_|VITEST|TEST$|NODE_(?!EXTRA_CA_CERTS$))/i.test(name),
  );
  const path = (process.env.PATH ?? "").split(delimiter).filter((each) => !each.split(sep).includes("node_modules"));
  const cache = spawnSync("npm", ["config", "get", "cache"], { encoding: "utf8" }).stdout.trim();
  if (cache === "") throw new Error("npm does not say where its cache is");
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter), HOME: home, npm_config_cache: cache };
}
