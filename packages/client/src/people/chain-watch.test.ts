import type { AccountId, HeadHint } from "@kith/protocol";
import { expect, test } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { ChainWatch } from "./chain-watch.ts";

const WHO = "11".repeat(32) as AccountId;
const MINUTE_MS = 60_000;

const headOf = (epoch: number, seq: number): HeadHint => ({ epoch, seq, hash: new Uint8Array(32) });

/** A person whose box gives a head, and when it was asked for it, in minutes from the start. */
function watchBox(): { watch: ChainWatch; clock: FakeClock; box: { head: HeadHint | null }; asked: number[] } {
  const clock = new FakeClock();
  const startMs = clock.monotonicMs();
  const box: { head: HeadHint | null } = { head: headOf(0, 1) };
  const asked: number[] = [];
  const watch = new ChainWatch(clock, async () => {
    asked.push((clock.monotonicMs() - startMs) / MINUTE_MS);
    return box.head;
  });
  return { watch, clock, box, asked };
}

test("a head that comes to the box after the word of it is found without another word", async () => {
  const { watch, clock, box, asked } = watchBox();
  watch.hearOf(WHO, headOf(0, 2));
  await clock.advance(MINUTE_MS / 2);
  box.head = headOf(0, 2);
  await clock.advance(60 * MINUTE_MS);
  expect(asked).toEqual([0, 1]);
});

test("a head that nobody has is looked for six times, ever later", async () => {
  const { watch, clock, box, asked } = watchBox();
  box.head = null;
  watch.hearOf(WHO, headOf(0, 2));
  await clock.advance(24 * 60 * MINUTE_MS);
  expect(asked).toEqual([0, 1, 3, 7, 15, 31]);
});

test("many words cause one look a minute, an urgent one at once, and none after the stop", async () => {
  const { watch, clock, box, asked } = watchBox();
  box.head = headOf(1, 0);
  for (let seq = 2; seq < 6; seq += 1) watch.hearOf(WHO, headOf(0, seq));
  await clock.advance(MINUTE_MS / 2);
  expect(await watch.refresh(WHO, true)).toBe(true);
  expect(await watch.refresh(WHO)).toBe(false);
  await clock.advance(60 * MINUTE_MS);
  expect(asked).toEqual([0, 0.5, 1.5]);
  watch.hearOf(WHO, headOf(1, 1));
  watch.stop();
  await clock.advance(60 * MINUTE_MS);
  expect(asked).toHaveLength(4);
});
