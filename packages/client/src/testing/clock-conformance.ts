/** The rules of the `Clock` port. */
import type { Clock } from "../ports.ts";
import { type ConformanceCase, expectThat } from "./conformance.ts";

/** A clock to test, and how to let at least `durationMs` of its time pass. */
export interface ClockFixture {
  readonly clock: Clock;
  pass(durationMs: number): Promise<void>;
}

/** Cases every `Clock` passes; they let less than 100 ms pass. */
export const CLOCK_CONFORMANCE: readonly ConformanceCase<ClockFixture>[] = [
  {
    name: "monotonic time moves on and wall time is Unix time in ms",
    async run(make) {
      const { clock, pass } = await make();
      const before = clock.monotonicMs();
      await pass(5);
      expectThat(clock.monotonicMs() >= before + 4, "monotonic time must move with time");
      expectThat(clock.nowMs() > Date.UTC(2020, 0), "wall time must be Unix time in ms");
    },
  },
  {
    name: "tasks run once, in order of their times, never inside the call to after",
    async run(make) {
      const { clock, pass } = await make();
      const ran: string[] = [];
      clock.after(20, () => ran.push("late"));
      clock.after(1, () => ran.push("soon"));
      clock.after(0, () => ran.push("now"));
      expectThat(ran.length === 0, "a task ran inside after");
      await pass(30);
      await pass(5);
      const order = ran.join(" ");
      expectThat(ran.length === 3 && order.endsWith("late"), `expected now and soon, then late; got ${order}`);
    },
  },
  {
    name: "a cancelled task does not run, and cancelling again or too late does nothing",
    async run(make) {
      const { clock, pass } = await make();
      let runs = 0;
      const cancel = clock.after(2, () => {
        runs += 100;
      });
      const cancelLate = clock.after(2, () => {
        runs += 1;
      });
      cancel();
      cancel();
      await pass(10);
      cancelLate();
      expectThat(runs === 1, `expected one run, got ${runs}`);
    },
  },
  {
    name: "a task may start another one",
    async run(make) {
      const { clock, pass } = await make();
      let ranInner = false;
      clock.after(1, () => {
        clock.after(1, () => {
          ranInner = true;
        });
      });
      await pass(10);
      await pass(10);
      expectThat(ranInner, "the inner task did not run");
    },
  },
];
