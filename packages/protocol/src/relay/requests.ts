/**
 * What clients ask of a relay: `/kith/relay/1.0.0` requests, one canonical frame each.
 * Queue-side operations need an OPEN on the same channel first; the others carry an access.
 * @see docs/spec/05-relay.md
 */
import { bytes, field, list, oneOf, optional, record, type Shape, text, uint, union } from "../codec/schema.ts";
import {
  type BoxId,
  boxId,
  type EnvelopeId,
  envelopeId,
  type QueueId,
  queueId,
  type RelayId,
  relayId,
} from "../ids.ts";
import {
  ENVELOPE_CLASSES,
  MAX_ADDRESS_BYTES,
  MAX_ADDRESSES,
  MAX_BUNDLE_BYTES,
  MAX_CARD_BYTES,
  MAX_CHAIN_ENTRIES,
  MAX_ENTRY_BYTES,
  MAX_ENVELOPES_PER_FRAME,
  MAX_IDS_PER_FRAME,
  MAX_QUEUES_PER_FRAME,
  ONE_TIME_PREKEYS,
  REQUEST_BYTES,
} from "../limits.ts";
import type { OneTimePublicPrekey } from "../session/prekeys.ts";
import { type Access, accessShape } from "./access.ts";
import { oneTimePrekey } from "./bundle.ts";

/** A queue as its owner registers it: two unrelated ids and a MAC key for each side. */
export interface NewQueue {
  readonly receiveId: QueueId;
  readonly sendId: QueueId;
  /** 32 bytes, authenticates LIST, GET, ACK, SUB and DROP. */
  readonly ownerMacKey: Uint8Array;
  /** 32 bytes, authenticates PUT and the receipts. */
  readonly senderMacKey: Uint8Array;
}

/** One side of a queue (or the owner's side of a box) to open on this channel, with its 32-byte MAC. */
export interface QueueOpening {
  readonly side: "send" | "receive";
  readonly queue: QueueId;
  readonly mac: Uint8Array;
}

/** A stored envelope by position and id; both must match what the relay holds. */
export interface StoredRef {
  readonly seq: number;
  readonly id: EnvelopeId;
}

/** What a device leaves on a box relay. Absent parts stay as they are. */
export interface BundlePut {
  readonly box: BoxId;
  /** 32 bytes; the first PUT of a box fixes it. */
  readonly ownerMacKey: Uint8Array;
  readonly head?: Uint8Array | undefined;
  readonly chain?: readonly Uint8Array[] | undefined;
  readonly card?: Uint8Array | undefined;
  readonly oneTime?: readonly OneTimePublicPrekey[] | undefined;
  /** SHA-256 of admit tokens of open invites; replaces the list. */
  readonly admits?: readonly { readonly hash: Uint8Array; readonly expiresMs: number }[] | undefined;
  readonly access: Access;
}

/** Every request a relay answers. */
export type RelayRequest =
  | { readonly type: "info" }
  | { readonly type: "dialback"; readonly addresses: readonly string[] }
  | { readonly type: "relayGet"; readonly relay: RelayId }
  | { readonly type: "create"; readonly queues: readonly NewQueue[]; readonly access: Access }
  | { readonly type: "open"; readonly openings: readonly QueueOpening[] }
  | { readonly type: "put"; readonly items: readonly { readonly queue: QueueId; readonly envelope: Uint8Array }[] }
  | { readonly type: "list"; readonly queue: QueueId; readonly afterSeq: number; readonly max: number }
  | { readonly type: "get"; readonly queue: QueueId; readonly seqs: readonly number[] }
  | { readonly type: "ack"; readonly queue: QueueId; readonly items: readonly StoredRef[] }
  | { readonly type: "subscribe"; readonly queues: readonly QueueId[] }
  | { readonly type: "drop"; readonly queue: QueueId }
  | { readonly type: "boxGet"; readonly box: BoxId; readonly access: Access }
  | ({ readonly type: "bundlePut" } & BundlePut)
  | { readonly type: "bundleGet"; readonly box: BoxId; readonly access: Access }
  | { readonly type: "boxPut"; readonly box: BoxId; readonly request: Uint8Array; readonly access: Access };

