import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTemporaryFolder } from "../testing/temporary-folder.ts";
import { eraseAccount, eraseKeys, finishErasure, isDataFolder } from "./erasure.ts";

async function makeData(): Promise<string> {
  const folder = await makeTemporaryFolder();
  for (const name of ["account", "files", "queues"]) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, "000003.log"), "sealed");
  }
  for (const name of ["device.secret", "table.key", "table.key.new", "node.seed", "config.json", "my-notes.txt"]) {
    await writeFile(join(folder, name), "x".repeat(32), { mode: 0o600 });
  }
  return folder;
}

test("everything of Kith goes, the keys first, and what somebody else put there stays", async () => {
  const folder = await makeData();
  await eraseKeys(folder);
  expect(await readdir(folder)).not.toContain("device.secret");
  expect((await readdir(folder)).filter((name) => name.startsWith("table.key"))).toEqual([]);
  expect(await readdir(folder)).toContain("account");
  await eraseAccount(folder);
  await finishErasure(folder);
  expect(await readdir(folder)).toEqual(["my-notes.txt"]);
  expect(await readFile(join(folder, "my-notes.txt"), "utf8")).toBe("x".repeat(32));
});

test("an erasure that was cut off after the keys is finished later; without its mark nothing is touched", async () => {
  const folder = await makeData();
  const before = (await readdir(folder)).sort();
  await finishErasure(folder);
  expect((await readdir(folder)).sort()).toEqual(before);
  await eraseKeys(folder);
  await finishErasure(folder);
  expect(await readdir(folder)).toEqual(["my-notes.txt"]);
  await finishErasure(folder);
  expect(await readdir(folder)).toEqual(["my-notes.txt"]);
});

test("only a folder that Kith made is taken for one", async () => {
  const folder = await makeTemporaryFolder();
  await mkdir(join(folder, "account"));
  await mkdir(join(folder, "files"));
  expect(await isDataFolder(folder)).toBe(false);
  expect(await isDataFolder(join(folder, "missing"))).toBe(false);
  expect(await isDataFolder(await makeData())).toBe(true);
});
