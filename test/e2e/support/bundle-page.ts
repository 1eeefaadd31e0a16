/** Bundles an entry with the embeddable client, as an embedder's bundler would. */
import { fileURLToPath } from "node:url";
import { build, type Rolldown } from "vite";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** The code of a bundle: what an entry loads at once, and what it loads later if at all. */
export interface Bundle {
  readonly atOnce: string;
  readonly later: string;
}

/** The code of one module without imports. @throws Error when anything of Node was asked for. */
export async function bundlePage(entry: string): Promise<string> {
  const [script, ...others] = await bundle(entry, false);
  if (script === undefined || others.length > 0) throw new Error("one module was expected");
  return script.code;
}

/** The code of an entry whose dynamic imports stay chunks of their own. @throws Error when anything of Node was asked for. */
export async function bundleParts(entry: string): Promise<Bundle> {
  const chunks = await bundle(entry, true);
  const wanted = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  for (const name of wanted) {
    for (const imported of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) wanted.add(imported);
  }
  const codeOf = (isAtOnce: boolean): string =>
    chunks
      .filter(({ fileName }) => wanted.has(fileName) === isAtOnce)
      .map(({ code }) => code)
      .join("\n");
  return { atOnce: codeOf(true), later: codeOf(false) };
}

async function bundle(entry: string, codeSplitting: boolean): Promise<readonly Rolldown.OutputChunk[]> {
  const { output } = (await build({
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
        output: { format: "es", codeSplitting },
        onLog(_level, log) {
          if (/externalized/.test(log.message)) throw new Error(`the page asks for Node: ${log.message}`);
        },
      },
    },
  })) as Rolldown.RolldownOutput;
  return output.filter((part) => part.type === "chunk");
}
