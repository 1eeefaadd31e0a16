import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { keepFiles } from "./scripts/keep-files.mjs";
import { chunkNameOf, splitWords } from "./scripts/split-words.mjs";
import { strictPolicy } from "./scripts/strict-policy.mjs";

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Plain files only: nothing inline, nothing evaluated, so that the page runs under the node's strict policy. */
export default defineConfig({
  root: path("."),
  base: "/",
  plugins: [splitWords(path("src/main.tsx")), strictPolicy(), keepFiles()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  resolve: {
    conditions: ["source", "browser", "module", "import", "default"],
    alias: { react: "preact/compat", "react-dom": "preact/compat" },
  },
  build: {
    target: "es2023",
    // Newer than the default, so that :dir() stays what it is and is not guessed from languages.
    cssTarget: ["chrome123", "firefox128", "safari17.4"],
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: true,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { index: path("index.html"), sw: path("src/worker/service-worker.ts") },
      output: {
        // The browser knows a service worker by its address, which must stay the same.
        chunkFileNames: chunkNameOf,
        entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
      },
    },
    license: { fileName: "licenses.md" },
  },
});
