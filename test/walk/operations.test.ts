/**
 * What `docs/operations.md` tells an operator to type, run word for word: as root, in mounts of its own with nothing
 * in `/opt`, `/var/lib` and `/var/backups`, and after the install in a network of its own.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { strangersEnvironment, whyNoClone } from "./clone.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** From the clone to a relay that answers its health check. */
const LIMIT_MS = 5 * 60_000;

/** The blocks in the order of the page; each ends with what a shell prints for its success. */
const BLOCKS = ["install", "configure", "run", "look", "backup", "restore"] as const;

function whyNot(): string | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "it needs Linux and root";
  for (const [program, ...args] of [
    ["unshare", "--mount", "--net", "true"],
    ["ip", "link"],
    ["curl", "--version"],
    ["git", "--version"],
  ] as const) {
    if (spawnSync(program, args).status !== 0) return `${program} does not work here`;
  }
  return whyNoClone();
}

async function readBlocks(): Promise<readonly string[]> {
  const page = await readFile(join(ROOT, "docs/operations.md"), "utf8");
  return [...page.matchAll(/\*tested:\*\n\n```sh\n([\s\S]*?)```/gi)].map(([, block]) => block ?? "");
}

/** One program for bash: folders of its own, then the blocks; each leaves its output in a file and a line when done. */
function toScript(place: string, blocks: readonly string[]): string {
  const [install = "", configure = "", run = "", look = "", backup = "", restore = ""] = blocks;
  const step = (name: string, block: string): string =>
    `( set -eu; ${block.trim().split("\n").join("\n")} ) >${place}/${name}.out 2>${place}/${name}.err; echo "done ${name} $?"`;
  return `
set -u
cp -a /etc ${place}/etc
mkdir -p ${place}/opt ${place}/lib ${place}/backups
mount --bind ${place}/etc /etc
mount --bind ${place}/opt /opt
mount --bind ${place}/lib /var/lib
mkdir -p /var/backups && mount --bind ${place}/backups /var/backups
${step("install", install)}
unshare --net bash -s <<'APART'
set -u
ip link set lo up
${step("configure", configure)}
( ${step("run", run)} ) &
relay=$!
until grep -q '^ready' ${place}/run.out 2>/dev/null || ! kill -0 $relay 2>/dev/null; do read -rt 0.1 <> <(:) || :; done
${step("look", look)}
wait $relay
${step("backup", backup)}
${step("restore", restore)}
cp /var/lib/kith-relay/node.seed ${place}/seed.after
cp /var/lib/kith-relay.old/node.seed ${place}/seed.before
APART
`;
}

const reason = whyNot();
if (reason !== null) process.stderr.write(`docs/operations.md: tests skipped: ${reason}\n`);

describe.skipIf(reason !== null)(`operating a relay${reason === null ? "" : ` (skipped: ${reason})`}`, () => {
  let place = "";
  let printed = "";
  let tookMs = 0;

  beforeAll(async () => {
    const blocks = await readBlocks();
    expect(blocks).toHaveLength(BLOCKS.length);
    place = await mkdtemp(join(tmpdir(), "kith-operations-"));
    const script = join(place, "script.sh");
    await writeFile(script, toScript(place, blocks));
    const env = {
      ...strangersEnvironment(place),
      KITH_REPOSITORY: pathToFileURL(ROOT).href,
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "safe.directory",
      GIT_CONFIG_VALUE_0: "*",
    };
    const startedMs = performance.now();
    const ended = spawnSync("unshare", ["--mount", "bash", script], { env, encoding: "utf8", timeout: 9 * 60_000 });
    tookMs = performance.now() - startedMs;
    printed = `${ended.stdout}${ended.stderr}`;
  });

  afterAll(() => rm(place, { recursive: true, force: true, maxRetries: 3 }));

  it("every command of the page ends well", () => {
    for (const name of BLOCKS) expect(printed, printed).toContain(`done ${name} 0`);
  });

  it("from the clone to a restored relay it takes less than five minutes", () => {
    expect(tookMs).toBeLessThan(LIMIT_MS);
  });

  it("the relay says ready and announces the name of the configuration", async () => {
    const output = await readFile(join(place, "run.out"), "utf8");
    expect(output).toMatch(/^ready$/m);
    expect(output).toContain("/dns/relay.example.org/tcp/5484/p2p/");
  });

  it("health, metrics and status answer", async () => {
    const output = await readFile(join(place, "look.out"), "utf8");
    expect(output).toContain('{"health":"ok"}');
    expect(output).toContain("kith_relay_queues 0");
    expect(output).toContain("/dns/relay.example.org/tcp/5484");
  });

  it("the log has events and no address of anybody else", async () => {
    const log = await readFile(join(place, "run.err"), "utf8");
    expect(log).toContain("relay.started");
    expect(log.match(/\b\d+\.\d+\.\d+\.\d+\b/g) ?? []).toEqual([]);
  });

  it("a restored relay is the same relay", async () => {
    const [before, after] = await Promise.all(["seed.before", "seed.after"].map((name) => readFile(join(place, name))));
    expect(after).toEqual(before);
  });
});
