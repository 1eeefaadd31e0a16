/** The relay and the directory node as services over the engine's ports. */
export { createDirectoryService, type DirectoryService } from "./directory-service.ts";
export type { RelayHealth, RelayMetrics } from "./metrics.ts";
export type { RelayLimits } from "./relay-limits.ts";
export { createRelayService, type RelayService } from "./relay-service.ts";
