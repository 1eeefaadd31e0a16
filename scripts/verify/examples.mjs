/**
 * Step: the examples, run in a folder where Kith is installed from its packed packages, as a reader of them would.
 * An example is a folder `examples/NN-name`; its `check.ts` runs it to the end, or `main.ts` does where there is no
 * check. Exit code 0 means that it did what its README says. One with an `index.html` is a page and needs a Chromium;
 * without one it is left out with the reason, or fails where `REQUIRE_BROWSER=1` says that there must be one.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { inRoot } from "../setup/paths.mjs";
import { runNode } from "./command.mjs";
import { installConsumer } from "./consumer.mjs";

const TIMEOUT_MS = 120_000;

/** What the README of a page tells its reader to install besides Kith. */
const PAGE_TOOLS = ["vite", "playwright-core"];

/** Runs every example once. */
export async function runExamples(context) {
  const names = exampleNames();
  if (names.length === 0) return { outcome: "skipped", reason: "there are no examples" };
  const consumer = await installConsumer(context);
  const browser = names.some(isPage) ? await findBrowser() : null;
  if (browser !== null) linkTools(consumer);
  const wanted = names.filter((name) => browser !== null || !isPage(name));
  let output = "";
  for (const name of wanted) {
    const folder = join(consumer, "examples", name);
    cpSync(inRoot("examples", name), folder, { recursive: true });
    const program = existsSync(join(folder, "check.ts")) ? "check.ts" : "main.ts";
    const ended = await runNode([program], { cwd: folder, timeoutMs: TIMEOUT_MS, env: isPage(name) ? browser : {} });
    if (ended.code !== 0) output += `examples/${name}/${program} ended with ${ended.code}\n${ended.output}\n`;
  }
  if (output !== "") return { outcome: "failed", output };
  const left = names.filter((name) => !wanted.includes(name));
  const why = left.length === 0 ? "" : `; without ${left.join(", ")}: no Chromium starts here`;
  return { outcome: "passed", reason: wanted.join(", ") + why };
}

function exampleNames() {
  const folder = inRoot("examples");
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) =>
    ["check.ts", "main.ts"].some((file) => existsSync(join(folder, name, file))),
  );
}

function isPage(name) {
  return existsSync(inRoot("examples", name, "index.html"));
}

/** The environment in which a page example finds its browser; null when there is none. */
async function findBrowser() {
  const { findBrowser: find } = await import("../../packages/web/test/support/browser.ts");
  const found = await find();
  if (found === null) return null;
  const { executablePath, libraryPath } = found;
  return { CHROME_PATH: executablePath, ...(libraryPath === undefined ? {} : { LD_LIBRARY_PATH: libraryPath }) };
}

function linkTools(consumer) {
  for (const name of PAGE_TOOLS) {
    const path = join(consumer, "node_modules", name);
    mkdirSync(dirname(path), { recursive: true });
    if (!existsSync(path)) symlinkSync(inRoot("node_modules", name), path);
  }
}
