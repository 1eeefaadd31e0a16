/**
 * Finds a Chromium: `CHROME_PATH`, the one of the npm package (unpacked once into a cache folder), the system's.
 * `REQUIRE_BROWSER=1` makes it an error to find none, so that a missing browser cannot look like passing tests.
 */
import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, chmod, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";

/** A browser that starts, with what its process needs. */
export interface FoundBrowser {
  readonly executablePath: string;
  readonly libraryPath?: string;
}

const SYSTEM_NAMES = ["chromium", "chromium-browser", "google-chrome"];

async function starts({ executablePath, libraryPath }: FoundBrowser): Promise<boolean> {
  const env = libraryPath === undefined ? process.env : { ...process.env, LD_LIBRARY_PATH: libraryPath };
  return promisify(execFile)(executablePath, ["--version", "--no-sandbox"], { env, timeout: 20_000 }).then(
    () => true,
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Unpacks an archive of the package to `target`, whole or not at all. */
async function unpack(archive: string, target: string): Promise<void> {
  if (await exists(target)) return;
  const { inflate } = await import("@sparticuz/chromium");
  await mkdir(dirname(target), { recursive: true });
  const folder = await mkdtemp(join(dirname(target), "unpacking-"));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  try {
    await rename(await inflate(archive), target);
    await chmod(target, 0o755);
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    await rm(folder, { recursive: true, force: true });
  }
}

async function npmBrowser(): Promise<FoundBrowser | null> {
  if (process.platform !== "linux" || process.arch !== "x64") return null;
  const about = findPackageJSON("@sparticuz/chromium", import.meta.url);
  if (about === undefined) return null;
  const root = dirname(about);
  const { version } = JSON.parse(await readFile(about, "utf8")) as { version: string };
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "kith", `chromium-${version}`);
  const plain = { executablePath: join(cache, "chromium") };
  await unpack(join(root, "bin", "chromium.br"), plain.executablePath);
  if (await starts(plain)) return plain;
  await unpack(join(root, "bin", "al2023.tar.br"), join(cache, "al2023"));
  const withLibraries = { ...plain, libraryPath: join(cache, "al2023", "lib") };
  return (await starts(withLibraries)) ? withLibraries : null;
}

async function systemBrowser(): Promise<FoundBrowser | null> {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of SYSTEM_NAMES) {
      const found = { executablePath: join(folder, name) };
      if ((await exists(found.executablePath)) && (await starts(found))) return found;
    }
  }
  return null;
}

/** The first browser that starts, or null. */
export async function findBrowser(): Promise<FoundBrowser | null> {
  const chosen = process.env.CHROME_PATH;
  if (chosen !== undefined && (await starts({ executablePath: chosen }))) return { executablePath: chosen };
  const found = (await npmBrowser()) ?? (await systemBrowser());
  if (found === null && process.env.REQUIRE_BROWSER === "1") {
    throw new Error("REQUIRE_BROWSER is set and no Chromium starts: set CHROME_PATH or install one");
  }
  return found;
}

/** Starts it as close to a person's browser as the machine allows; `args` are added to its command line. */
export async function launchBrowser(found: FoundBrowser, args: readonly string[] = []): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  const env = found.libraryPath === undefined ? {} : { LD_LIBRARY_PATH: found.libraryPath };
  return chromium.launch({
    executablePath: found.executablePath,
    chromiumSandbox: false,
    args: [...args],
    env: { ...(process.env as Record<string, string>), ...env },
  });
}
