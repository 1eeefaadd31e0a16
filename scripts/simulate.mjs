/**
 * The simulation with more lives than `npm test` gives it:
 *
 *     node scripts/run.mjs scripts/simulate.mjs [--minutes N]
 *
 * plays 500 seeds, which are the same each time, and then others for N minutes.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { inRoot } from "./setup/paths.mjs";

const { values } = parseArgs({ options: { minutes: { type: "string", default: "0" } } });
const minutes = Number(values.minutes);
if (!Number.isFinite(minutes) || minutes < 0) {
  process.stderr.write("usage: npm run test:sim [-- --minutes N]\n");
  process.exit(2);
}
const { status } = spawnSync(
  process.execPath,
  [inRoot("node_modules", "vitest", "vitest.mjs"), "run", "--project", "simulation"],
  {
    stdio: "inherit",
    env: { SIM_SEEDS: "500", ...process.env, SIM_MINUTES: String(minutes) },
  },
);
process.exitCode = status ?? 1;
