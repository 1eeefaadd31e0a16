import { defineConfig } from "vitest/config";

const resolve = { conditions: ["source", "node", "import", "default"] };
const ssr = { resolve: { conditions: ["source", "node", "import", "default"] } };
const project = (name: string, include: string[], testTimeout: number) => ({
  resolve,
  ssr,
  test: { name, include, testTimeout, hookTimeout: testTimeout },
});

/** One project per row of the test ladder; `npm test` runs the first three. */
export default defineConfig({
  test: {
    projects: [
      project("unit", ["packages/*/src/**/*.test.{ts,tsx}", "test/workspace/**/*.test.ts"], 20_000),
      project("integration", ["test/integration/**/*.test.ts"], 60_000),
      project("simulation", ["test/simulation/**/*.test.ts"], 600_000),
      project("lan", ["test/lan/**/*.test.ts"], 120_000),
      project("walk", ["test/walk/**/*.test.ts"], 600_000),
    ],
  },
});
