/** Methods of the node itself, beside the engine's, in the same kind of table. */
import { createService, type MethodTable, paramsSchema, type Service } from "@kith/client";
import { boolean } from "valibot";
import type { DoctorCheck, NodeStatus, RunningNode } from "./node-contract.ts";
import type { PageServer } from "./page-server.ts";

/** No parameters. */
export interface NoNodeParams {
  readonly [never: string]: never;
}

/** Parameters and results of the node's methods. */
export interface NodeMethods {
  "node.status": { params: NoNodeParams; result: NodeStatus };
  "node.doctor": { params: NoNodeParams; result: readonly DoctorCheck[] };
  /** Answers, then ends the process. */
  "node.stop": { params: NoNodeParams; result: { isStopping: boolean } };
}

/** Schemas of the node's methods. */
export const nodeMethods: MethodTable<NodeMethods> = {
  "node.status": paramsSchema<NoNodeParams>({}),
  "node.doctor": paramsSchema<NoNodeParams>({}),
  "node.stop": paramsSchema<NoNodeParams>({}),
};

/** The node's methods over a running node. @param requestStop begins the end of the process; called once answered. */
export function createNodeService(node: Pick<RunningNode, "status" | "doctor">, requestStop: () => void): Service {
  return createService<NodeMethods>(nodeMethods, {
    "node.status": () => node.status(),
    "node.doctor": () => node.doctor(),
    "node.stop": async () => {
      // The answer leaves first: the end of the process closes every connection.
      setImmediate(requestStop);
      return { isStopping: true };
    },
  });
}

/** Methods for the terminal alone: a page does not get the owner's token by its connection. */
export interface PageMethods {
  /** The link of the local page with the owner's token, a new one if asked for; null when there is no page. */
  "node.page": { params: { renew: boolean }; result: { url: string | null } };
}

/** Schemas of the terminal's methods. */
export const pageMethods: MethodTable<PageMethods> = {
  "node.page": paramsSchema<PageMethods["node.page"]["params"]>({ renew: boolean() }),
};

/** The terminal's methods over the page of a node. @param findPage null while there is none. */
export function createPageService(findPage: () => Pick<PageServer, "link" | "renewToken"> | null): Service {
  return createService<PageMethods>(pageMethods, {
    "node.page": async ({ renew }) => {
      const page = findPage();
      if (renew) await page?.renewToken();
      return { url: page?.link ?? null };
    },
  });
}
