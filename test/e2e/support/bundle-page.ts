/** Bundles an entry with the embeddable client into one ES module, as an embedder's bundler would. */
import { fileURLToPath } from "node:url";
import { build, type Rolldown } from "vite";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** The code of one module without imports. @throws Error when anything of Node was asked for. */
export async function bundlePage(entry: string): Promise<string> {
  const output = (await build({
    configFile: false,
    root: ROOT,
    logLevel: "error",
    resolve: { conditions: ["source", "browser", "module", "import", "default"] },
    build: {
      write: false,
      target: "es2023",
      modulePreload: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: entry,
        preserveEntrySignatures: "strict",
        output: { format: "es", codeSplitting: false },
        onLog(_level, log) {
          if (/externalized/.test(log.message)) throw new Error(`the page asks for Node: ${log.message}`);
        },
      },
    },
  })) as Rolldown.RolldownOutput;
  const [script, ...others] = output.output;
  if (others.length > 0) throw new Error(`one module was expected, there are ${others.length} more`);
  return script.code;
}
