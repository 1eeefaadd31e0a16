/** The import boundaries of biome.json, shown on planted files: each forbidden line is caught, each allowed one passes. */
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BIOME = join(ROOT, "node_modules", "@biomejs", "biome", "bin", "biome");

const IMPORTS = "lint/style/noRestrictedImports";
const DEFAULT = "lint/style/noDefaultExport";
const EXPORT_ALL = "lint/performance/noReExportAll";

/** Folder of the planted file, its one line of code, and the rule that must refuse it (null: allowed). */
const PLANTED: readonly (readonly [folder: string, code: string, rule: string | null])[] = [
  ["protocol/src", 'import { readFileSync } from "node:fs";', IMPORTS],
  ["protocol/src/relay", 'import { MessengerError } from "@kith/client";', IMPORTS],
  ["protocol/src", 'import { createLibp2p } from "libp2p";', IMPORTS],
  ["protocol/src", 'import { keys } from "@libp2p/crypto/keys";', IMPORTS],
  ["protocol/src", 'import { sha256 } from "@noble/hashes/sha2.js";', null],
  ["protocol/src", "export default 1;", DEFAULT],
  ["protocol/src", 'export * from "./other.ts";', EXPORT_ALL],
  ["client/src", 'import { readFileSync } from "node:fs";', IMPORTS],
  ["client/src", 'import { createLibp2p } from "libp2p";', IMPORTS],
  ["client/src/directory", 'import { multiaddr } from "@multiformats/multiaddr";', IMPORTS],
  ["client/src/account", 'import { noise } from "@chainsafe/libp2p-noise";', IMPORTS],
  ["client/src", 'import { startRelay } from "@kith/node";', IMPORTS],
  ["client/src", 'import { ok } from "@kith/protocol";', null],
  ["client/src", 'import { ok } from "@kith/protocol/src/result.ts";', IMPORTS],
  ["client/src/crypto", 'import { createHmac } from "node:crypto";', IMPORTS],
  ["client/src/crypto/node.ts", 'import { createHmac } from "node:crypto";', null],
  ["client/src/crypto/node-keys.ts", 'import { createPublicKey } from "node:crypto";', null],
  ["client/src/net", 'import { createLibp2p } from "libp2p";', null],
  ["client/src/net", 'import { networkInterfaces } from "node:os";', null],
  ["client/src/net", 'import { startRelay } from "@kith/node";', IMPORTS],
  ["client/src/send", 'import { openChannel } from "../net/channel.ts";', IMPORTS],
  ["client/src/receive", 'import { openChannel } from "../net/channel.ts";', IMPORTS],
  ["client/src/send", 'import { openLevel } from "../store/level.ts";', IMPORTS],
  ["client/src/receive", 'import { openLevel } from "../store/level.ts";', IMPORTS],
  ["client/src/receive", 'import { createTable } from "../store/table.ts";', null],
  ["client/src/receive", 'import { keys } from "@libp2p/crypto/keys";', IMPORTS],
  ["client/src/send", 'import type { Network } from "../ports.ts";', null],
  ["client/src/store", 'import { sealMessage } from "../send/seal.ts";', IMPORTS],
  ["node/src/relay", 'import { createLibp2p } from "libp2p";', IMPORTS],
  ["node/src/relay", 'import { MessengerError } from "@kith/client";', null],
  ["node/src/relay", 'import { readFileSync } from "node:fs";', null],
];

interface Report {
  readonly diagnostics: readonly { readonly category: string; readonly location: { readonly path: unknown } }[];
}

let folder = "";
let found: readonly { readonly rule: string; readonly path: string }[] = [];

function fileOf(index: number): string {
  const [where] = PLANTED[index] ?? [""];
  return `packages/${where.endsWith(".ts") ? where : `${where}/planted-${index}.ts`}`;
}

function lint(cwd: string): Promise<Report> {
  return new Promise((resolve, reject) => {
    const args = [BIOME, "lint", "--reporter=json", "--max-diagnostics=none", "."];
    execFile(process.execPath, args, { cwd }, (_error, stdout) => {
      try {
        resolve(JSON.parse(stdout) as Report);
      } catch (cause) {
        reject(new Error("biome gave no report", { cause }));
      }
    });
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kith-boundaries-"));
  const config = JSON.parse(await readFile(join(ROOT, "biome.json"), "utf8")) as { vcs: { enabled: boolean } };
  config.vcs.enabled = false;
  await writeFile(join(folder, "biome.json"), JSON.stringify(config));
  await copyFile(join(ROOT, "package.json"), join(folder, "package.json"));
  for (const [index, [, code]] of PLANTED.entries()) {
    await mkdir(dirname(join(folder, fileOf(index))), { recursive: true });
    await writeFile(join(folder, fileOf(index)), `${code}\n`);
  }
  const report = await lint(folder);
  found = report.diagnostics.map((each) => ({ rule: each.category, path: JSON.stringify(each.location.path) }));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it.each(PLANTED.map(([where, code, rule], index) => ({ where, code, rule, index })))(
  "in $where the line $code gives $rule",
  ({ rule, index }) => {
    const boundaries = new Set([IMPORTS, DEFAULT, EXPORT_ALL]);
    const here = found.filter((each) => each.path.includes(fileOf(index)) && boundaries.has(each.rule));
    expect(here.map((each) => each.rule)).toEqual(rule === null ? [] : [rule]);
  },
);
