/** `docs/errors.md` explains every error code a person can meet, and no others. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = new URL("../../", import.meta.url);

async function textOf(path: string): Promise<string> {
  return readFile(fileURLToPath(new URL(path, ROOT)), "utf8");
}

/** The members of a union of texts in a source file. */
async function codesIn(path: string, type: string): Promise<readonly string[]> {
  const union = new RegExp(`export type ${type} =([^;]*);`).exec(await textOf(path))?.[1] ?? "";
  return [...union.matchAll(/"([A-Z_]+)"/g)].flatMap(([, code]) => code ?? []).sort();
}

/** Rows of the table under a heading. */
async function rowsUnder(heading: string): Promise<readonly (readonly string[])[]> {
  const section = (await textOf("docs/errors.md")).split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("| `"));
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe.each([
  ["Codes of the messenger", "packages/client/src/messenger-error.ts", "MessengerErrorCode"],
  ["Codes of the node and its commands", "packages/node/src/config/node-error.ts", "NodeErrorCode"],
])("%s", (heading, path, type) => {
  it("each code has one row, and each row has a code", async () => {
    const codes = await codesIn(path, type);
    const rows = (await rowsUnder(heading)).map(([code]) => code?.replaceAll("`", "")).sort();
    expect(codes.length).toBeGreaterThan(5);
    expect(rows).toEqual(codes);
  });

  it("each row says what the code means and what to do", async () => {
    for (const row of await rowsUnder(heading)) {
      expect(row).toHaveLength(3);
      expect(row.filter((cell) => cell.length < 10 && !cell.startsWith("`"))).toEqual([]);
    }
  });
});
