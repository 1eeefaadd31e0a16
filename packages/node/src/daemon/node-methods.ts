/** Methods of the node itself, beside the engine's, in the same kind of table. */
import { createService, type MethodTable, paramsSchema, type Service } from "@kith/client";
import type { DoctorCheck, NodeStatus, RunningNode } from "./node-contract.ts";

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
