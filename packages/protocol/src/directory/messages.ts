/**
 * Requests and responses of `/kith/directory/1.0.0`: one frame each way.
 * @see docs/spec/04-directory.md
 */
import { type Handle, handleShape } from "../account/handle.ts";
import {
  bool,
  bytes,
  type DecodeError,
  decodeAs,
  encodeAs,
  field,
  flag,
  list,
  oneOf,
  optional,
  record,
  type Shape,
  uint,
  union,
} from "../codec/schema.ts";
import { type AccountId, accountId } from "../ids.ts";
import {
  MAX_ACCOUNT_RECORD_BYTES,
  MAX_CHAIN_ENTRIES,
  MAX_CLAIMS_PER_KEY,
  MAX_DIRECTORY_RECEIPT_BYTES,
  MAX_ENTRY_BYTES,
  MAX_EQUIVOCATION_BYTES,
  MAX_FRAME_BYTES,
  MAX_WITNESS_BYTES,
} from "../limits.ts";
import type { Result } from "../result.ts";

/**
 * What a directory node is asked. `record` is an encoded account record, `key` a 32-byte directory key, `skip` how
 * many records of the answer the asker already has.
 * `publish`, `resolve` and `resolve-account` ask a box relay to walk the DHT on the asker's behalf. `witness` asks
 * whether the node has seen the chain of a record before, and no other of the account.
 */
export type DirectoryRequest =
  | { readonly type: "put"; readonly key: Uint8Array; readonly record: Uint8Array }
  | { readonly type: "get"; readonly key: Uint8Array; readonly skip: number }
  | { readonly type: "publish"; readonly record: Uint8Array }
  | { readonly type: "resolve"; readonly handle: Handle; readonly skip: number }
  | { readonly type: "resolve-account"; readonly account: AccountId }
  | { readonly type: "witness"; readonly record: Uint8Array };

/** A record and when the answering node first saw its claim, in ms since 1970. */
export interface HeldRecord {
  /** An encoded account record. */
  readonly record: Uint8Array;
  readonly firstSeenMs: number;
}

/** Whether a publication reached enough nodes to be found again. */
export type PublishState = "published" | "weak";

/** Why a request was refused. */
export type DirectoryErrorCode =
  | "malformed"
  | "wrong-network"
  | "wrong-key"
  | "too-little-work"
  | "expired"
  | "bad-claim"
  | "bad-chain"
  | "bad-card"
  | "no-claim"
  | "crowded-out"
  | "quota"
  | "busy"
  | "not-offered"
  | "unreachable"
  | "unseen";

/**
 * What a directory node answers. `more` tells that records were left out because the frame was full: ask again with
 * `skip`. `asked` and `agreed` count the nodes behind an answer that was looked up on behalf;
 * `isSuspect` tells that somebody seems to stand between the asker and the name. `other-chain` holds the
 * entries of a chain that is not the one that was shown, `equivocation` the proof that the account showed two.
 */
export type DirectoryResponse =
  | { readonly type: "receipt"; readonly receipt: Uint8Array }
  | { readonly type: "records"; readonly records: readonly HeldRecord[]; readonly more: boolean }
  | {
      readonly type: "resolved";
      readonly records: readonly HeldRecord[];
      readonly more: boolean;
      readonly asked: number;
      readonly agreed: number;
      readonly isSuspect?: true | undefined;
    }
  | { readonly type: "published"; readonly receipts: number; readonly state: PublishState }
  | { readonly type: "witnessed"; readonly statement: Uint8Array }
  | { readonly type: "other-chain"; readonly chain: readonly Uint8Array[] }
  | { readonly type: "equivocation"; readonly proof: Uint8Array }
  | { readonly type: "error"; readonly code: DirectoryErrorCode };

/** Nodes behind one answer: far more than a walk ever asks. */
const MAX_NODES = 1000;

const key32 = bytes(32);
const recordBytes = bytes(1, MAX_ACCOUNT_RECORD_BYTES);
const skip = uint(MAX_CLAIMS_PER_KEY);
const records = list(
  record<HeldRecord>({ record: field(1, recordBytes), firstSeenMs: field(2, uint()) }),
  MAX_CLAIMS_PER_KEY,
);

type Request<K extends DirectoryRequest["type"]> = Omit<Extract<DirectoryRequest, { readonly type: K }>, "type">;
type Response<K extends DirectoryResponse["type"]> = Omit<Extract<DirectoryResponse, { readonly type: K }>, "type">;

