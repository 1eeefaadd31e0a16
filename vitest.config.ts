import { defineConfig } from "vitest/config";
import { TestReport } from "./test/support/test-report.ts";

const resolve = { conditions: ["source", "node", "import", "default"] };
const ssr = { resolve: { conditions: ["source", "node", "import", "default"] } };
const project = (name: string, include: string[], testTimeout: number) => ({
  resolve,
  ssr,
  test: { name, include, testTimeout, hookTimeout: testTimeout },
});

/** Tests that use the machine so much that one file at a time is enough for it. */
const alone = (name: string, include: string[], testTimeout: number) => {
  const { test, ...rest } = project(name, include, testTimeout);
  return { ...rest, test: { ...test, fileParallelism: false } };
};

/** Where `scripts/verify.mjs` wants the counts of this run. */
const reportPath = process.env.KITH_TEST_REPORT;

/** One project per row of the test ladder; `npm test` runs the first three. */
export default defineConfig({
  test: {
    reporters: reportPath === undefined ? ["default"] : ["default", new TestReport(reportPath)],
    projects: [
      project("unit", ["packages/*/src/**/*.test.{ts,tsx}", "test/workspace/**/*.test.ts"], 60_000),
      project("integration", ["test/integration/**/*.test.ts"], 180_000),
      project("simulation", ["test/simulation/**/*.test.ts"], 600_000),
      {
        resolve,
        ssr,
        test: {
          name: "web",
          include: ["packages/web/test/**/*.test.ts"],
          globalSetup: ["packages/web/test/support/set-up.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxConcurrency: 4,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: ["test/e2e/support/set-up.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      project("oracle", ["test/oracle/**/*.test.ts"], 300_000),
      project("lan", ["test/lan/**/*.test.ts"], 120_000),
      alone("crash", ["test/crash/**/*.test.ts"], 900_000),
      alone("siege", ["test/siege/**/*.test.ts"], 300_000),
      project("walk", ["test/walk/**/*.test.ts"], 600_000),
    ],
  },
});
