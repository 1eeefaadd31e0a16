/** libp2p's logger, silent: what matters comes as errors and events. */
import type { ComponentLogger, Logger } from "@libp2p/interface";

const ignore = (): void => undefined;
const silent: Logger = Object.assign(ignore, { enabled: false, error: ignore, trace: ignore, newScope: () => silent });

/** Says nothing. */
export const noLogger: ComponentLogger = { forComponent: () => silent };
