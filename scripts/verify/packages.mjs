/** Step: the packages as they would be published: contents, publint, installation, types and start in a stranger's project. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { inRoot } from "../setup/paths.mjs";
import { runNode } from "./command.mjs";
import { installConsumer, manifestOf, PACKAGES, packPackages } from "./consumer.mjs";

/** Checks everything, prints sizes. */
export async function checkPackages(context) {
  const packed = await packPackages(context);
  const problems = packed.flatMap((each) => checkContents(each).map((line) => `${each.name}: ${line}`));
  for (const { name, tarball } of packed) problems.push(...(await lintPackage(name, tarball)));
  const consumer = await installConsumer(context);
  problems.push(...(await checkTypesOutside(consumer)), ...(await checkImportsOutside(consumer)));
  printSizes(packed, consumer);
  return problems.length === 0 ? { outcome: "passed" } : { outcome: "failed", output: problems.join("\n") };
}

function checkContents({ name: packageName, files }) {
  const wanted = ["LICENSE", "README.md", "package.json"];
  // The web app travels in the package of the node that serves it.
  if (packageName === "@kith/node" && existsSync(inRoot("packages/web/index.html"))) wanted.push("dist/web/index.html");
  const missing = wanted.filter((name) => !files.includes(name));
  const unwanted = files.filter((path) => /\.test\.|\.vectors\.json$|\.tsbuildinfo$|(^|\/)fixtures\./.test(path));
  return [...missing.map((name) => `${name} is missing`), ...unwanted.map((path) => `${path} must not be packed`)];
}

async function lintPackage(name, tarball) {
  const content = readFileSync(tarball);
  const buffer = content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball: buffer }, level: "warning", strict: true });
  return messages.map((message) => `${name}: ${formatMessage(message, pkg, { color: false }) ?? message.code}`);
}

/** Every public entry of the packages, as a consumer writes it. */
function entryNames() {
  return PACKAGES.flatMap((name) => {
    const { name: packageName, exports } = manifestOf(name);
    return Object.keys(exports).map((path) => packageName + path.slice(1));
  });
}

/** Checks declarations too; problems inside other people's packages are not ours to fix and do not count. */
async function checkTypesOutside(consumer) {
  const lines = entryNames().map((entry, index) => `import * as entry${index} from "${entry}";`);
  const uses = `export const entries: readonly object[] = [${lines.map((_, index) => `entry${index}`).join(", ")}];`;
  writeFileSync(join(consumer, "consumer.ts"), `${[...lines, uses].join("\n")}\n`);
  const compilerOptions = { module: "nodenext", target: "es2023", strict: true, noEmit: true, skipLibCheck: false };
  const types = {
    lib: ["ES2023", "DOM", "DOM.AsyncIterable"],
    types: ["node"],
    typeRoots: [inRoot("node_modules", "@types")],
  };
  const config = { compilerOptions: { ...compilerOptions, ...types }, files: ["consumer.ts"] };
  writeFileSync(join(consumer, "tsconfig.json"), JSON.stringify(config));
  const { output } = await runNode([inRoot("node_modules/typescript/bin/tsc"), "-p", "."], { cwd: consumer });
  const own = output.split("\n").filter((line) => /^(node_modules\/@kith\/|consumer\.ts|error )/.test(line));
  return own.map((line) => `a consumer does not type-check: ${line}`);
}

async function checkImportsOutside(consumer) {
  const lines = entryNames().map((entry) => `await import("${entry}");`);
  writeFileSync(join(consumer, "imports.mjs"), `${lines.join("\n")}\n`);
  const imports = await runNode([join(consumer, "imports.mjs")], { cwd: consumer, timeoutMs: 60_000 });
  const command = join(consumer, "node_modules", "@kith", "node", manifestOf("node").bin.kith);
  const help = await runNode([command, "--help"], { cwd: consumer, timeoutMs: 60_000 });
  const isExecutable = readFileSync(command, "utf8").startsWith("#!/usr/bin/env node\n");
  return [
    ...(imports.code === 0 ? [] : [`an entry does not load\n${imports.output}`]),
    ...(help.code === 0 ? [] : [`kith --help ended with ${help.code}\n${help.output}`]),
    ...(isExecutable ? [] : ["the kith command does not begin with #!/usr/bin/env node"]),
  ];
}

function printSizes(packed, consumer) {
  for (const each of packed) {
    const kib = (bytes) => `${(bytes / 1024).toFixed(0)} KiB`;
    process.stdout.write(
      `size    ${each.name.padEnd(15)} ${kib(each.sizeBytes)} packed, ${kib(each.unpackedBytes)} unpacked\n`,
    );
  }
  const mib = (sizeOf(join(consumer, "node_modules")) / 1024 / 1024).toFixed(0);
  process.stdout.write(`size    installed       ${mib} MiB with all dependencies\n`);
}

function sizeOf(folder) {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, each) => {
    const path = join(folder, each.name);
    if (each.isSymbolicLink()) return sum;
    return sum + (each.isDirectory() ? sizeOf(path) : statSync(path).size);
  }, 0);
}
