import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTableKeyFile } from "./table-key.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kith-table-key-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("the table key of a folder", () => {
  test("is nowhere until it is put in force, and then in place of the last one", async () => {
    const source = createTableKeyFile(folder);
    expect(await source.load()).toBeNull();
    const first = await source.make(1);
    expect(await readdir(folder)).toEqual([]);
    await first.replace();
    const second = await source.make(2);
    expect(await createTableKeyFile(folder).load()).toEqual({ generation: 1, secret: first.secret });
    await second.replace();
    expect(await createTableKeyFile(folder).load()).toEqual({ generation: 2, secret: second.secret });
    expect(await readdir(folder)).toEqual(["table.key"]);
    expect((await readFile(join(folder, "table.key"))).includes(Buffer.from(first.secret))).toBe(false);
  });

  test("of another length, or open to others, is refused", async () => {
    const path = join(folder, "table.key");
    await writeFile(path, new Uint8Array(39), { mode: 0o600 });
    await expect(createTableKeyFile(folder).load()).rejects.toMatchObject({ code: "SECRET_FILE" });
    await writeFile(path, new Uint8Array(40));
    await chmod(path, 0o644);
    await expect(createTableKeyFile(folder).load()).rejects.toMatchObject({ code: "SECRET_FILE" });
  });
});
