import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLevelStore } from "@kith/client";
import { createRandom } from "@kith/client/testing";
import { utf8 } from "@kith/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { crc32c } from "./crc32c.ts";
import { unpackSnappy } from "./snappy.ts";
import { findDamagedTables, isIntactTable } from "./table-check.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kith-tables-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Opening a store again turns its log into a table; half of the values can be packed. */
async function makeTable(): Promise<Uint8Array> {
  const random = createRandom("table");
  const location = join(folder, "store");
  const store = await openLevelStore({ location });
  await store.commit(
    Array.from({ length: 300 }, (_, row) => ({
      key: `row/${row}`,
      value: row % 2 === 0 ? random.bytes(300) : new Uint8Array(300).fill(row),
    })),
  );
  await store.close();
  await (await openLevelStore({ location })).close();
  const [name = ""] = (await readdir(location)).filter((each) => each.endsWith(".ldb"));
  return readFile(join(location, name));
}

describe("the sum", () => {
  test("gives the values of RFC 3720", () => {
    expect(crc32c(utf8("123456789"))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e);
  });
});

describe("unpacking", () => {
  test("repeats what a copy says, also what it is writing", () => {
    const packed = [10, 0b000, 97, 0b0001_0101, 1]; // ten bytes: "a", then nine from one byte before
    expect(unpackSnappy(new Uint8Array(packed))).toEqual(utf8("aaaaaaaaaa"));
  });

  test.each([
    ["a copy from before the block", [4, 0b1, 9]],
    ["a literal that ends too early", [4, 0b1100, 97]],
    ["another length than it says", [9, 0b000, 97]],
    ["a length no block has", [255, 255, 255, 255, 127]],
  ])("refuses %s", (_, packed) => {
    expect(() => unpackSnappy(new Uint8Array(packed))).toThrow(RangeError);
  });
});

describe("a table", () => {
  test("as LevelDB wrote it is intact", async () => {
    expect(isIntactTable(await makeTable())).toBe(true);
  });

  test("with any bit flipped is damaged, up to the padding of its footer", async () => {
    const table = await makeTable();
    const random = createRandom("flips");
    for (let run = 0; run < 300; run++) {
      const copy = table.slice();
      const at = random.below(table.length - 48);
      copy[at] = (copy[at] as number) ^ (1 << random.below(8));
      expect(isIntactTable(copy), `byte ${at}`).toBe(false);
    }
  });

  test("cut short anywhere is damaged", async () => {
    const table = await makeTable();
    const random = createRandom("cuts");
    for (let run = 0; run < 100; run++)
      expect(isIntactTable(table.subarray(0, random.below(table.length)))).toBe(false);
  });

  test("that is nothing but random bytes is damaged", () => {
    const random = createRandom("noise");
    for (let run = 0; run < 300; run++) expect(isIntactTable(random.bytes(random.below(600)))).toBe(false);
  });
});

test("damaged tables of a folder are found by name, other files are not looked at", async () => {
  await makeTable();
  const location = join(folder, "store");
  expect(await findDamagedTables(location)).toEqual([]);
  await mkdir(join(folder, "other"));
  await copyFile(join(location, "CURRENT"), join(folder, "other", "000007.ldb"));
  await copyFile(join(location, "CURRENT"), join(folder, "other", "CURRENT"));
  expect(await findDamagedTables(join(folder, "other"))).toEqual(["000007.ldb"]);
});
