/** What the sources of the package export, found by reading the folder. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fromHex, toHex, utf8 } from "../src/bytes.ts";
import { type CborValue, decodeCbor, encodeCbor } from "../src/codec/cbor.ts";
import type { Shape } from "../src/codec/schema.ts";
import { writeBytes } from "../src/session/byte-writer.ts";
import { writePqRatchet } from "../src/session/pq-codec.ts";
import { decodeSessionRecord } from "../src/session/session-record.ts";

const SOURCES = fileURLToPath(new URL("../src/", import.meta.url));

/** Every module but tests, fixtures and helpers of tests, as paths. */
async function modulePaths(): Promise<readonly string[]> {
  const names = await readdir(SOURCES, { recursive: true });
  return names
    .filter((name) => name.endsWith(".ts") && !/\.test\.ts$|fixtures\.ts$|^testing|^index\.ts$/.test(name))
    .map((name) => join(SOURCES, name));
}

/** Exported names and values of all modules. */
export async function exportsOfSources(): Promise<ReadonlyMap<string, unknown>> {
  const values = new Map<string, unknown>();
  for (const path of await modulePaths()) {
    const loaded = (await import(/* @vite-ignore */ path)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(loaded)) values.set(name, value);
  }
  return values;
}

/** Whether an exported value is a shape: `decodeAs` makes a decoder of each. */
export function isShape(value: unknown): value is Shape<unknown> {
  return typeof value === "object" && value !== null && "fromCbor" in value && "toCbor" in value;
}

/** Every text in the vectors of the package, and the bytes of those that are hexadecimal. */
async function bytesOfVectors(): Promise<readonly Uint8Array[]> {
  const found = new Set<string>();
  const names = await readdir(SOURCES, { recursive: true });
  const own = fileURLToPath(new URL("./vectors/", import.meta.url));
  const paths = names.filter((name) => name.endsWith(".vectors.json")).map((name) => join(SOURCES, name));
  for (const name of await readdir(own)) if (name.endsWith(".json")) paths.push(join(own, name));
  for (const path of paths) for (const text of textsIn(JSON.parse(await readFile(path, "utf8")))) found.add(text);
  return [...found].map((text) => (/^([0-9a-f]{2}){4,}$/.test(text) ? fromHex(text) : utf8(text)));
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Every item inside a CBOR item, encoded by itself; byte strings that hold CBOR are opened. */
function partsOf(bytes: Uint8Array): readonly Uint8Array[] {
  const decoded = decodeCbor(bytes);
  return decoded.ok ? partsOfValue(decoded.value) : [];
}

function partsOfValue(value: CborValue): readonly Uint8Array[] {
  const own = encodeCbor(value);
  if (value instanceof Uint8Array) return [own, value, ...partsOf(value)];
  if (typeof value === "string") return [own, utf8(value)];
  if (typeof value !== "object") return [own];
  const inside = Array.isArray(value) ? value : [...(value as ReadonlyMap<number, CborValue>).values()];
  return [own, ...inside.flatMap(partsOfValue)];
}

/** Stored sessions and sender keys, and their parts. */
function storedSamples(vectors: readonly Uint8Array[]): readonly Uint8Array[] {
  return vectors.flatMap((bytes) => {
    const record = decodeSessionRecord(bytes);
    if (!record.ok) return [];
    const { current, archived } = record.value;
    const { pq } = current ?? { pq: null };
    const half = pq === null ? [] : [writeBytes((sink) => writePqRatchet(sink, pq))];
    return [...archived.map(({ encoded }) => encoded), ...half];
  });
}

/** Valid encodings of many formats, from the vectors and from `given`. */
export async function samplesOfFormats(given: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  const vectors = [...(await bytesOfVectors()), ...given];
  const all = [...vectors, ...vectors.flatMap(partsOf), ...storedSamples(vectors)];
  return [...new Map(all.map((bytes) => [toHex(bytes), bytes])).values()];
}
