/** A stranger's project: an empty folder into which the packed packages are installed, outside the workspace. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureBuilt } from "../setup/build.mjs";
import { inRoot } from "../setup/paths.mjs";
import { PROGRAM_FOLDER } from "../setup/program.mjs";
import { bundleStandalone } from "../setup/standalone.mjs";
import { runNpm } from "./command.mjs";

/** The packages that can be published, each after those it depends on. */
export const PACKAGES = ["protocol", "client", "node"];

/** Packs each package once a run; `{ name, tarball, files, sizeBytes, unpackedBytes }` each. */
export async function packPackages(context) {
  context.packed ??= pack(context);
  return context.packed;
}

/** Installs the packed packages once a run and gives the folder. */
export async function installConsumer(context) {
  context.consumer ??= install(context);
  return context.consumer;
}

async function pack(context) {
  rmSync(PROGRAM_FOLDER, { recursive: true, force: true }); // parts of earlier bundles are not packed
  if (!(await ensureBuilt())) throw new Error("the packages do not build");
  await bundleStandalone();
  const workspaces = PACKAGES.flatMap((name) => ["-w", `packages/${name}`]);
  const { code, stdout, output } = await runNpm([
    "pack",
    "--json",
    "--pack-destination",
    context.folder,
    ...workspaces,
  ]);
  if (code !== 0) throw new Error(`npm pack failed\n${output}`);
  return Object.values(JSON.parse(stdout)).map((each) => ({
    name: each.name,
    tarball: join(context.folder, each.filename),
    files: each.files.map((file) => file.path),
    sizeBytes: each.size,
    unpackedBytes: each.unpackedSize,
  }));
}

async function install(context) {
  const packed = await packPackages(context);
  const folder = join(context.folder, "consumer");
  mkdirSync(folder);
  cpSync(inRoot("packages", "stub-react-native"), join(folder, "stub"), { recursive: true });
  const dependencies = Object.fromEntries(packed.map((each) => [each.name, `file:${each.tarball}`]));
  // The same stand-in as in this repository: packages/client/README.md tells consumers how and why.
  const overrides = { "react-native": "file:./stub", "react-native-webrtc": "file:./stub" };
  const content = { name: "consumer", private: true, type: "module", dependencies, overrides };
  writeFileSync(join(folder, "package.json"), JSON.stringify(content, null, 2));
  const args = ["install", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  const { code, output } = await runNpm(args, { cwd: folder });
  if (code !== 0) throw new Error(`the packages do not install outside the workspace\n${output}`);
  return folder;
}

/** The package.json of one of the packages. */
export function manifestOf(name) {
  return JSON.parse(readFileSync(inRoot("packages", name, "package.json"), "utf8"));
}
