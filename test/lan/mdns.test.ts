import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { type Lan, type Machine, makeLan, whyNoNamespaces } from "./namespaces.ts";

const PEER = fileURLToPath(new URL("./peer.ts", import.meta.url));

interface Report {
  readonly self?: { readonly relay: string; readonly addresses: readonly string[] };
  readonly peer?: string;
  readonly addresses?: readonly string[];
  readonly answered?: boolean;
  readonly warning?: string;
}

const reason = whyNoNamespaces();
// A machine without namespaces says so: a run that tested nothing must not look like one that passed.
if (reason !== null) process.stderr.write(`local network test skipped: ${reason}\n`);

describe.skipIf(reason !== null)(`local network${reason === null ? "" : ` (skipped: ${reason})`}`, () => {
  const children: ChildProcess[] = [];
  let lan: Lan | null = null;

  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    lan?.remove();
    lan = null;
  });

  function startPeer(machine: Machine): { readonly reports: Report[]; readonly met: Promise<Report> } {
    const args = ["netns", "exec", machine.name, process.execPath, "--conditions=source", PEER];
    const child = spawn("ip", args, { stdio: ["pipe", "pipe", "inherit"] });
    children.push(child);
    const reports: Report[] = [];
    const met = new Promise<Report>((resolve, reject) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        const report = JSON.parse(line) as Report;
        reports.push(report);
        if (report.peer !== undefined) resolve(report);
      });
      child.on("exit", (code) => reject(new Error(`the peer ended with ${code} after ${JSON.stringify(reports)}`)));
    });
    return { reports, met };
  }

  it("two machines that know nothing of each other meet by mDNS and open a channel", async () => {
    const made = makeLan(2);
    lan = made;
    const peers = made.machines.map(startPeer);
    const met = await Promise.all(peers.map((peer) => peer.met));
    const selves = peers.map((peer) => peer.reports.find((report) => report.self !== undefined)?.self);
    for (const [i, report] of met.entries()) {
      const other = 1 - i;
      expect(report).toMatchObject({ peer: selves[other]?.relay, answered: true });
      expect(report.addresses?.join()).toContain(made.machines[other]?.address);
      expect(report.addresses?.join()).not.toContain("127.0.0.1");
    }
    expect(peers.flatMap((peer) => peer.reports).filter((report) => report.warning !== undefined)).toEqual([]);
  });
});
