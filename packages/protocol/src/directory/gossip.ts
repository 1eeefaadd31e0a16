/**
 * What directory nodes tell each other unasked, on the topic of chain heads: an account as it was published, and the proof
 * that one showed two histories. Both prove themselves, so it does not matter from whom they come.
 * @see docs/spec/04-directory.md, "Gossip"
 */
import { bytes, type DecodeError, decodeAs, encodeAs, field, record, type Shape, union } from "../codec/schema.ts";
import { MAX_CHAIN_BYTES, MAX_CLAIM_BYTES, MAX_EQUIVOCATION_BYTES } from "../limits.ts";
import type { Result } from "../result.ts";

/** One note. `record` is an account record with its claim and without cards. */
export type GossipNote =
  | { readonly type: "account"; readonly record: Uint8Array }
  | { readonly type: "equivocation"; readonly proof: Uint8Array };

/** An account record without cards: claim, chain, their headers. */
const MAX_RECORD_BYTES: number = MAX_CHAIN_BYTES + MAX_CLAIM_BYTES + 512;

/** One note with its headers, in bytes. */
export const MAX_NOTE_BYTES: number = MAX_RECORD_BYTES + 16;

const noteShape: Shape<GossipNote> = union<GossipNote>({
  account: [1, record<{ readonly record: Uint8Array }>({ record: field(1, bytes(1, MAX_RECORD_BYTES)) })],
  equivocation: [2, record<{ readonly proof: Uint8Array }>({ proof: field(1, bytes(1, MAX_EQUIVOCATION_BYTES)) })],
});

/** Writes a note. @throws RangeError over a limit. */
export function encodeGossipNote(note: GossipNote): Uint8Array {
  return encodeAs(noteShape, note);
}

/** Reads a note of at most 25.5 KiB; checks nothing but form and sizes. */
export function decodeGossipNote(encoded: Uint8Array): Result<GossipNote, DecodeError> {
  return decodeAs(noteShape, encoded, MAX_NOTE_BYTES);
}
