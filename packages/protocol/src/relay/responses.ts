/** What a relay answers, and what it pushes to subscribers. One answer frame for each request frame. */
import { bool, bytes, field, list, oneOf, optional, record, type Shape, uint, union } from "../codec/schema.ts";
import { envelopeId, type QueueId, queueId } from "../ids.ts";
import {
  MAX_ADDRESSES,
  MAX_BUNDLE_BYTES,
  MAX_CARD_BYTES,
  MAX_CHAIN_ENTRIES,
  MAX_ENTRY_BYTES,
  MAX_ENVELOPES_PER_FRAME,
  MAX_IDS_PER_FRAME,
  MAX_QUEUES_PER_FRAME,
} from "../limits.ts";
import type { OneTimePublicPrekey } from "../session/prekeys.ts";
import { oneTimePrekey } from "./bundle.ts";
import { MAX_ENVELOPE_BYTES, type StoredRef } from "./requests.ts";

/**
 * Why a relay refuses. A wrong MAC and a queue that does not exist give the same `unknown-queue`, so that ids cannot
 * be probed.
 */
export type RelayErrorCode =
  | "malformed"
  | "unsupported"
  | "unknown-queue"
  | "not-open"
  | "queue-full"
  | "relay-full"
  | "work-needed"
  | "spent"
  | "too-large"
  | "rate-limited"
  | "busy"
  | "degraded";

/** Codec shape of the relay's error codes. */
export const relayErrorCode: Shape<RelayErrorCode> = oneOf<RelayErrorCode>({
  malformed: 1,
  unsupported: 2,
  "unknown-queue": 3,
  "not-open": 4,
  "queue-full": 5,
  "relay-full": 6,
  "work-needed": 7,
  spent: 8,
  "too-large": 9,
  "rate-limited": 10,
  busy: 11,
  degraded: 12,
});

/** Work factors in leading zero bits. */
export interface WorkBits {
  readonly create: number;
  readonly bundleGet: number;
  readonly boxPut: number;
}

/** What a relay says of itself on a channel. */
export interface RelayInfo {
  /** 32 bytes, fresh for each channel; enters each OPEN. */
  readonly channelNonce: Uint8Array;
  /** 16 bytes, the same for a day; enters each proof of work. */
  readonly dayValue: Uint8Array;
  readonly work: WorkBits;
  /** The relay's clock, Unix ms. */
  readonly nowMs: number;
  /** This relay's own signed address record, when it has public addresses. */
  readonly relayRecord?: Uint8Array | undefined;
}

/** How one envelope of a PUT ended; `mac` (32 bytes) is the receipt and is there exactly when stored. */
export interface PutOutcome {
  readonly error?: RelayErrorCode | undefined;
  readonly mac?: Uint8Array | undefined;
}

/** How one queue of an OPEN or SUB ended. */
export interface QueueOutcome {
  readonly queue: QueueId;
  readonly error?: RelayErrorCode | undefined;
  /** Envelopes waiting; receive side only. */
  readonly waiting?: number | undefined;
  /** Envelopes the relay lost to damage of its store; the outboxes refill them. */
  readonly missing?: number | undefined;
}

/** A stored envelope on its way to the owner; age by the relay's clock. */
export interface Delivery {
  readonly seq: number;
  readonly ageMs: number;
  readonly envelope: Uint8Array;
}

/** Every answer, and the push `stored`/`more` to subscribers. */
export type RelayResponse =
  | ({ readonly type: "info" } & RelayInfo)
  | { readonly type: "dialback"; readonly reached: readonly boolean[] }
  | { readonly type: "relayRecord"; readonly record: Uint8Array }
  | { readonly type: "done" }
  | { readonly type: "put"; readonly outcomes: readonly PutOutcome[] }
  | {
      readonly type: "list";
      readonly items: readonly (StoredRef & { readonly sizeBytes: number })[];
      readonly isMore: boolean;
    }
  | { readonly type: "get"; readonly items: readonly Delivery[] }
  | { readonly type: "queues"; readonly outcomes: readonly QueueOutcome[] }
  | {
      readonly type: "box";
      readonly chain: readonly Uint8Array[];
      readonly card?: Uint8Array | undefined;
      readonly head: Uint8Array;
      readonly oneTime?: OneTimePublicPrekey | undefined;
    }
  | { readonly type: "bundle"; readonly head: Uint8Array; readonly oneTime?: OneTimePublicPrekey | undefined }
  /** Answer to bundlePut: one-time prekeys left on the relay. */
  | { readonly type: "bundleKept"; readonly oneTimeLeft: number }
  | {
      readonly type: "error";
      readonly code: RelayErrorCode;
      /** Work needed, for `work-needed`. */
      readonly bits?: number | undefined;
      readonly retryAfterMs?: number | undefined;
    }
  | ({ readonly type: "stored"; readonly queue: QueueId } & Delivery)
  /** More is waiting than was pushed: use LIST and GET. */
  | { readonly type: "more"; readonly queue: QueueId };

