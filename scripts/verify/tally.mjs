/** Sums steps and the tests inside them. */

/** Nothing counted yet. */
export function emptyTally() {
  return { passed: 0, failed: 0, skips: [], failures: [] };
}

/** Adds one step: a step that ran tests counts as its tests, and once more as failed when it broke outside them. */
export function tallyStep(tally, name, { outcome, reason, counts }) {
  if (counts !== undefined) {
    tally.passed += counts.passed;
    tally.failed += counts.failed + counts.errors;
    tally.skips.push(...counts.skipped);
    tally.failures.push(...counts.failures);
    if (outcome === "failed" && counts.failed + counts.errors === 0) {
      tally.failed += 1;
      tally.failures.push({ name, reason: "broke outside its tests" });
    }
  } else if (outcome === "skipped") {
    tally.skips.push({ name, reason });
  } else {
    tally[outcome] += 1;
    if (outcome === "failed") tally.failures.push({ name, reason: reason ?? "see its output above" });
  }
}

/** A line for each thing that was not checked and for each that failed, with its reason: the end of a long output says it all. */
export function printRemarks(tally) {
  for (const { name, reason } of tally.skips) process.stdout.write(`skipped: ${name}: ${reason}\n`);
  for (const { name, reason } of tally.failures) process.stdout.write(`failed: ${name}: ${reason}\n`);
}
