import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** Plain files only: nothing inline, nothing evaluated, so that the page runs under the node's strict policy. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "/",
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
    license: { fileName: "licenses.md" },
  },
});
