/** Links and paths in the documents, and documents that sources refer to, exist. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

async function filesBelow(folder: string, isWanted: (path: string) => boolean): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(ROOT, folder), { withFileTypes: true })) {
    if (["node_modules", "dist", ".git"].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (path === join("docs", "api")) continue; // made by `npm run docs`
    if (entry.isDirectory()) found.push(...(await filesBelow(path, isWanted)));
    else if (isWanted(path)) found.push(path);
  }
  return found;
}

/** `path: target` of every relative link to a file that is not there. */
function brokenLinks(path: string, text: string): readonly string[] {
  const targets = [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].flatMap(([, target]) => target ?? []);
  const local = targets.filter((target) => !/^[a-z]+:/.test(target));
  return local.filter((target) => !existsSync(join(ROOT, dirname(path), target))).map((target) => `${path}: ${target}`);
}

describe("documents", () => {
  it("every relative link leads to a file", async () => {
    const documents = await filesBelow(".", (path) => path.endsWith(".md"));
    const broken: string[] = [];
    for (const path of documents) broken.push(...brokenLinks(path, await readFile(join(ROOT, path), "utf8")));
    expect(documents.length).toBeGreaterThan(10);
    expect(broken).toEqual([]);
  });

  it("every document that a source refers to is there", async () => {
    const sources = await filesBelow("packages", (path) => /\.(tsx?|json)$/.test(path));
    const missing = new Set<string>();
    for (const path of sources) {
      for (const [name] of (await readFile(join(ROOT, path), "utf8")).matchAll(/\bdocs\/[\w/.-]+\.md\b/g)) {
        if (!existsSync(join(ROOT, name))) missing.add(name);
      }
    }
    expect([...missing]).toEqual([]);
  });

  it("every npm script that the documents name exists", async () => {
    const scripts = (JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as { scripts: object }).scripts;
    const named = new Set<string>();
    for (const path of await filesBelow(".", (each) => each.endsWith(".md"))) {
      const text = await readFile(join(ROOT, path), "utf8");
      for (const [, name] of text.matchAll(/npm run (?:-s )?([a-z][a-z:]*)/g)) named.add(name ?? "");
    }
    expect([...named].filter((name) => !(name in scripts))).toEqual([]);
  });
});