const requestShape: Shape<DirectoryRequest> = union<DirectoryRequest>({
  put: [1, record<Request<"put">>({ key: field(1, key32), record: field(2, recordBytes) })],
  get: [2, record<Request<"get">>({ key: field(1, key32), skip: field(2, skip) })],
  publish: [3, record<Request<"publish">>({ record: field(1, recordBytes) })],
  resolve: [4, record<Request<"resolve">>({ handle: field(1, handleShape), skip: field(2, skip) })],
  "resolve-account": [5, record<Request<"resolve-account">>({ account: field(1, accountId) })],
  witness: [6, record<Request<"witness">>({ record: field(1, recordBytes) })],
});

const publishState: Shape<PublishState> = oneOf<PublishState>({ published: 1, weak: 2 });

const errorCode: Shape<DirectoryErrorCode> = oneOf<DirectoryErrorCode>({
  malformed: 1,
  "wrong-network": 2,
  "wrong-key": 3,
  "too-little-work": 4,
  expired: 5,
  "bad-claim": 6,
  "bad-chain": 7,
  "bad-card": 8,
  "no-claim": 9,
  "crowded-out": 10,
  quota: 11,
  busy: 12,
  "not-offered": 13,
  unreachable: 14,
  unseen: 15,
});

const responseShape: Shape<DirectoryResponse> = union<DirectoryResponse>({
  receipt: [1, record<Response<"receipt">>({ receipt: field(1, bytes(1, MAX_DIRECTORY_RECEIPT_BYTES)) })],
  records: [2, record<Response<"records">>({ records: field(1, records), more: field(2, bool) })],
  resolved: [
    3,
    record<Response<"resolved">>({
      records: field(1, records),
      more: field(2, bool),
      asked: field(3, uint(MAX_NODES)),
      agreed: field(4, uint(MAX_NODES)),
      isSuspect: optional(5, flag),
    }),
  ],
  published: [4, record<Response<"published">>({ receipts: field(1, uint(MAX_NODES)), state: field(2, publishState) })],
  witnessed: [5, record<Response<"witnessed">>({ statement: field(1, bytes(1, MAX_WITNESS_BYTES)) })],
  "other-chain": [
    6,
    record<Response<"other-chain">>({ chain: field(1, list(bytes(1, MAX_ENTRY_BYTES), MAX_CHAIN_ENTRIES, 1)) }),
  ],
  equivocation: [7, record<Response<"equivocation">>({ proof: field(1, bytes(1, MAX_EQUIVOCATION_BYTES)) })],
  error: [0, record<Response<"error">>({ code: field(1, errorCode) })],
});

/** Writes a request frame. @throws RangeError when a field is over its limit. */
export function encodeDirectoryRequest(request: DirectoryRequest): Uint8Array {
  return encodeAs(requestShape, request);
}

/** Reads a request frame of at most 66 KiB. */
export function decodeDirectoryRequest(frame: Uint8Array): Result<DirectoryRequest, DecodeError> {
  return decodeAs(requestShape, frame, MAX_FRAME_BYTES);
}

/** Writes a response frame; lists of records go through `fitRecords` first. @throws RangeError over a limit. */
export function encodeDirectoryResponse(response: DirectoryResponse): Uint8Array {
  const frame = encodeAs(responseShape, response);
  if (frame.length > MAX_FRAME_BYTES) throw new RangeError(`frame of ${frame.length} bytes`);
  return frame;
}

/** Reads a response frame of at most 66 KiB. */
export function decodeDirectoryResponse(frame: Uint8Array): Result<DirectoryResponse, DecodeError> {
  return decodeAs(responseShape, frame, MAX_FRAME_BYTES);
}

/** Headers of one record in a frame: map, two keys, byte string header, nine-byte time. */
const RECORD_OVERHEAD_BYTES = 17;

/** Headers of a response around its records. */
const RESPONSE_OVERHEAD_BYTES = 64;

/** The records from the front that fit one response frame, and whether some were left out. */
export function fitRecords(held: readonly HeldRecord[]): {
  readonly records: readonly HeldRecord[];
  readonly more: boolean;
} {
  let left = MAX_FRAME_BYTES - RESPONSE_OVERHEAD_BYTES;
  const end = held.findIndex((each, index) => {
    left -= each.record.length + RECORD_OVERHEAD_BYTES;
    return left < 0 || index >= MAX_CLAIMS_PER_KEY;
  });
  return end < 0 ? { records: held, more: false } : { records: held.slice(0, end), more: true };
}
