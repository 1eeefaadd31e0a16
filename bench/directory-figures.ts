/** What the processes of W5 tell. Times in ms, one figure a look-up. */
import type { WorkerMessage } from "./worker-process.ts";

/** What Kith's nodes took. */
export interface DirectoryFigures extends WorkerMessage {
  /** Until every node's table was filled. */
  readonly buildMs: number;
  /** Claims whose publication was found again. */
  readonly published: number;
  /** Start of a fresh client node until its table held somebody. */
  readonly joinMs: number[];
  readonly coldMs: number[];
  /** Walk and directory together. */
  readonly coldRequests: number[];
  readonly hops: number[];
  coldFound: number;
  /** Through a relay that was never asked for the handle, and once more through the same. */
  readonly firstMs: number[];
  readonly firstRequests: number[];
  readonly warmMs: number[];
  /** A node that is its own relay, for a handle that it was asked for before. */
  readonly ownMs: number[];
  readonly warmRequests: number[];
  warmFound: number;
  readonly rssBytesPerNode: number;
}

/** What hyperdht's nodes took: records looked up by fresh ephemeral nodes. */
export interface RivalFigures extends WorkerMessage {
  readonly buildMs: number;
  readonly joinMs: readonly number[];
  readonly coldMs: readonly number[];
  readonly coldRequests: readonly number[];
  readonly coldFound: number;
  readonly rssBytesPerNode: number;
}
