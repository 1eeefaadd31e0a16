/** Real waiting, bounded. */
import type { Cancel } from "../ports.ts";

/** Runs `task` once after `delayMs` of real time. */
export function afterReal(delayMs: number, task: () => void): Cancel {
  const timer = setTimeout(task, delayMs);
  return () => clearTimeout(timer);
}

/** Waits for `task`, but not longer than `limitMs`; a failure or a timeout is false. */
export async function withinMs(limitMs: number, task: Promise<unknown>): Promise<boolean> {
  let cancel: Cancel = () => undefined;
  const late = new Promise<boolean>((resolve) => {
    cancel = afterReal(limitMs, () => resolve(false));
  });
  const done = task.then(
    () => true,
    () => false,
  );
  const isDone = await Promise.race([done, late]);
  cancel();
  return isDone;
}
