/** Two network namespaces joined by one cable, as two machines on a local network. */
import { spawnSync } from "node:child_process";

/** One end of the cable. */
export interface Machine {
  readonly name: string;
  readonly address: string;
}

/** Two machines and what takes them away. */
export interface Lan {
  readonly machines: readonly [Machine, Machine];
  remove(): void;
}

function ip(...args: readonly string[]): { readonly ok: boolean; readonly text: string } {
  const run = spawnSync("ip", args, { encoding: "utf8" });
  return { ok: run.status === 0, text: run.error?.message ?? run.stderr.trim() };
}

/** Why this machine cannot have namespaces; null when it can. */
export function whyNoNamespaces(): string | null {
  if (process.platform !== "linux") return "network namespaces exist on Linux only";
  if (process.getuid?.() !== 0) return "making network namespaces needs root";
  const probe = `kith-probe-${process.pid}`;
  const made = ip("netns", "add", probe);
  if (!made.ok) return `ip netns add failed: ${made.text}`;
  ip("netns", "del", probe);
  return null;
}

/**
 * Makes two namespaces joined by a veth pair.
 * @throws Error when one of the steps fails; what was made is removed.
 */
export function makeLan(): Lan {
  const machines = ["a", "b"].map((end, i) => ({
    name: `kith-${process.pid}-${end}`,
    address: `192.168.77.${i + 1}`,
  })) as [Machine, Machine];
  const remove = () => {
    for (const machine of machines) ip("netns", "del", machine.name);
  };
  const step = (...args: readonly string[]) => {
    const run = ip(...args);
    if (run.ok) return;
    remove();
    throw new Error(`ip ${args.join(" ")}: ${run.text}`);
  };
  const [a, b] = machines;
  for (const machine of machines) step("netns", "add", machine.name);
  step("link", "add", "kith0", "netns", a.name, "type", "veth", "peer", "name", "kith0", "netns", b.name);
  for (const { name, address } of machines) {
    step("-n", name, "addr", "add", `${address}/24`, "dev", "kith0");
    step("-n", name, "link", "set", "lo", "up");
    step("-n", name, "link", "set", "kith0", "up");
    step("-n", name, "route", "add", "default", "dev", "kith0");
  }
  return { machines, remove };
}
