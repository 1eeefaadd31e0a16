/**
 * Gives memory back after a flood: a process that has become quiet is often left with garbage that no allocation makes
 * V8 collect. Collects when a period was quiet and the heap has grown since the last time; nothing under load.
 */
import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const PERIOD_MS = 5000;

/** Part of a period in which the event loop may have worked for it to be quiet. */
const QUIET_PART = 0.1;

/** Growth that is worth a collection, in bytes. */
const GROWTH_BYTES = 16 * 2 ** 20;

/** Begins to watch. @returns ends it. */
export function collectWhenQuiet(): () => void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  let before = performance.eventLoopUtilization();
  let keptBytes = 0;
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization > QUIET_PART || takenBytes() < keptBytes + GROWTH_BYTES) return;
    collect();
    keptBytes = takenBytes();
  }, PERIOD_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Memory that V8 has taken for objects and buffers, in bytes. */
function takenBytes(): number {
  const { heapTotal, external } = process.memoryUsage();
  return heapTotal + external;
}
