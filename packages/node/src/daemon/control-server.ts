/**
 * The control socket: JSON-RPC for the person who owns the node, and for nobody else.
 * Its folder and the socket itself are the owner's alone; that is what admits a caller.
 */
import { chmod, mkdir, unlink } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { type LineCarrier, MAX_REQUEST_LINE_BYTES } from "@kith/client";
import { isSystemError, NodeError } from "../config/node-error.ts";
import { isAnswering } from "./control-client.ts";
import { type ControlPath, controlPath, refuseForeignFolder } from "./control-path.ts";
import { createSocketCarrier } from "./socket-carrier.ts";

/** Connections at once; each terminal window and bot needs one. */
const MAX_CONNECTIONS = 64;

/** A listening control socket. */
export interface ControlServer {
  readonly path: string;
  /** Ends all connections and removes the socket. */
  close(): Promise<void>;
}

/**
 * Listens for one data folder; `serve` gets every new connection. A socket file that nobody answers on is what a
 * killed node leaves behind, and is replaced.
 * @throws NodeError NODE_RUNNING when a node of this folder answers, DATA_FOLDER when the socket cannot be made.
 */
export async function listenForControl(
  dataFolder: string,
  serve: (carrier: LineCarrier) => void,
): Promise<ControlServer> {
  const place = controlPath(dataFolder);
  await refuseForeignFolder(place);
  if (await isAnswering(place.path)) {
    throw new NodeError("NODE_RUNNING", `a node is already running for ${dataFolder}`);
  }
  await preparePlace(place);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    serve(createSocketCarrier(socket, MAX_REQUEST_LINE_BYTES));
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, place);
  return { path: place.path, close: () => closeServer(server, sockets) };
}

async function preparePlace(place: ControlPath): Promise<void> {
  const { path, folder } = place;
  if (folder === null) return;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await refuseForeignFolder(place);
  await chmod(folder, 0o700);
  try {
    await unlink(path);
  } catch (error) {
    if (!isSystemError(error, "ENOENT")) throw error;
  }
}

async function listen(server: Server, { path, folder }: ControlPath): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      reject(new NodeError("DATA_FOLDER", `the control socket ${path} cannot be made (${cause.code})`, { cause }));
    });
    server.listen(path, resolve);
  });
  // Until here the folder alone keeps others out.
  if (folder !== null) await chmod(path, 0o600);
}

async function closeServer(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  for (const socket of sockets) socket.destroySoon();
  await closed;
}
