/** What every node of one network must agree on, and what each may set for itself. */
import type { NetId, RelayRef } from "@kith/protocol";

/** Parameters of one network; local and test networks use smaller work, printed when overridden. */
export interface NetworkParameters {
  readonly netId: NetId;
  /** Leading zero bits a handle claim must show. */
  readonly claimBits: number;
  /** Longest wait in ms before delivery receipts go out over relays, batched; 0 sends them at once. */
  readonly receiptDelayMs: number;
  /** How long a direct dial may take before relays are used instead, in ms. */
  readonly directTimeoutMs: number;
  /** First and longest wait between tries of the outbox, in ms. */
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
  /** When a device replaces a queue that is used: after so many ms, or so many messages. */
  readonly queueLifeMs: number;
  readonly queueMessages: number;
  /** How long after its sender left it an empty queue is still read, in ms: what was under way arrives. */
  readonly queueDrainMs: number;
  /** Relays everyone may start from; may be empty. */
  readonly seedRelays: readonly RelayRef[];
}

/** The parameters of the main network. */
export const DEFAULT_NETWORK_PARAMETERS: NetworkParameters = Object.freeze({
  netId: "main" as NetId,
  claimBits: 22,
  receiptDelayMs: 30_000,
  directTimeoutMs: 4000,
  retryFirstMs: 5000,
  retryMaxMs: 6 * 3600 * 1000,
  queueLifeMs: 30 * 24 * 3600 * 1000,
  queueMessages: 10_000,
  queueDrainMs: 3600 * 1000,
  seedRelays: Object.freeze([]),
});
