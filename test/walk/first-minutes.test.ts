import { access } from "node:fs/promises";
import { join } from "node:path";
import type { AccountStatus, Contact } from "@kith/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Clone, cloneHead, whyNoClone } from "./clone.ts";
import { askCommand, type Program, Running, readMessages, runCommand } from "./program.ts";

/** Beside other nodes of this machine, and met by nobody else. */
const APART = ["--port", "0", "--ws-port", "0", "--listen", "127.0.0.1", "--no-mdns"];
const START = ["--page-port", "0", ...APART];

/** Dependencies, build and start, on a slow machine. */
const FIRST_START_TIMEOUT_MS = 5 * 60_000;
const START_TIMEOUT_MS = 60_000;
const SOON = { timeout: 60_000, interval: 500 };

const reason = whyNoClone();
if (reason !== null) process.stderr.write(`first minutes of a stranger: test skipped: ${reason}\n`);

describe.skipIf(reason !== null)(`first minutes of a stranger${reason === null ? "" : ` (skipped: ${reason})`}`, () => {
  let clone: Clone;
  let npmStart: Program;
  let kith: Program;
  let node: Running;
  let echo: Running;
  const started: Running[] = [];

  function run(program: Program, ...words: readonly string[]): Running {
    const running = new Running(program, words);
    started.push(running);
    return running;
  }

  beforeAll(async () => {
    clone = await cloneHead();
    const { folder, env } = clone;
    npmStart = { command: ["npm", "start", "--"], folder, env };
    kith = { command: ["npm", "run", "-s", "kith", "--"], folder, env };
  });

  afterAll(async () => {
    for (const running of started) running.kill();
    await clone?.remove();
  });

  it("npm start installs, builds, says ready, serves its page and makes no account", async () => {
    node = run(npmStart, ...START);
    await node.waitFor(/^ready$/m, FIRST_START_TIMEOUT_MS);
    const [page = ""] = await node.waitFor(/http:\/\/127\.0\.0\.1:\d+\//, START_TIMEOUT_MS);
    const answer = await fetch(page, { signal: AbortSignal.timeout(START_TIMEOUT_MS) });
    expect([answer.status, (await answer.text()).includes("Kith")]).toEqual([200, true]);
    const { account } = await askCommand<{ account: AccountStatus | null }>(kith, "status");
    expect(account?.state ?? "none").toBe("none");
  });

  it("what is printed for the next step can be typed as it stands", async () => {
    await node.waitFor(/\(1\).*: npm run -s kith -- echo$/m, START_TIMEOUT_MS);
    await node.waitFor(/\(2\).*: npm run -s kith -- join INVITE$/m, START_TIMEOUT_MS);
  });

  it("Echo finds the node, is among the contacts and sends back what is written", async () => {
    echo = run(kith, "echo", ...APART);
    await echo.waitFor(/Your node had no account.*\nEcho is in your contacts/, START_TIMEOUT_MS);
    const contacts = await askCommand<readonly Contact[]>(kith, "contacts");
    expect(contacts.map(({ name, relation }) => [name, relation])).toEqual([["Echo", "accepted"]]);
    expect(await runCommand(kith, "send", "Echo", "hi")).toMatchObject({ code: 0 });
    const replies = async () => (await readMessages(kith, "Echo")).filter((each) => !each.isOwn);
    await expect.poll(async () => (await replies()).map((each) => each.text), SOON).toEqual(["hi"]);
  });

  it("somebody else joins by an invite, which makes the account, and gets a reply too", async () => {
    const folder = join(clone.home, "someone else");
    const other = { ...kith, env: { ...clone.env, KITH_DATA: folder } };
    const running = run({ ...npmStart, env: other.env }, ...START);
    await running.waitFor(/^ready$/m, START_TIMEOUT_MS);
    const echoFolder = join(clone.home, ".local", "share", "kith-echo");
    const invite = await askCommand<{ text: string }>(kith, "invite", "--data", echoFolder);
    const joined = await runCommand(other, "join", invite.text);
    expect(joined).toMatchObject({ code: 0, stderr: expect.stringContaining("Made an account on this device") });
    const [contact] = await askCommand<readonly Contact[]>(other, "contacts");
    expect(await runCommand(other, "send", contact?.account ?? "", "hi from me too")).toMatchObject({ code: 0 });
    const received = async () => (await readMessages(other)).map((each) => each.text);
    await expect.poll(received, SOON).toEqual(["hi from me too"]);
    await running.terminate();
    await expect.poll(() => running.isAnythingLeft, SOON).toBe(false);
  });

  it("SIGTERM to npm start ends the node in good order and leaves no process", async () => {
    const { stdout } = await node.terminate();
    expect(stdout).toContain("Stopping");
    await expect.poll(() => node.isAnythingLeft, SOON).toBe(false);
    expect(await runCommand(kith, "status")).toMatchObject({ code: 3 });
  });

  it("a second start is quick, sets up nothing again, and ends with 0 although its whole group is told to end", async () => {
    const direct = { ...npmStart, command: ["node", "scripts/run.mjs", "packages/node/dist/program/kith.js", "start"] };
    const startedMs = performance.now();
    const second = run(direct, ...START);
    await second.waitFor(/^ready$/m, START_TIMEOUT_MS);
    process.stdout.write(`second start ready after ${Math.round(performance.now() - startedMs)} ms\n`);
    await second.waitFor(/^Your invite kith:i\//m, START_TIMEOUT_MS);
    expect(await second.terminateAll()).toMatchObject({ code: 0, signal: null, stderr: "" });
    expect(second.isAnythingLeft).toBe(false);
    await access(join(clone.home, ".local", "share", "kith"));
  });
});
