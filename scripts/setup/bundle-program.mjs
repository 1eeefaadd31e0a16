/** Bundles the compiled program `kith` with what it loads at every start; run by `program.mjs`. */
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

await build({
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
    emptyOutDir: true,
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
