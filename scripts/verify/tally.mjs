/** Sums steps and the tests inside them. */

/** Nothing counted yet. */
export function emptyTally() {
  return { passed: 0, failed: 0, skips: [] };
}

/** Adds one step: a step that ran tests counts as its tests, and once more as failed when it broke outside them. */
export function tallyStep(tally, name, { outcome, reason, counts }) {
  if (counts !== undefined) {
    tally.passed += counts.passed;
    tally.failed += counts.failed + counts.errors;
    tally.skips.push(...counts.skipped);
    if (outcome === "failed" && counts.failed + counts.errors === 0) tally.failed += 1;
  } else if (outcome === "skipped") {
    tally.skips.push({ name, reason });
  } else {
    tally[outcome] += 1;
  }
}

/** One line for each thing that was not checked, with its reason. */
export function printSkips(tally) {
  for (const { name, reason } of tally.skips) process.stdout.write(`skipped: ${name}: ${reason}\n`);
}
