/** The relay and the directory node as services over the engine's ports. */
export { DEFAULT_DIRECTORY_LIMITS, type DirectoryLimits } from "./directory-limits.ts";
export { createDirectoryService, type DirectoryService, type DirectoryServiceOptions } from "./directory-service.ts";
export type { RelayMetrics } from "./metrics.ts";
export { DEFAULT_RELAY_LIMITS, type RelayLimits } from "./relay-limits.ts";
export { createRelayService, type RelayService, type RelayServiceOptions } from "./relay-service.ts";
