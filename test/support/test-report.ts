/** Counts a test run into a small JSON file, with the reason of each skipped test, for the summary of a whole check. */
import { writeFileSync } from "node:fs";
import type { Reporter, TestModule, TestRunEndReason, Vitest } from "vitest/node";

/** What the file holds; `errors` are failures outside tests, such as a file that does not load. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly errors: number;
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

/** Writes the counts to `path` when the run ends. */
export class TestReport implements Reporter {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  onInit(_vitest: Vitest): void {
    writeFileSync(this.#path, JSON.stringify({ passed: 0, failed: 0, errors: 1, skipped: [] } satisfies TestCounts));
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[], reason: TestRunEndReason): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const withState = (state: "passed" | "failed") => tests.filter((test) => test.result().state === state).length;
    const broken = modules.filter((module) => module.errors().length > 0).length;
    const skipped = tests.flatMap((test) => {
      const result = test.result();
      const isRun = result.state === "passed" || result.state === "failed";
      const note = result.state === "skipped" ? result.note : undefined;
      return isRun ? [] : [{ name: test.fullName, reason: note ?? "no reason given" }];
    });
    const errors = broken + unhandled.length + (reason === "interrupted" ? 1 : 0);
    const counts: TestCounts = { passed: withState("passed"), failed: withState("failed"), errors, skipped };
    writeFileSync(this.#path, JSON.stringify(counts));
  }
}
