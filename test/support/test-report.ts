/** Counts a test run into a small JSON file, with the reason of each skipped or failed test, for the summary of a whole check. */
import { writeFileSync } from "node:fs";
import type { Reporter, TestModule, TestRunEndReason, Vitest } from "vitest/node";

/** One test, or one file, and why it did not pass. */
interface Remark {
  readonly name: string;
  readonly reason: string;
}

/** What the file holds; `errors` are failures outside tests, such as a file that does not load. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly errors: number;
  readonly skipped: readonly Remark[];
  /** Each failure in or outside a test, so that the end of a long run says what the middle of it showed. */
  readonly failures: readonly Remark[];
}

/** Enough for a message with what was expected and what came. */
const MAX_REASON_CHARS = 600;

/** Writes the counts to `path` when the run ends. */
export class TestReport implements Reporter {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  onInit(_vitest: Vitest): void {
    const unended = { passed: 0, failed: 0, errors: 1, skipped: [], failures: [] } satisfies TestCounts;
    writeFileSync(this.#path, JSON.stringify(unended));
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
    const failures = [...modules.flatMap(failuresOf), ...unhandled.map((error) => remarkOf("outside tests", error))];
    const counts: TestCounts = { passed: withState("passed"), failed: withState("failed"), errors, skipped, failures };
    writeFileSync(this.#path, JSON.stringify(counts));
  }
}

function failuresOf(module: TestModule): readonly Remark[] {
  const ofTests = [...module.children.allTests("failed")].flatMap((test) =>
    (test.result().errors ?? []).map((error) => remarkOf(`${module.relativeModuleId}: ${test.fullName}`, error)),
  );
  return [...module.errors().map((error) => remarkOf(module.relativeModuleId, error)), ...ofTests];
}

function remarkOf(name: string, error: unknown): Remark {
  const message = typeof error === "object" && error !== null && "message" in error ? `${error.message}` : `${error}`;
  return { name, reason: message.slice(0, MAX_REASON_CHARS) };
}
