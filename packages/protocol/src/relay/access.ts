/** What a stranger shows to be let in: work over a relay-bound target, or a registered invite. */
import { concat, fromHex, uint32ToBytes, uint64ToBytes, utf8 } from "../bytes.ts";
import { bytes, field, record, type Shape, union } from "../codec/schema.ts";
import type { BoxId, QueueId, RelayId } from "../ids.ts";

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

/** Operations that ask for work, by the number that enters the hash. The first `bundlePut` of a box asks for it. */
export const WORK_OPERATIONS = {
  create: 4,
  boxGet: 12,
  bundlePut: 13,
  bundleGet: 14,
  boxPut: 15,
  blobCreate: 48,
} as const;

/** What a stranger works for. */
export type WorkSubject =
  | {
      readonly operation: "create";
      readonly queues: readonly { readonly receiveId: QueueId; readonly sendId: QueueId }[];
    }
  | { readonly operation: "boxGet" | "bundlePut" | "bundleGet"; readonly box: BoxId }
  /** `space`: hex of the 16-byte id of a blob space. */
  | { readonly operation: "blobCreate"; readonly space: string; readonly sizeBytes: number }
  /** `requestHash`: SHA-256 of the sealed request. */
  | { readonly operation: "boxPut"; readonly box: BoxId; readonly requestHash: Uint8Array };

/** Ids in the order of the request: receive id then send id of each queue, the box, or the space and its size. */
function subjectBytes(subject: WorkSubject): Uint8Array {
  if (subject.operation === "create") {
    return concat(...subject.queues.flatMap(({ receiveId, sendId }) => [fromHex(receiveId), fromHex(sendId)]));
  }
  if (subject.operation === "blobCreate") return concat(fromHex(subject.space), uint64ToBytes(subject.sizeBytes));
  const box = fromHex(subject.box);
  return subject.operation === "boxPut" ? concat(box, subject.requestHash) : box;
}

/**
 * The data that work for one request is done over, under the label `LABELS.relayWork`: relay, its random value of the
 * day, operation and subject.
 * @see docs/spec/05-relay.md (Work)
 */
export function workTarget(relay: RelayId, dayValue: Uint8Array, subject: WorkSubject): Uint8Array {
  const name = utf8(relay);
  const operation = uint32ToBytes(WORK_OPERATIONS[subject.operation]);
  return concat(Uint8Array.of(name.length), name, dayValue, operation, subjectBytes(subject));
}
