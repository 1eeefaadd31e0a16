/**
 * Stores whose files are damaged at random: what they held is there, or whoever opens or reads them is told by a named
 * error or a mark. `DAMAGE_RUNS` sets how often each kind of store is damaged, `DAMAGE_SEED` repeats a run.
 */
import { randomInt } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cryptoSuite, StoreError } from "@kith/client";
import { createRandom, type SeededRandom } from "@kith/client/testing";
import { toHex } from "@kith/protocol";
import { afterAll, afterEach, expect, test } from "vitest";
import { createSealedStore } from "../../packages/client/src/store/sealed-store.ts";
import { openAccountStore } from "../../packages/node/src/store/node-stores.ts";
import { copyDamaged } from "./damage.ts";
import { type FilledQueue, fillRelay, readRelay } from "./filled-relay.ts";

const RUNS = Number(process.env.DAMAGE_RUNS ?? "100");
const SEED = process.env.DAMAGE_SEED ?? String(randomInt(1_000_000));

const folder = mkdtempSync(join(tmpdir(), "kith-damage-"));

afterEach(() => {
  for (const name of ["origin", "whole", "damaged"]) rmSync(join(folder, name), { recursive: true, force: true });
});

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

/** How one damaged store was found. */
type Verdict = "whole" | "refused" | "marked" | `silent: ${string}`;

test(`an account's store that was damaged is whole or refused, ${RUNS} times (seed ${SEED})`, async () => {
  const random = createRandom(`damage/account/${SEED}`);
  const key = random.bytes(32);
  const origin = join(folder, "origin");
  const rows = await fillAccount(origin, key, random);
  const verdicts = await damageAgain("account", origin, random, (place) => judgeAccount(place, key, rows));
  expect(verdicts.filter(({ verdict }) => verdict.startsWith("silent"))).toEqual([]);
  report("account", verdicts);
});

test(`a relay's store that was damaged is whole, refused or marked, ${RUNS} times (seed ${SEED})`, async () => {
  const random = createRandom(`damage/relay/${SEED}`);
  const origin = join(folder, "origin");
  const queues = await fillRelay(origin, random);
  const verdicts = await damageAgain("queues", origin, random, (place) => judgeRelay(place, queues));
  expect(verdicts.filter(({ verdict }) => verdict.startsWith("silent"))).toEqual([]);
  report("relay", verdicts);
});

interface Judged {
  readonly damage: string;
  readonly verdict: Verdict;
}

async function damageAgain(
  store: string,
  origin: string,
  random: SeededRandom,
  judge: (place: string) => Promise<Verdict>,
): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  cpSync(join(origin, store), join(folder, "whole", store), { recursive: true });
  expect(await judge(join(folder, "whole"))).toBe("whole");
  for (let run = 0; run < RUNS; run++) {
    const place = join(folder, "damaged");
    const damage = copyDamaged(join(origin, store), join(place, store), random);
    judged.push({ damage, verdict: await judge(place) });
    rmSync(place, { recursive: true });
  }
  return judged;
}

function report(what: string, verdicts: readonly Judged[]): void {
  const counts = new Map<string, number>();
  for (const { verdict } of verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const words = [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(", ");
  process.stdout.write(`damaged ${what} stores: ${words}\n`);
}

type Rows = ReadonlyMap<string, string>;

/** Rows in tables and in the log alike; some were changed and some deleted. */
async function fillAccount(place: string, key: Uint8Array, random: SeededRandom): Promise<Rows> {
  const store = createSealedStore(await openAccountStore(place), { key, suite: cryptoSuite, random: random.bytes });
  for (let batch = 0; batch < 100; batch++) {
    const changes = Array.from({ length: 10 }, () => ({
      key: `row/${random.below(1800)}`,
      value: random.bytes(100 + random.below(8000)),
    }));
    await store.commit([...changes, { key: `row/${random.below(1800)}` }]);
  }
  const rows = new Map<string, string>();
  for (const [name, value] of await store.entries({ gte: " ", lt: "~" })) rows.set(name, toHex(value));
  await store.close();
  return rows;
}

async function judgeAccount(place: string, key: Uint8Array, rows: Rows): Promise<Verdict> {
  try {
    const bare = await openAccountStore(place);
    try {
      const store = createSealedStore(bare, { key, suite: cryptoSuite, random: cryptoRandom });
      const found = new Map((await store.entries({ gte: " ", lt: "~" })).map(([name, value]) => [name, toHex(value)]));
      const wrong = [...rows].filter(([name, value]) => found.get(name) !== value).length;
      return wrong + Math.abs(found.size - rows.size) === 0 ? "whole" : `silent: ${wrong} of ${rows.size} rows differ`;
    } finally {
      await bare.close();
    }
  } catch (error) {
    if (error instanceof StoreError) return "refused";
    throw error;
  }
}

function cryptoRandom(): never {
  throw new TypeError("nothing is sealed while a store is judged");
}

async function judgeRelay(place: string, queues: readonly FilledQueue[]): Promise<Verdict> {
  const found = await readRelay(place, queues);
  if (found === "refused") return "refused";
  const silent = found.filter(({ queue, held, isMarked }) => !isMarked && queue.ids.some((id) => !held.has(id)));
  if (silent.length > 0) return `silent: ${silent.length} of ${queues.length} queues lost something without a mark`;
  return found.some(({ isMarked }) => isMarked) ? "marked" : "whole";
}
