/** `npm run bench -- WORK [--json]`: takes one work's figures; the last line of stdout is one JSON object. */
import { parseArgs } from "node:util";
import { describeMachine, formatRows, type Report } from "./report.ts";

const WORKS: Readonly<Record<string, () => Promise<Report>>> = {
  w1: async () => (await import("./w1.ts")).takeW1(),
};

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean" } } });
  const [name = ""] = positionals;
  const work = Object.hasOwn(WORKS, name) ? WORKS[name] : undefined;
  if (work === undefined || positionals.length !== 1) {
    process.stderr.write(`usage: npm run bench -- WORK [--json]; WORK is one of ${Object.keys(WORKS).join(", ")}\n`);
    return 2;
  }
  const report = await work();
  if (values.json !== true) process.stdout.write(`${formatRows(report.rows)}\n`);
  const date = new Date().toISOString();
  process.stdout.write(`${JSON.stringify({ work: name, date, machine: describeMachine(), ...report })}\n`);
  return 0;
}

process.exitCode = await main();
