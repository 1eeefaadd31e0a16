/** The real clock: wall time, monotonic time and timers of the platform. */
import type { Cancel, Clock } from "./ports.ts";

/** Longest delay a platform timer takes (2^31 - 1 ms); it would fire at once above that. */
const MAX_TIMER_MS = 0x7fff_ffff;

/** Makes the clock of this process. A timer keeps the process alive until it fires or is cancelled. */
export function createSystemClock(): Clock {
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    after: startTimer,
  };
}

function startTimer(delayMs: number, task: () => void): Cancel {
  let remainingMs = delayMs;
  let timer: ReturnType<typeof setTimeout>;
  const startLeg = () => {
    const legMs = Math.min(remainingMs, MAX_TIMER_MS);
    remainingMs -= legMs;
    timer = setTimeout(() => (remainingMs > 0 ? startLeg() : task()), legMs);
  };
  startLeg();
  return () => clearTimeout(timer);
}
