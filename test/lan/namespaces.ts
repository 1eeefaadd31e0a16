/** Network namespaces on one switch, as machines on a local network that leads nowhere else. */
import { spawnSync } from "node:child_process";

/** One machine on the network. */
export interface Machine {
  readonly name: string;
  readonly address: string;
}

/** Machines and what takes them away. */
export interface Lan {
  readonly machines: readonly Machine[];
  remove(): void;
}

function ip(...args: readonly string[]): { readonly ok: boolean; readonly text: string } {
  const run = spawnSync("ip", args, { encoding: "utf8" });
  return { ok: run.status === 0, text: run.error?.message ?? run.stderr.trim() };
}

/** Why this machine cannot have namespaces and a switch; null when it can. */
export function whyNoNamespaces(): string | null {
  if (process.platform !== "linux") return "network namespaces exist on Linux only";
  if (process.getuid?.() !== 0) return "making network namespaces needs root";
  const probe = `kith-${process.pid}-probe`;
  const made = ip("netns", "add", probe);
  if (!made.ok) return `ip netns add failed: ${made.text}`;
  const bridged = ip("-n", probe, "link", "add", "switch", "type", "bridge");
  ip("netns", "del", probe);
  return bridged.ok ? null : `ip link add type bridge failed: ${bridged.text}`;
}

/**
 * Makes namespaces whose cables end in one bridge, which has a namespace of its own.
 * @throws Error when one of the steps fails; what was made is removed.
 */
export function makeLan(machineCount: number): Lan {
  const hub = `kith-${process.pid}-switch`;
  const machines = Array.from({ length: machineCount }, (_, i) => ({
    name: `kith-${process.pid}-${i + 1}`,
    address: `192.168.77.${i + 1}`,
  }));
  const remove = () => {
    for (const name of [hub, ...machines.map((machine) => machine.name)]) ip("netns", "del", name);
  };
  const step = (...args: readonly string[]) => {
    const run = ip(...args);
    if (run.ok) return;
    remove();
    throw new Error(`ip ${args.join(" ")}: ${run.text}`);
  };
  step("netns", "add", hub);
  step("-n", hub, "link", "add", "switch", "type", "bridge");
  step("-n", hub, "link", "set", "switch", "up");
  for (const [i, { name, address }] of machines.entries()) {
    step("netns", "add", name);
    step("link", "add", "kith0", "netns", name, "type", "veth", "peer", "name", `port${i}`, "netns", hub);
    step("-n", hub, "link", "set", `port${i}`, "master", "switch", "up");
    step("-n", name, "addr", "add", `${address}/24`, "dev", "kith0");
    step("-n", name, "link", "set", "lo", "up");
    step("-n", name, "link", "set", "kith0", "up");
    step("-n", name, "route", "add", "default", "dev", "kith0");
  }
  return { machines, remove };
}