type Body<K extends RelayRequest["type"]> = Omit<Extract<RelayRequest, { type: K }>, "type">;

/** The largest envelope, in bytes. */
export const MAX_ENVELOPE_BYTES: number = ENVELOPE_CLASSES[ENVELOPE_CLASSES.length - 1] as number;

const key32 = bytes(32);
const seq = uint();

const newQueue = record<NewQueue>({
  receiveId: field(1, queueId),
  sendId: field(2, queueId),
  ownerMacKey: field(3, key32),
  senderMacKey: field(4, key32),
});
const opening = record<QueueOpening>({
  side: field(1, oneOf<"send" | "receive">({ send: 0, receive: 1 })),
  queue: field(2, queueId),
  mac: field(3, key32),
});
const putItem = record<{ queue: QueueId; envelope: Uint8Array }>({
  queue: field(1, queueId),
  envelope: field(2, bytes(1, MAX_ENVELOPE_BYTES)),
});

/** Codec shape of a stored envelope's reference. */
export const storedRef: Shape<StoredRef> = record<StoredRef>({ seq: field(1, seq), id: field(2, envelopeId) });

const admit = record<{ hash: Uint8Array; expiresMs: number }>({ hash: field(1, key32), expiresMs: field(2, uint()) });

const bundlePut = record<Body<"bundlePut">>({
  box: field(1, boxId),
  ownerMacKey: field(2, key32),
  head: optional(3, bytes(1, MAX_BUNDLE_BYTES)),
  chain: optional(4, list(bytes(1, MAX_ENTRY_BYTES), MAX_CHAIN_ENTRIES, 1)),
  card: optional(5, bytes(1, MAX_CARD_BYTES)),
  oneTime: optional(6, list(oneTimePrekey, ONE_TIME_PREKEYS)),
  admits: optional(7, list(admit, 64)),
  access: field(8, accessShape),
});

/** Codec shape of relay requests; the tags are the operation numbers of the specification. */
export const relayRequest: Shape<RelayRequest> = union<RelayRequest>({
  info: [1, record<Body<"info">>({})],
  dialback: [2, record<Body<"dialback">>({ addresses: field(1, list(text(MAX_ADDRESS_BYTES), MAX_ADDRESSES, 1)) })],
  relayGet: [3, record<Body<"relayGet">>({ relay: field(1, relayId) })],
  create: [4, record<Body<"create">>({ queues: field(1, list(newQueue, 64, 1)), access: field(2, accessShape) })],
  open: [5, record<Body<"open">>({ openings: field(1, list(opening, MAX_QUEUES_PER_FRAME, 1)) })],
  put: [6, record<Body<"put">>({ items: field(1, list(putItem, MAX_ENVELOPES_PER_FRAME, 1)) })],
  list: [
    7,
    record<Body<"list">>({
      queue: field(1, queueId),
      afterSeq: field(2, seq),
      max: field(3, uint(MAX_IDS_PER_FRAME)),
    }),
  ],
  get: [8, record<Body<"get">>({ queue: field(1, queueId), seqs: field(2, list(seq, MAX_ENVELOPES_PER_FRAME, 1)) })],
  ack: [9, record<Body<"ack">>({ queue: field(1, queueId), items: field(2, list(storedRef, MAX_IDS_PER_FRAME, 1)) })],
  subscribe: [10, record<Body<"subscribe">>({ queues: field(1, list(queueId, MAX_QUEUES_PER_FRAME, 1)) })],
  drop: [11, record<Body<"drop">>({ queue: field(1, queueId) })],
  boxGet: [12, record<Body<"boxGet">>({ box: field(1, boxId), access: field(2, accessShape) })],
  bundlePut: [13, bundlePut],
  bundleGet: [14, record<Body<"bundleGet">>({ box: field(1, boxId), access: field(2, accessShape) })],
  boxPut: [
    15,
    record<Body<"boxPut">>({
      box: field(1, boxId),
      request: field(2, bytes(REQUEST_BYTES)),
      access: field(3, accessShape),
    }),
  ],
});
