/**
 * Whole sessions against libsignal-client. `ORACLE_SEED` repeats one seed, `ORACLE_RUNS` sets how many are played.
 */
import { cryptoSuite } from "@kith/client";
import { nobleSuite } from "@kith/protocol";
import { createSeededRandom, type SessionParty } from "@kith/protocol/testing";
import { afterAll, describe, expect, it } from "vitest";
import { webSuite } from "./backends.ts";
import { createKithParty } from "./pair.ts";
import { Conversation, type Schedule, type Tally } from "./schedule.ts";
import { SignalParty } from "./signal-party.ts";

const RUNS = Number(process.env.ORACLE_RUNS ?? "16");
const MESSAGES = 1000;

/** In strict turns an epoch takes 43 and can begin in the middle of another. */
const MAX_TURNS_TO_EPOCH = 100;

/** Half of the runs on Node's backend, which the others are compared with anyway. */
const BACKENDS = [cryptoSuite, nobleSuite, cryptoSuite, webSuite];

const seeds: readonly string[] =
  process.env.ORACLE_SEED === undefined
    ? Array.from({ length: RUNS }, () => String(crypto.getRandomValues(new Uint32Array(1))[0]))
    : [process.env.ORACLE_SEED];

/** The newest post-quantum epoch whose secret Kith has. */
function epochOf({ record }: SessionParty): number {
  return record.current?.pq?.epochs.at(-1)?.epoch ?? 0;
}

describe("strict turns with libsignal", () => {
  it.each(["kith", "signal"] as const)("go through several post-quantum epochs when %s begins", async (first) => {
    const kith = await createKithParty(cryptoSuite, `turns ${first}`);
    const signal = new SignalParty();
    const schedule: Schedule = { messages: 0, loss: 0, burst: 1, restartSession: 0 };
    const conversation = new Conversation(kith, signal, createSeededRandom("turns"), schedule);
    await conversation.start(first, true);
    await conversation.takeTurns(250, () => false);
    expect(epochOf(kith)).toBeGreaterThanOrEqual(4);
    expect(conversation.signalEpoch).toBeGreaterThanOrEqual(3);
  });
});

describe("any schedule with libsignal", () => {
  const total: Tally = { sent: 0, read: 0, lost: 0, repeated: 0, damaged: 0, sessions: 0 };
  let totalEpochs = 0;

  afterAll(() => {
    process.stdout.write(`oracle: ${JSON.stringify({ ...total, epochs: totalEpochs })}\n`);
  });

  it.each(seeds)("reads what arrives exactly once (seed %s)", async (seed) => {
    const random = createSeededRandom(`schedule ${seed}`);
    const [a, b, c, d] = random(4) as unknown as [number, number, number, number];
    const schedule: Schedule = {
      messages: MESSAGES,
      loss: (a / 255) * 0.4,
      burst: b % 2 === 0 ? 8 : 40,
      restartSession: c % 3 === 0 ? 0.01 : 0,
    };
    const kith = await createKithParty(BACKENDS[d % BACKENDS.length] ?? cryptoSuite, seed);
    const conversation = new Conversation(kith, new SignalParty(), random, schedule);
    const starters = (["kith", "signal", "both"] as const)[d % 3];
    // Both at once: each sends in its own session until one of them is the later one on both sides.
    if (starters !== "signal") await conversation.start("kith", a % 2 === 0);
    if (starters !== "kith") await conversation.start("signal", false);
    await conversation.play();
    for (const key of Object.keys(total) as (keyof Tally)[]) total[key] += conversation.tally[key];
    const epochs = epochOf(kith);
    totalEpochs += epochs;
    expect(conversation.tally.read + conversation.tally.lost).toBe(conversation.tally.sent);
    const signalEpochs = conversation.signalEpoch;
    const hasAdvanced = () => epochOf(kith) > epochs && conversation.signalEpoch > signalEpochs;
    await conversation.takeTurns(MAX_TURNS_TO_EPOCH, hasAdvanced);
    expect(epochOf(kith)).toBeGreaterThan(epochs);
    expect(conversation.signalEpoch).toBeGreaterThan(signalEpochs);
  });
});
