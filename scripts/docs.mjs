/**
 * `npm run docs`: writes `docs/api`, which is not committed: the public interface of every package from its comments, and
 * `openrpc.json`, every method with the schemas of its parameters and its result. TypeDoc has a lockfile of its own in
 * `scripts/docs` and is installed here and nowhere else, so that only those who write these pages install it.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describeMethods } from "./docs/open-rpc.mjs";
import { inRoot } from "./setup/paths.mjs";
import { runNpm } from "./verify/command.mjs";

const FOLDER = inRoot("docs", "api");

/** The sources of a package's entries. */
function entriesOf(name) {
  const { exports } = JSON.parse(readFileSync(inRoot("packages", name, "package.json"), "utf8"));
  const sources = Object.entries(exports).filter(([path]) => path !== "./standalone" && path !== "./testing");
  return sources.map(([, { source }]) => inRoot("packages", name, source));
}

const TYPEDOC = inRoot("scripts", "docs", "node_modules", "typedoc", "dist", "index.js");

async function loadTypeDoc() {
  if (!existsSync(TYPEDOC)) {
    const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    const { code, output } = await runNpm(args, { cwd: inRoot("scripts", "docs") });
    if (code !== 0) throw new Error(`TypeDoc could not be installed\n${output}`);
  }
  return await import(TYPEDOC);
}

const { Application } = await loadTypeDoc();
const app = await Application.bootstrap({
  name: "Kith",
  entryPoints: ["protocol", "client", "node"].flatMap(entriesOf),
  tsconfig: inRoot("packages", "node", "tsconfig.json"),
  basePath: inRoot("packages"),
  readme: "none",
  out: FOLDER,
  excludeExternals: true,
  githubPages: false,
  skipErrorChecking: true,
  logLevel: "Error",
});
const project = await app.convert();
if (project === undefined) throw new Error("the sources do not compile");
await app.generateOutputs(project);
mkdirSync(FOLDER, { recursive: true });
const document = describeMethods();
writeFileSync(inRoot("docs", "api", "openrpc.json"), `${JSON.stringify(document, null, 2)}\n`);
console.log(`docs/api: open docs/api/index.html; openrpc.json has ${document.methods.length} methods`);
