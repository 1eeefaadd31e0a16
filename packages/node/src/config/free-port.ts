/** Whether a port can be bound now. */
import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { isSystemError, NodeError } from "./node-error.ts";

/** The two ways a port is used. */
export type PortKind = "tcp" | "udp";

/**
 * False when another program has the port, or this user may not bind it.
 * @throws NodeError USAGE when the host is no address of this machine.
 */
export function isFreePort(kind: PortKind, host: string, port: number): Promise<boolean> {
  return kind === "tcp" ? isFreeTcp(host, port) : isFreeUdp(host, port);
}

function readBindError(error: unknown, resolve: (isFree: boolean) => void, reject: (error: unknown) => void): void {
  if (isSystemError(error, "EADDRINUSE", "EACCES")) resolve(false);
  else if (isSystemError(error, "EADDRNOTAVAIL", "ENOTFOUND", "EAFNOSUPPORT", "EINVAL")) {
    reject(new NodeError("USAGE", "the address to listen on is not one of this machine", { cause: error }));
  } else reject(error);
}

function isFreeTcp(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => readBindError(error, resolve, reject));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function isFreeUdp(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
    socket.once("error", (error) => {
      socket.close();
      readBindError(error, resolve, reject);
    });
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve(true)));
  });
}
