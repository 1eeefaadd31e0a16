/**
 * Processes of the shipped program are killed while messages flow: nothing is lost, nothing comes twice.
 * `CRASH_KILLS` and `CRASH_MESSAGES` set the dose, `CRASH_SEED` repeats the choice of victims.
 */
import { randomInt } from "node:crypto";
import { createRandom } from "@kith/client/testing";
import { afterEach, expect, test } from "vitest";
import { type Draft, writeDrafts } from "../demo/person.ts";
import { Cast } from "./cast.ts";
import type { Victim } from "./victim.ts";

const KILLS = Number(process.env.CRASH_KILLS ?? "30");
const MESSAGES = Number(process.env.CRASH_MESSAGES ?? "3000");
const SEED = process.env.CRASH_SEED ?? String(randomInt(1_000_000));

/** Processes that may be down at once: with more than this nothing would flow. */
const MAX_DOWN = 2;

/** Longest time a killed process stays away, in ms: long enough that relays must keep mail. */
const MAX_DOWN_MS = 1500;

/** Longest wait for the last message after the last kill, in ms. */
const DRAIN_MS = 180_000;

let cast: Cast | null = null;

afterEach(async () => {
  await cast?.end();
  cast = null;
});

test(`${KILLS} kills among ${MESSAGES} messages lose nothing and double nothing (seed ${SEED})`, async () => {
  cast = await Cast.start(3);
  const drafts = writeDrafts(cast.world.marker, "in spite of it", MESSAGES);
  const killed = await sendAmongKills(cast, drafts);
  const { sender } = cast.world;
  const ids = drafts.map(({ id }) => id);
  const isDelivered = (): boolean => sender.journal.count(ids, ({ state }) => state === "delivered") === MESSAGES;
  await cast.until("every message is delivered", isDelivered, DRAIN_MS);
  expect(await cast.findings(drafts)).toEqual([]);
  const throughRelays = sender.journal.count(ids, ({ heldBy }) => (heldBy?.relays ?? 0) > 0);
  process.stdout.write(
    `kills ${JSON.stringify(killed)}; ${throughRelays} of ${MESSAGES} messages went through relays\n`,
  );
  expect(throughRelays).toBeGreaterThan(MESSAGES / 10);
  expect(Object.values(killed).reduce((sum, each) => sum + each, 0)).toBe(KILLS);
});

/** Sends slice by slice, with one kill in the middle of each. @returns how often each was killed. */
async function sendAmongKills(of: Cast, drafts: readonly Draft[]): Promise<Readonly<Record<string, number>>> {
  const random = createRandom(`crash/${SEED}`);
  const killed: Record<string, number> = {};
  const slice = Math.ceil(drafts.length / KILLS);
  for (let index = 0; index < KILLS; index++) {
    const part = drafts.slice(index * slice, (index + 1) * slice);
    const victim = await pickVictim(of, random.pick(["sender", "recipient", "recipient", "relay", "relay"]), (all) =>
      random.pick(all),
    );
    let left = random.below(part.length);
    const strike = (): void => {
      left -= 1;
      if (left === -1) victim.strike(victim === of.sender ? 0 : random.below(MAX_DOWN_MS));
    };
    await of.sendAll(part, strike);
    killed[victim.name] = (killed[victim.name] ?? 0) + 1;
  }
  for (const { revival } of of.victims) await revival;
  return killed;
}

/** Waits until so few are down that one more may go, then picks one that is up. */
async function pickVictim(of: Cast, role: string, pick: (all: readonly Victim[]) => Victim): Promise<Victim> {
  const isWanted = (victim: Victim): boolean =>
    role === "relay" ? of.relays.includes(victim) : victim === of[role as "sender" | "recipient"];
  const ready = (): readonly Victim[] => of.victims.filter((victim) => victim.isUp && isWanted(victim));
  const isTime = (): boolean => ready().length > 0 && of.victims.filter(({ isUp }) => !isUp).length < MAX_DOWN;
  await of.until(`a ${role} is up again`, isTime, 60_000);
  return pick(ready());
}
