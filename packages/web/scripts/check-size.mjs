/**
 * Checks the gzip sizes of a built page: `node packages/web/scripts/check-size.mjs [FOLDER]`.
 * The shell is what the first drawing waits for: the entry, what it imports, its words in the largest language, and all styles it
 * names. The engine with its network is loaded by the tab that holds it, after that drawing; the parts that it shares with
 * what is loaded later come with it. Everything else is loaded later still, and each such file has a bound of its own.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const MAX_SHELL_SCRIPT_BYTES = 45 * 1024;
const MAX_SHELL_STYLE_BYTES = 10 * 1024;
const MAX_ENGINE_BYTES = 300 * 1024;
const MAX_LATER_BYTES = 25 * 1024;

const folder = process.argv[2] ?? fileURLToPath(new URL("../dist", import.meta.url));
const page = readFileSync(join(folder, "index.html"), "utf8");
const sizeOf = (name) => gzipSync(readFileSync(join(folder, "assets", name)), { level: 9 }).length;
const sum = (names) => names.map(sizeOf).reduce((one, other) => one + other, 0);

/** Scripts with all that they import, in turn, before they run. */
function withImports(names) {
  const all = new Set(names);
  for (const name of all) {
    const code = readFileSync(join(folder, "assets", name), "utf8");
    for (const [, other] of code.matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g)) all.add(other);
  }
  return [...all];
}

const named = [...page.matchAll(/\/assets\/([\w.-]+\.(?:js|css))/g)].map(([, name]) => name);
const scripts = readdirSync(join(folder, "assets")).filter((name) => name.endsWith(".js"));
const catalogues = scripts.filter((name) => /^words-(?:en|ar|hi)-/.test(name));
const entries = scripts.filter((name) => /^engine-/.test(name));
const engine = withImports(entries).filter((name) => !named.includes(name));
const early = [...named, ...catalogues, ...engine];
const later = scripts.filter((name) => !early.includes(name));
const largest = (names) => Math.max(0, ...names.map(sizeOf));

const figures = [
  ["shell scripts", sum(named.filter((name) => name.endsWith(".js"))) + largest(catalogues), MAX_SHELL_SCRIPT_BYTES],
  ["shell styles", sum(named.filter((name) => name.endsWith(".css"))), MAX_SHELL_STYLE_BYTES],
  ["engine", sum(engine), MAX_ENGINE_BYTES],
  ["largest later script", largest(later), MAX_LATER_BYTES],
];
for (const [name, bytes, limit] of figures) {
  console.log(`${name}: ${bytes} of ${limit} bytes${bytes > limit ? ", TOO LARGE" : ""}`);
}
if (named.length === 0 || catalogues.length !== 3 || entries.length !== 1)
  throw new RangeError("this is no built page");
process.exitCode = figures.some(([, bytes, limit]) => bytes > limit) ? 1 : 0;
