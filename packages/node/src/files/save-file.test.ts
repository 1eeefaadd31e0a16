import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeTemporaryFolder } from "../testing/temporary-folder.ts";
import { saveFile } from "./save-file.ts";

async function* unitsOf(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function* failing(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("the first part");
  throw new Error("does not verify");
}

describe("saving a file", () => {
  test("it appears whole under its name, for its owner alone", async () => {
    const folder = await makeTemporaryFolder();
    const path = await saveFile(folder, "notes.txt", unitsOf("one ", "two"));
    expect(path).toBe(join(folder, "notes.txt"));
    expect(await readFile(path, "utf8")).toBe("one two");
    expect((await stat(path)).mode & 0o077).toBe(0);
    expect(await readdir(folder)).toEqual(["notes.txt"]);
  });

  test("nothing that is there is overwritten: the next one has a number", async () => {
    const folder = await makeTemporaryFolder();
    await writeFile(join(folder, "a.txt"), "before");
    await mkdir(join(folder, "a (2).txt"));
    expect(await saveFile(folder, "a.txt", unitsOf("new"))).toBe(join(folder, "a (3).txt"));
    expect(await readFile(join(folder, "a.txt"), "utf8")).toBe("before");
    expect(await readFile(join(folder, "a (3).txt"), "utf8")).toBe("new");
  });

  test("bytes that fail in the middle leave nothing behind, under no name", async () => {
    const folder = await makeTemporaryFolder();
    await expect(saveFile(folder, "a.txt", failing())).rejects.toThrow("does not verify");
    expect(await readdir(folder)).toEqual([]);
  });

  test("a folder that is none is a documented error, and the bytes are not asked for", async () => {
    const folder = await makeTemporaryFolder();
    let wasAsked = false;
    async function* watched(): AsyncGenerator<Uint8Array> {
      wasAsked = true;
      yield Buffer.from("x");
    }
    await expect(saveFile(join(folder, "missing"), "a.txt", watched())).rejects.toMatchObject({ code: "FILE_FOLDER" });
    expect(wasAsked).toBe(false);
  });
});
