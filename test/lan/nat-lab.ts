/**
 * Homes, each behind a router of its own, and a public machine between them, in network namespaces. What the routers
 * do can be changed while everything runs: connections that are there stay.
 */
import { spawnSync } from "node:child_process";

/**
 * What a router lets through. open: everything, as if the machine had the public address · cone: what was asked for, under one
 * port for all · symmetric: what was asked for, under another port for each · blocked: as cone, and no UDP.
 */
export type Router = "open" | "cone" | "symmetric" | "blocked";

/** How bad a router's line is; everything left out is perfect. */
export interface Line {
  /** Of the packets that are let through, each way; 100 is a cut. */
  readonly lossPercent?: number;
  /** The most that goes each way; what comes faster waits up to 300 ms, then is lost. */
  readonly kbitPerSecond?: number;
}

/** Every kind. */
export const ROUTERS: readonly Router[] = ["open", "cone", "symmetric", "blocked"];

/** The public machine's address. */
export const PUBLIC_ADDRESS = "198.51.100.10";

/** One home: the namespaces of its machine and its router, and their addresses. */
export interface Home {
  readonly machine: string;
  readonly router: string;
  readonly address: string;
  readonly publicAddress: string;
}

/** Runs a program to its end. @throws Error with what it said. */
export function run(file: string, args: readonly string[], input?: string): string {
  const ended = spawnSync(file, args, { encoding: "utf8", ...(input === undefined ? {} : { input }) });
  if (ended.status === 0) return ended.stdout;
  throw new Error(`${file} ${args.join(" ")}: ${ended.error?.message ?? ended.stderr.trim()}`);
}

/** Why this machine cannot have routers; null when it can. */
export function whyNoRouters(): string | null {
  for (const [file, word] of [
    ["nft", "--version"],
    ["turnserver", "--version"],
    ["tcpdump", "--version"],
  ] as const) {
    if (spawnSync(file, [word]).error !== undefined) return `${file} is not installed`;
  }
  const name = `kith-${process.pid}-probe`;
  try {
    run("ip", ["netns", "add", name]);
    inside(name, "nft", ["-f", "-"], rulesOf("symmetric", "192.0.2.1", 0));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : "nft does not work";
  } finally {
    spawnSync("ip", ["netns", "del", name]);
  }
}

/** Why a router's line cannot be made narrow on this machine; null when it can. */
export function whyNoNarrowLine(): string | null {
  const name = `kith-${process.pid}-probe`;
  try {
    run("ip", ["netns", "add", name]);
    narrow(name, "lo", 256);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : "tc does not work";
  } finally {
    spawnSync("ip", ["netns", "del", name]);
  }
}

/** Lets a port of a namespace send no faster than that; as fast as it can without a number. */
function narrow(name: string, port: string, kbitPerSecond?: number): void {
  const slow = ["tbf", "rate", `${kbitPerSecond}kbit`, "burst", "4kb", "latency", "300ms"];
  const rule = kbitPerSecond === undefined ? ["pfifo"] : slow;
  inside(name, "tc", ["qdisc", "replace", "dev", port, "root", ...rule]);
}

/** Runs a program in a namespace. */
function inside(name: string, file: string, args: readonly string[], input?: string): string {
  return run("ip", ["netns", "exec", name, file, ...args], input);
}

/** The rules of a router. @param lossPercent as in `Line`. */
function rulesOf(kind: Router, machine: string, lossPercent: number): string {
  const loss = lossPercent >= 100 ? "drop" : lossPercent === 0 ? "" : `numgen random mod 100 < ${lossPercent} drop`;
  const inward = kind === "open" ? `iifname "wan" accept` : "";
  return `
flush ruleset
table ip nat {
  chain pre {
    type nat hook prerouting priority -100; policy accept;
    ${kind === "open" ? `iifname "wan" dnat to ${machine}` : ""}
  }
  chain post {
    type nat hook postrouting priority 100; policy accept;
    oifname "wan" masquerade ${kind === "symmetric" ? "random,fully-random" : ""}
  }
}
table ip filter {
  chain input {
    type filter hook input priority 0; policy accept;
    iifname "wan" ct state new drop
  }
  chain forward {
    type filter hook forward priority 0; policy drop;
    ${loss}
    ${kind === "blocked" ? "meta l4proto udp drop" : ""}
    ct state established,related accept
    iifname "lan" oifname "wan" accept
    ${inward}
  }
}
`;
}

/** The laboratory. */
export class NatLab {
  readonly homes: readonly Home[];
  /** The namespace of the public machine. */
  readonly publicMachine: string;
  readonly #hub: string;
  readonly #names: string[] = [];
  /** Of the lines of each home, in kbit/s, where they are narrow. */
  readonly #speeds = new Map<number, number | undefined>();

