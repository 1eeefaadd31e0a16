/** Bundles the compiled program `kith` with what it loads at every start; run by `program.mjs`. */
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { inRoot } from "./paths.mjs";
import { PROGRAM_FOLDER } from "./program.mjs";

/** Native code, which is found beside its own package, and screens that few commands load. */
const LEFT_OUT = [
  "classic-level",
  "node-datachannel",
  "ink",
  "react",
  "@clack/prompts",
  "bufferutil",
  "utf-8-validate",
];

/** A node that runs may load a part of an earlier bundle: parts stay for so long, in ms. */
const KEPT_MS = 24 * 3600 * 1000;

const { output } = await build({
  configFile: false,
  root: inRoot("packages", "node"),
  logLevel: "error",
  ssr: {
    noExternal: true,
    external: LEFT_OUT,
    resolve: { conditions: ["node", "import", "module", "default"] },
  },
  build: {
    ssr: inRoot("packages", "node", "dist", "main.js"),
    target: "node22",
    outDir: PROGRAM_FOLDER,
    emptyOutDir: false,
    copyPublicDir: false,
    reportCompressedSize: false,
    license: { fileName: "LICENSES.md" },
    rolldownOptions: {
      external: LEFT_OUT.map((name) => new RegExp(`^${name}(/|$)`)),
      output: {
        entryFileNames: "kith.js",
        chunkFileNames: "kith-[hash].js",
        // Names stay, so that a stack says where; comments and indents need not be read at every start.
        minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
      },
    },
  },
});

const made = new Set(output.map(({ fileName }) => fileName));
for (const name of readdirSync(PROGRAM_FOLDER)) {
  const path = join(PROGRAM_FOLDER, name);
  if (!made.has(name) && Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path);
}
