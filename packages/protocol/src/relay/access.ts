/** What a stranger shows to be let in: work over a relay-bound target, or a registered invite. */
import { concat, uint32ToBytes, utf8 } from "../bytes.ts";
import { bytes, field, record, type Shape, union } from "../codec/schema.ts";
import type { RelayId } from "../ids.ts";

/** Proof of work (8-byte nonce), an invite's admit token (32 bytes), or nothing (the relay's own account). */
export type Access =
  | { readonly type: "none" }
  | { readonly type: "work"; readonly nonce: Uint8Array }
  | { readonly type: "admit"; readonly token: Uint8Array };

/** Codec shape of an access. */
export const accessShape: Shape<Access> = union<Access>({
  none: [0, record<object>({})],
  work: [1, record<{ nonce: Uint8Array }>({ nonce: field(1, bytes(8)) })],
  admit: [2, record<{ token: Uint8Array }>({ token: field(1, bytes(32)) })],
});

/** Operations that ask for work, by the number that enters the hash. */
export const WORK_OPERATIONS = { create: 4, boxGet: 12, bundleGet: 14, boxPut: 15 } as const;

/**
 * What work for one request is done over: relay, its random value of the day, operation and target.
 * @param target ids of the queues created, the box, or box ‖ SHA-256(request).
 * @see docs/spec/05-relay.md (Work)
 */
export function workTarget(
  relay: RelayId,
  dayValue: Uint8Array,
  operation: keyof typeof WORK_OPERATIONS,
  target: Uint8Array,
): Uint8Array {
  const name = utf8(relay);
  return concat(Uint8Array.of(name.length), name, dayValue, uint32ToBytes(WORK_OPERATIONS[operation]), target);
}
