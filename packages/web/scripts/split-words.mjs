/**
 * A plugin for the bundler: cuts each catalogue in two. The first drawing waits for the words that its own files name;
 * the rest is loaded right after it, and before any screen that is loaded later. Nobody keeps a list: which words those
 * are is read from the sources.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

const CATALOGUE = /\/messages\/(\w+)\.json\?(words|more)$/;
const IMPORT = /(?:^|\n)(?:import|export)\s(?!type\s)(?:[^;"]*?\sfrom\s)?"(\.[^"]+\.tsx?)"/g;
/** A key with a place in it, as in `error.${code}`: all that begin like it are named. */
const KEY_PATTERN = /`([\w-]+\.[\w.-]*)\$\{/g;

/** Every source that the first drawing needs. */
function readShell(entry) {
  const sources = new Map();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (sources.has(file) || !existsSync(file)) continue;
    const source = readFileSync(file, "utf8");
    sources.set(file, source);
    for (const [, path] of source.matchAll(IMPORT)) waiting.push(resolve(dirname(file), path));
  }
  return [...sources.values()].join("\n");
}

/** @returns {import("vite").Plugin} */
export function splitWords(entry) {
  let isOfShell;
  return {
    name: "kith-split-words",
    enforce: "pre",
    buildStart() {
      const shell = readShell(entry);
      const heads = [...shell.matchAll(KEY_PATTERN)].map(([, head]) => head);
      isOfShell = (key) => {
        const plain = key.startsWith("peer.") ? key.slice("peer.".length) : key;
        return shell.includes(`"${plain}"`) || heads.some((head) => plain.startsWith(head));
      };
    },
    load(id) {
      const [, , part] = CATALOGUE.exec(id) ?? [];
      if (part === undefined) return null;
      const catalogue = JSON.parse(readFileSync(id.slice(0, id.indexOf("?")), "utf8"));
      const entries = Object.entries(catalogue).filter(([key]) => isOfShell(key) === (part === "words"));
      return { code: `export default ${JSON.stringify(Object.fromEntries(entries))}`, moduleType: "js" };
    },
  };
}

/** The name of a chunk: parts of catalogues say which they are. */
export function chunkNameOf({ facadeModuleId }) {
  const [, , part] = CATALOGUE.exec(facadeModuleId ?? "") ?? [];
  return part === undefined ? "assets/[name]-[hash].js" : `assets/${part}-[name]-[hash].js`;
}
