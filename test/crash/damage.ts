/** What can happen to a file of a store: it is cut short, bits of it flip, a part of it turns to zeros. */
import { cpSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SeededRandom } from "@kith/client/testing";

const KINDS = ["cut short", "a bit flipped", "zeroed in part"] as const;

/** Most bytes that are zeroed at once. */
const MAX_ZEROS = 4096;

/** Files that hold no data of anybody: LevelDB's own log of what it did, and its lock. */
const WITHOUT_DATA = /^(?:LOG|LOG\.old|LOCK)$/;

/** Copies a store and damages one of its files at random. @returns what was done, in words. */
export function copyDamaged(from: string, to: string, random: SeededRandom): string {
  cpSync(from, to, { recursive: true });
  const files = readdirSync(to).filter((name) => !WITHOUT_DATA.test(name) && statSync(join(to, name)).size > 0);
  const name = random.pick(files.sort());
  const path = join(to, name);
  const { size } = statSync(path);
  const kind = random.pick(KINDS);
  const at = random.below(size);
  if (kind === "cut short") truncateSync(path, at);
  else {
    const bytes = readFileSync(path);
    if (kind === "zeroed in part") bytes.fill(0, at, Math.min(size, at + 1 + random.below(MAX_ZEROS)));
    else bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
    writeFileSync(path, bytes);
  }
  return `${name} (${size} bytes) ${kind} at ${at}`;
}