type Body<K extends RelayResponse["type"]> = Omit<Extract<RelayResponse, { type: K }>, "type">;

const key32 = bytes(32);
const envelope = bytes(1, MAX_ENVELOPE_BYTES);
const workBits = record<WorkBits>({
  create: field(1, uint(64)),
  bundleGet: field(2, uint(64)),
  boxPut: field(3, uint(64)),
});
const putOutcome = record<PutOutcome>({ error: optional(1, relayErrorCode), mac: optional(2, key32) });
const queueOutcome = record<QueueOutcome>({
  queue: field(1, queueId),
  error: optional(2, relayErrorCode),
  waiting: optional(3, uint()),
  missing: optional(4, uint()),
});
const delivery = record<Delivery>({ seq: field(1, uint()), ageMs: field(2, uint()), envelope: field(3, envelope) });
const listItem = record<StoredRef & { sizeBytes: number }>({
  seq: field(1, uint()),
  id: field(2, envelopeId),
  sizeBytes: field(3, uint()),
});

/** Codec shape of relay answers and pushes. */
export const relayResponse: Shape<RelayResponse> = union<RelayResponse>({
  info: [
    1,
    record<Body<"info">>({
      channelNonce: field(1, key32),
      dayValue: field(2, bytes(16)),
      work: field(3, workBits),
      nowMs: field(4, uint()),
      relayRecord: optional(5, bytes(1, 2048)),
    }),
  ],
  dialback: [2, record<Body<"dialback">>({ reached: field(1, list(bool, MAX_ADDRESSES)) })],
  relayRecord: [3, record<Body<"relayRecord">>({ record: field(1, bytes(1, 2048)) })],
  done: [4, record<Body<"done">>({})],
  put: [6, record<Body<"put">>({ outcomes: field(1, list(putOutcome, MAX_ENVELOPES_PER_FRAME)) })],
  list: [7, record<Body<"list">>({ items: field(1, list(listItem, MAX_IDS_PER_FRAME)), isMore: field(2, bool) })],
  get: [8, record<Body<"get">>({ items: field(1, list(delivery, MAX_ENVELOPES_PER_FRAME)) })],
  queues: [10, record<Body<"queues">>({ outcomes: field(1, list(queueOutcome, MAX_QUEUES_PER_FRAME)) })],
  box: [
    12,
    record<Body<"box">>({
      chain: field(1, list(bytes(1, MAX_ENTRY_BYTES), MAX_CHAIN_ENTRIES, 1)),
      card: optional(2, bytes(1, MAX_CARD_BYTES)),
      head: field(3, bytes(1, MAX_BUNDLE_BYTES)),
      oneTime: optional(4, oneTimePrekey),
    }),
  ],
  bundleKept: [13, record<Body<"bundleKept">>({ oneTimeLeft: field(1, uint()) })],
  bundle: [
    14,
    record<Body<"bundle">>({ head: field(1, bytes(1, MAX_BUNDLE_BYTES)), oneTime: optional(2, oneTimePrekey) }),
  ],
  error: [
    0,
    record<Body<"error">>({
      code: field(1, relayErrorCode),
      bits: optional(2, uint(64)),
      retryAfterMs: optional(3, uint()),
    }),
  ],
  stored: [
    32,
    record<Body<"stored">>({
      queue: field(1, queueId),
      seq: field(2, uint()),
      ageMs: field(3, uint()),
      envelope: field(4, envelope),
    }),
  ],
  more: [33, record<Body<"more">>({ queue: field(1, queueId) })],
});
