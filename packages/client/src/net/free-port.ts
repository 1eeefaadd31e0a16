/** Finds free ports before libp2p binds them, because its errors do not say which address was busy. */
import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { hostOf } from "./addresses.ts";
import { isKeptFor } from "./kept-socket.ts";

/** How many ports above a busy one are tried. */
const MAX_PORT_STEPS = 20;

type Kind = "tcp" | "udp";

/**
 * The listen addresses with every busy port replaced by the next free one; port 0 stays, the system chooses it.
 * @throws Error when the twenty ports above one are busy too.
 */
export async function withFreePorts(listen: readonly string[]): Promise<readonly string[]> {
  const taken = new Set<string>();
  const result: string[] = [];
  for (const address of listen) result.push(await withFreePort(address, taken));
  return result;
}

async function withFreePort(address: string, taken: Set<string>): Promise<string> {
  const match = /^(.*\/)(tcp|udp)\/(\d+)(.*)$/.exec(address);
  const host = hostOf(address);
  if (match === null || host === null || Number(match[3]) === 0) return address;
  const [, before, kind, wanted, after] = match;
  for (let port = Number(wanted); port <= Math.min(65_535, Number(wanted) + MAX_PORT_STEPS); port++) {
    const key = `${kind} ${port}`;
    if (taken.has(key) || !(await isFree(kind as Kind, host, port))) continue;
    taken.add(key);
    return `${before}${kind}/${port}${after}`;
  }
  throw new Error(`no free ${kind} port from ${wanted} on, ${MAX_PORT_STEPS} were tried`);
}

function isFree(kind: Kind, host: string, port: number): Promise<boolean> {
  if (kind === "tcp") return isFreeTcp(host, port);
  return isKeptFor(host, port) ? Promise.resolve(true) : isFreeUdp(host, port);
}

function isFreeTcp(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(!isBusy(error)));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function isFreeUdp(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
    socket.once("error", (error: NodeJS.ErrnoException) => {
      socket.close();
      resolve(!isBusy(error));
    });
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve(true)));
  });
}

// Any other failure (no such address, no right to the port) would repeat on the next port: libp2p shall report it.
function isBusy(error: NodeJS.ErrnoException): boolean {
  return error.code === "EADDRINUSE";
}
