import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MessengerError } from "../messenger-error.ts";
import { makeZip, sourceOf, type ZipFile } from "./fixtures.ts";
import { openZip, readEntry } from "./zip-reader.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const FILES: readonly ZipFile[] = [
  { name: "data/a.js", bytes: text("a".repeat(70_000)) },
  { name: "data/b.js", bytes: text("stored"), isStored: true },
  { name: "data/empty.js", bytes: new Uint8Array(0) },
  { name: "other/c.js", bytes: text("not wanted") },
];
const isWanted = (name: string): boolean => name.startsWith("data/");

async function readAll(bytes: Uint8Array): Promise<Record<string, string>> {
  const source = sourceOf(bytes);
  const read: Record<string, string> = {};
  for (const [name, entry] of await openZip(source, isWanted)) {
    const pieces: Uint8Array[] = [];
    for await (const piece of readEntry(source, entry, () => undefined)) pieces.push(piece);
    read[name] = Buffer.concat(pieces).toString();
  }
  return read;
}

const WHOLE = { "data/a.js": "a".repeat(70_000), "data/b.js": "stored", "data/empty.js": "" };

describe("a zip", () => {
  test.each([
    ["short", false],
    ["with 64-bit sizes and places", true],
  ])("%s gives what was packed into it", async (_, isLong) => {
    expect(await readAll(await makeZip(FILES, isLong))).toEqual(WHOLE);
  });

  test("with a comment at its end, even one that looks like an end, is read", async () => {
    const zip = await makeZip(FILES);
    const comment = zip.slice(-22);
    const bytes = new Uint8Array(zip.length + comment.length);
    bytes.set(zip);
    bytes.set(comment, zip.length);
    new DataView(bytes.buffer).setUint16(zip.length - 2, comment.length, true);
    // The last 22 bytes are an end of their own with the place of the list of the whole.
    expect(await readAll(bytes)).toEqual(WHOLE);
  });

  const one = (changes: Partial<ZipFile>): readonly ZipFile[] => [
    { name: "data/a.js", bytes: text("aaaa"), ...changes },
  ];
  test.each([
    ["that leaves its folder", one({ name: "data/../../x.js" }), "ARCHIVE_INVALID", "name"],
    ["with an absolute name", one({ name: "/data/x.js" }), "ARCHIVE_INVALID", "name"],
    ["with a name of another system", one({ name: "data\\x.js" }), "ARCHIVE_INVALID", "name"],
    ["with a drive in a name", one({ name: "C:x.js" }), "ARCHIVE_INVALID", "name"],
    ["with one name twice", [...one({}), ...one({})], "ARCHIVE_INVALID", "twice"],
    ["that is encrypted", one({ flags: 1 }), "ARCHIVE_INVALID", "encrypted"],
    ["packed by another method", one({ method: 14 }), "ARCHIVE_INVALID", "method"],
    ["with a header of another name", one({ listed: { headerName: "data/b.js" } }), "ARCHIVE_DAMAGED", "header"],
    ["that gives more than it says: a bomb", one({ listed: { sizeBytes: 3 } }), "ARCHIVE_DAMAGED", "size"],
    ["that gives less than it says", one({ listed: { sizeBytes: 5 } }), "ARCHIVE_DAMAGED", "size"],
    ["with a wrong sum", one({ listed: { sum: 1 } }), "ARCHIVE_DAMAGED", "sum"],
    ["that is not packed as it says", one({ isStored: true, method: 8 }), "ARCHIVE_DAMAGED", "deflate"],
  ])("%s is refused with its code", async (_, files, code, rule) => {
    await expect(readAll(await makeZip(files))).rejects.toMatchObject({ code, details: { rule } });
  });

  test("of a gigabyte in a few kilobytes ends where it was listed to end", async () => {
    const bomb = await makeZip([
      { name: "data/a.js", bytes: new Uint8Array(64 * 1024 * 1024), listed: { sizeBytes: 1000 } },
    ]);
    expect(bomb.length).toBeLessThan(100_000);
    await expect(readAll(bomb)).rejects.toMatchObject({ code: "ARCHIVE_DAMAGED", details: { rule: "size" } });
  });

  test("that is none, or was cut off anywhere, is refused", async () => {
    await expect(readAll(text("no zip at all"))).rejects.toMatchObject({ code: "ARCHIVE_INVALID" });
    await expect(readAll(new Uint8Array(0))).rejects.toMatchObject({ code: "ARCHIVE_INVALID" });
    const zip = await makeZip(FILES);
    for (let length = 4; length < zip.length; length += 7) {
      await expect(readAll(zip.slice(0, length))).rejects.toMatchObject({
        code: "ARCHIVE_DAMAGED",
        details: { rule: "end" },
      });
    }
  });

  test("changed anywhere gives what was packed, or a typed error", async () => {
    for (const isLong of [false, true]) {
      const zip = await makeZip(FILES, isLong);
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.nat(zip.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
          async (changes) => {
            const bytes = zip.slice();
            for (const [at, value] of changes) bytes[at] = value;
            const read = await readAll(bytes).catch((error: unknown) => error);
            if (read instanceof MessengerError) expect(read.code).toMatch(/^ARCHIVE_(?:INVALID|DAMAGED|TOO_LARGE)$/);
            else
              for (const [name, value] of Object.entries(read as object))
                expect(value).toBe(WHOLE[name as never] ?? value);
          },
        ),
        { numRuns: 150 },
      );
    }
  });
});
