/**
 * The states of the ML-KEM Braid, in the order in which one side passes through them. In each epoch one side offers a
 * key and the other answers with a ciphertext; then they change roles. Plain immutable data.
 * @see docs/spec/03-session.md (ML-KEM Braid, states)
 */
import type { Authenticator } from "./braid-authenticator.ts";
import type { IncomingChunks, OutgoingChunks } from "./erasure-code.ts";

interface InEpoch {
  /** The epoch being negotiated, from 1. */
  readonly epoch: number;
  readonly authenticator: Authenticator;
}

/** The side that offers a key. */
export type OfferingState =
  /** Nothing made yet: the key is made at the next send. */
  | (InEpoch & { readonly phase: "keys-unsampled" })
  /** Sends the header. */
  | (InEpoch & { readonly phase: "keys-sampled"; readonly seed: Uint8Array; readonly outgoing: OutgoingChunks })
  /** Sends the vector and collects the first part of the ciphertext. */
  | (InEpoch & {
      readonly phase: "header-sent";
      readonly seed: Uint8Array;
      readonly outgoing: OutgoingChunks;
      readonly incoming: IncomingChunks;
    })
  /** Sends the vector and says that the first part is there. */
  | (InEpoch & {
      readonly phase: "first-received";
      readonly seed: Uint8Array;
      readonly first: Uint8Array;
      readonly outgoing: OutgoingChunks;
    })
  /** The vector has arrived: collects the second part. */
  | (InEpoch & {
      readonly phase: "vector-sent";
      readonly seed: Uint8Array;
      readonly first: Uint8Array;
      readonly incoming: IncomingChunks;
    });

/** The side that answers with a ciphertext. */
export type AnsweringState =
  /** Collects the header. */
  | (InEpoch & { readonly phase: "no-header-received"; readonly incoming: IncomingChunks })
  /** Has the header; the first part is made at the next send. */
  | (InEpoch & { readonly phase: "header-received"; readonly header: Uint8Array })
  /** Sends the first part and collects the vector. */
  | (InEpoch & {
      readonly phase: "first-sampled";
      readonly header: Uint8Array;
      readonly randomness: Uint8Array;
      readonly outgoing: OutgoingChunks;
      readonly incoming: IncomingChunks;
    })
  /** Has the vector and goes on sending the first part. */
  | (InEpoch & {
      readonly phase: "vector-received";
      readonly header: Uint8Array;
      readonly randomness: Uint8Array;
      readonly vector: Uint8Array;
      readonly outgoing: OutgoingChunks;
    })
  /** The first part has arrived; collects the rest of the vector. */
  | (InEpoch & {
      readonly phase: "first-acknowledged";
      readonly header: Uint8Array;
      readonly randomness: Uint8Array;
      readonly first: Uint8Array;
      readonly incoming: IncomingChunks;
    })
  /** Sends the second part. */
  | (InEpoch & { readonly phase: "second-sampled"; readonly outgoing: OutgoingChunks });

/** One side of the braid. */
export type BraidState = OfferingState | AnsweringState;
