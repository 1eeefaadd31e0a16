/** The relay and the directory node as services over the engine's ports. */
export type { DirectoryService } from "./directory-contract.ts";
export { createDirectoryService } from "./directory-service.ts";
export { GossipDesk } from "./gossip-desk.ts";
export type { RelayHealth, RelayMetrics } from "./metrics.ts";
export type { RelayLimits } from "./relay-limits.ts";
export { createRelayService, type RelayService } from "./relay-service.ts";
