/**
 * `npm run bench -- WORK [--json]`: takes one work's figures; the last line of stdout is one JSON object.
 * `--smoke` runs every work once, small: it shows that they run, not how fast.
 */
import { parseArgs } from "node:util";
import { describeMachine, formatRows, type Report } from "./report.ts";
import { SMOKE_VARIABLE } from "./smoke.ts";

const WORKS: Readonly<Record<string, () => Promise<Report>>> = {
  w1: async () => (await import("./w1.ts")).takeW1(),
  ratchet: async () => (await import("./ratchet.ts")).takeRatchet(),
  w6: async () => (await import("./w6.ts")).takeW6(),
  w2: async () => (await import("./w2.ts")).takeW2(),
  "w2-growth": async () => (await import("./w2-growth.ts")).takeW2Growth(),
  w3: async () => (await import("./w3.ts")).takeW3(),
  w4: async () => (await import("./w4.ts")).takeW4(),
  w5: async () => (await import("./w5.ts")).takeW5(),
  w7: async () => (await import("./w7.ts")).takeW7(),
  account: async () => (await import("./account.ts")).takeAccount(),
  group: async () => (await import("./group.ts")).takeGroup(),
  search: async () => (await import("./search.ts")).takeSearch(),
  store: async () => (await import("./store.ts")).takeStore(),
  archive: async () => (await import("./archive.ts")).takeArchive(),
  web: async () => (await import("./web.ts")).takeWeb(),
};

async function takeWork(name: string, work: () => Promise<Report>, isJson: boolean): Promise<void> {
  const report = await work();
  if (!isJson) process.stdout.write(`${formatRows(report.rows)}\n`);
  const date = new Date().toISOString();
  process.stdout.write(`${JSON.stringify({ work: name, date, machine: describeMachine(), ...report })}\n`);
}

async function main(): Promise<number> {
  const options = { json: { type: "boolean" }, smoke: { type: "boolean" } } as const;
  const { positionals, values } = parseArgs({ allowPositionals: true, options });
  const isJson = values.json === true;
  if (values.smoke === true) process.env[SMOKE_VARIABLE] = "1";
  const names = values.smoke === true && positionals.length === 0 ? Object.keys(WORKS) : positionals;
  const works = names.flatMap((name) => Object.entries(WORKS).filter(([known]) => known === name));
  if (works.length === 0 || works.length !== names.length) {
    process.stderr.write(`usage: npm run bench -- WORK [--json] [--smoke]; WORK: ${Object.keys(WORKS).join(", ")}\n`);
    return 2;
  }
  for (const [name, work] of works) await takeWork(name, work, isJson);
  return 0;
}

// As `kith` does: a UDP socket of webrtc-direct stays for the life of the process, and keeps it.
process.exit(await main());
