/** A directory node from outside: what it is made of, and what it does. */
import type { Acceptor, Clock, Network, Routing, Store } from "@kith/client";
import type { CryptoSuite, NetId, RandomBytes, RelayId } from "@kith/protocol";
import type { DirectoryLimits } from "./directory-limits.ts";

/** What a directory node is made of. */
export interface DirectoryServiceOptions {
  readonly relay: RelayId;
  /** 32-byte Ed25519 seed of the node's PeerId; signs receipts. */
  readonly signingSeed: Uint8Array;
  /** Kept apart from the queues. */
  readonly store: Store;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly suite: CryptoSuite;
  readonly network: Network;
  readonly routing: Routing;
  /** What the network agreed on. */
  readonly parameters: { readonly netId: NetId; readonly claimBits: number };
  readonly limits?: Partial<DirectoryLimits>;
  /** Told of each account that is seen to show two histories for the first time, with the proof. */
  readonly onProof?: (proof: Uint8Array) => void;
  /** Told of each record when it is published or published again. */
  readonly onPublish?: (record: Uint8Array) => void;
  /** Told of failures that are ours: a store that refuses, a bug. */
  readonly onError?: (error: unknown) => void;
}

/** A running directory node. */
export interface DirectoryService {
  /** Serves the protocol "directory". Requests before `start` has ended are answered with `busy`. */
  readonly acceptor: Acceptor;
  /**
   * Takes the proof that an account showed two histories; true when it is good, speaks against a chain that was seen
   * here, and says something new.
   */
  accuse(proof: Uint8Array): Promise<boolean>;
  /** Takes an account record that another node published: `accept` when it is good, `ignore` when it came lately. */
  hear(record: Uint8Array): Promise<"accept" | "ignore" | "reject">;
  start(): Promise<void>;
  /** Ends timers; the store is the caller's to close. */
  stop(): void;
}