  private constructor(homeCount: number) {
    const name = (what: string): string => `kith-${process.pid}-${what}`;
    this.#hub = name("hub");
    this.publicMachine = name("public");
    const home = (at: number): Home => ({
      machine: name(`machine${at}`),
      router: name(`router${at}`),
      address: `10.${at}.0.2`,
      publicAddress: `198.51.100.${at}`,
    });
    this.homes = Array.from({ length: homeCount }, (_, at) => home(at + 1));
  }

  /** @param homeCount at most 9. @throws Error when a step fails; what was made is removed. */
  static make(homeCount: number): NatLab {
    const lab = new NatLab(homeCount);
    try {
      lab.#build();
      return lab;
    } catch (error) {
      lab.remove();
      throw error;
    }
  }

  /** Changes what a router does, from the next connection on, and its line at once. */
  setRouter(at: number, kind: Router, { lossPercent = 0, kbitPerSecond }: Line = {}): void {
    const { router, address } = this.home(at);
    inside(router, "nft", ["-f", "-"], rulesOf(kind, address, lossPercent));
    if (this.#speeds.get(at) === kbitPerSecond) return;
    for (const port of ["lan", "wan"]) narrow(router, port, kbitPerSecond);
    this.#speeds.set(at, kbitPerSecond);
  }

  /** Gives the machine of a home another address in its network; what was open from the one before is gone. */
  renumber(at: number, host: number): void {
    const { machine, address } = this.home(at);
    const network = address.replace(/\.\d+$/, "");
    run("ip", ["-n", machine, "addr", "flush", "dev", "eth0"]);
    run("ip", ["-n", machine, "addr", "add", `${network}.${host}/24`, "dev", "eth0"]);
    run("ip", ["-n", machine, "route", "add", "default", "via", `${network}.1`]);
  }

  home(at: number): Home {
    const home = this.homes[at];
    if (home === undefined) throw new RangeError(`there is no home ${at}`);
    return home;
  }

  /** The namespace of the switch between all, where `world` sees every packet between homes and the public machine. */
  get world(): string {
    return this.#hub;
  }

  remove(): void {
    for (const name of this.#names.splice(0)) spawnSync("ip", ["netns", "del", name]);
  }

  #build(): void {
    this.#space(this.#hub);
    run("ip", ["-n", this.#hub, "link", "add", "world", "type", "bridge"]);
    run("ip", ["-n", this.#hub, "link", "set", "world", "up"]);
    this.#space(this.publicMachine);
    this.#plug(this.publicMachine, "relay", PUBLIC_ADDRESS);
    for (const [at, home] of this.homes.entries()) {
      this.#space(home.machine);
      this.#space(home.router);
      this.#plug(home.router, `home${at}`, home.publicAddress);
      this.#wire(home);
      this.setRouter(at, "cone");
    }
  }

  #space(name: string): void {
    run("ip", ["netns", "add", name]);
    this.#names.push(name);
    // An address that is ready a second later is a change of network to a browser, which then breaks off what it loads.
    inside(name, "sysctl", ["-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1"]);
    run("ip", ["-n", name, "link", "set", "lo", "up"]);
  }

  #plug(name: string, port: string, address: string): void {
    run("ip", ["link", "add", "wan", "netns", name, "type", "veth", "peer", "name", port, "netns", this.#hub]);
    run("ip", ["-n", this.#hub, "link", "set", port, "master", "world"]);
    run("ip", ["-n", this.#hub, "link", "set", port, "up"]);
    run("ip", ["-n", name, "addr", "add", `${address}/24`, "dev", "wan"]);
    run("ip", ["-n", name, "link", "set", "wan", "up"]);
  }

  #wire({ machine, router, address }: Home): void {
    const gateway = address.replace(/\.2$/, ".1");
    run("ip", ["link", "add", "eth0", "netns", machine, "type", "veth", "peer", "name", "lan", "netns", router]);
    run("ip", ["-n", machine, "addr", "add", `${address}/24`, "dev", "eth0"]);
    run("ip", ["-n", machine, "link", "set", "eth0", "up"]);
    run("ip", ["-n", router, "addr", "add", `${gateway}/24`, "dev", "lan"]);
    run("ip", ["-n", router, "link", "set", "lan", "up"]);
    run("ip", ["-n", machine, "route", "add", "default", "via", gateway]);
    inside(router, "sysctl", ["-qw", "net.ipv4.ip_forward=1"]);
  }
}
