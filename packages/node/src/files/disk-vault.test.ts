import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { VaultError } from "@kith/client";
import { MemoryVault, VAULT_CONFORMANCE } from "@kith/client/testing";
import { describe, expect, test } from "vitest";
import { makeTemporaryFolder } from "../testing/temporary-folder.ts";
import { openDiskVault } from "./disk-vault.ts";

const NAME = "0123456789abcdef0123456789abcdef";

describe("the vault on disk", () => {
  test.each(VAULT_CONFORMANCE.map((each) => [each.name, each] as const))("%s", async (_name, each) => {
    const folder = join(await makeTemporaryFolder(), "files");
    await each.run(async () => ({ vault: await openDiskVault(folder), reopen: () => openDiskVault(folder) }));
  });

  test("only its owner can read it, and a name can lead nowhere else", async () => {
    const folder = join(await makeTemporaryFolder(), "files");
    const vault = await openDiskVault(folder);
    const file = await vault.open(NAME);
    await file.write(0, Uint8Array.of(1));
    await file.close();
    expect((await stat(join(folder, NAME))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await expect(vault.open("../outside")).rejects.toThrow(RangeError);
    await expect(vault.open(NAME.toUpperCase())).rejects.toThrow(RangeError);
    await writeFile(join(folder, "notes.txt"), "of somebody else");
    expect(await vault.list()).toEqual([NAME]);
    expect((await readdir(folder)).sort()).toEqual([NAME, "notes.txt"]);
  });

  test("a disk that refuses is told as what it is", async () => {
    const folder = join(await makeTemporaryFolder(), "files");
    const vault = await openDiskVault(folder);
    await mkdir(join(folder, NAME));
    await expect(vault.open(NAME)).rejects.toThrow(VaultError);
  });
});

describe("the vault in memory", () => {
  test.each(VAULT_CONFORMANCE.map((each) => [each.name, each] as const))("%s", async (_name, each) => {
    const vault = new MemoryVault();
    await each.run(async () => ({ vault, reopen: async () => vault.crash() }));
  });
});
