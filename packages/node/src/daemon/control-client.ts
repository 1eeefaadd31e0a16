/** Reaches the running node of a data folder. */
import { connect, type Socket } from "node:net";
import { connectClient, MAX_ANSWER_LINE_BYTES, type Methods, type RpcClient } from "@kith/client";
import { isSystemError, NodeError } from "../config/node-error.ts";
import { controlPath, refuseForeignFolder } from "./control-path.ts";
import type { FileMethods } from "./file-methods.ts";
import type { NodeMethods, PageMethods } from "./node-methods.ts";
import { createSocketCarrier } from "./socket-carrier.ts";

type TerminalMethods = Methods & NodeMethods & PageMethods & FileMethods;

/** The engine and the node behind a control socket. */
export type NodeClient = RpcClient<TerminalMethods>;

const CONNECT_TIMEOUT_MS = 5000;

/** Connects to the node of a data folder. @throws NodeError NO_NODE when none is running. */
export async function connectNode(dataFolder: string): Promise<NodeClient> {
  const place = controlPath(dataFolder);
  await refuseForeignFolder(place);
  const socket = await openSocket(place.path);
  if (socket === null) throw new NodeError("NO_NODE", `no node is running for ${dataFolder}`);
  return connectClient<TerminalMethods>(createSocketCarrier(socket, MAX_ANSWER_LINE_BYTES));
}

/** Whether somebody listens on a control socket. */
export async function isAnswering(path: string): Promise<boolean> {
  const socket = await openSocket(path);
  socket?.destroy();
  return socket !== null;
}

/** A connected socket, or null when nobody listens there. */
function openSocket(path: string): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy(new NodeError("NO_NODE", "the node does not answer")));
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.removeAllListeners();
      resolve(socket);
    });
    socket.once("error", (error) => {
      if (isSystemError(error, "ENOENT", "ECONNREFUSED", "ENOTSOCK", "ENOTDIR")) resolve(null);
      else reject(toNodeError(error));
    });
  });
}

function toNodeError(cause: Error): NodeError {
  if (cause instanceof NodeError) return cause;
  const { code = "unknown" } = cause as NodeJS.ErrnoException;
  return new NodeError("DATA_FOLDER", `the control socket cannot be opened (${code})`, { cause });
}
