/** What all nodes of a simulated network agree on. */
import { DEFAULT_NETWORK_PARAMETERS, type NetworkParameters } from "@kith/client";
import type { NetId } from "@kith/protocol";

/** The main network's parameters with work that costs nothing, and shorter longest waits. */
export const SIM_PARAMETERS: NetworkParameters = Object.freeze({
  ...DEFAULT_NETWORK_PARAMETERS,
  netId: "sim" as NetId,
  claimBits: 4,
  receiptDelayMs: 5000,
  retryMaxMs: 10 * 60_000,
  queueLifeMs: 3 * 60_000,
  queueMessages: 6,
  queueDrainMs: 2 * 60_000,
});
