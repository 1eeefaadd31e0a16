/** The messenger for pages as one ES module without imports, for those who have no bundler. Packed with `@kith/client`. */
import { inRoot } from "./paths.mjs";

/** Where it is packed from. */
export const STANDALONE_FOLDER = inRoot("packages", "client", "dist", "standalone");

/** Its file; beside it lie the licences of what is in it. */
export const STANDALONE_FILE = "kith.js";

/**
 * Bundles the compiled package as a stranger's bundler would: by the condition `browser` alone.
 * @throws Error when anything of Node was asked for, or more than one module came out.
 */
export async function bundleStandalone(outDir = STANDALONE_FOLDER) {
  const { build } = await import("vite");
  const { output } = await build({
    configFile: false,
    root: inRoot("packages", "client"),
    logLevel: "error",
    resolve: { conditions: ["browser", "module", "import", "default"] },
    build: {
      target: "es2023",
      outDir,
      emptyOutDir: true,
      modulePreload: false,
      reportCompressedSize: false,
      chunkSizeWarningLimit: Number.POSITIVE_INFINITY,
      license: { fileName: "LICENSES.md" },
      rolldownOptions: {
        input: inRoot("packages", "client", "dist", "browser", "index.js"),
        preserveEntrySignatures: "strict",
        output: { format: "es", codeSplitting: false, entryFileNames: STANDALONE_FILE },
        onLog(_level, { message }) {
          if (/externalized/.test(message)) throw new Error(`the page asks for Node: ${message}`);
        },
      },
    },
  });
  const modules = output.filter(({ type }) => type === "chunk");
  if (modules.length !== 1) throw new Error(`one module was expected, there are ${modules.length}`);
}
