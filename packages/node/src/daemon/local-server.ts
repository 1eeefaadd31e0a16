/** A web server on loopback alone, bounded in connections and in the time a request may take. */
import { createServer, type Server } from "node:http";
import { isSystemError, NodeError } from "../config/node-error.ts";
import { PAGE_HOST } from "./page-names.ts";

const REQUEST_TIMEOUT_MS = 5000;
const MAX_CONNECTIONS = 64;

/** A server that does not listen yet. */
export function createLocalServer(): Server {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS });
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

/** Binds a port of loopback, 0 for any. @throws NodeError PORT_BUSY. */
export async function listenLocally(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      if (!isSystemError(cause, "EADDRINUSE", "EACCES")) reject(cause);
      else reject(new NodeError("PORT_BUSY", `port ${port} for the local page is used by another program`, { cause }));
    });
    server.listen({ host: PAGE_HOST, port }, resolve);
  });
}

/** The bound port; 0 before it listens. */
export function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Ends the server and every connection it has. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
