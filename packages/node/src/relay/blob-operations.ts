/** CREATE, PUT, GET, DROP and HAVE of blobs. */
import { type BlobRequest, type BlobResponse, blobWorkBits, PART_BYTES, type RelayErrorCode } from "@kith/protocol";
import { admit } from "./admission.ts";
import { BlobReads } from "./blob-reads.ts";
import { BlobStore, type BlobStoreOptions } from "./blob-store.ts";
import { BlobUploads } from "./blob-uploads.ts";
import type { ChannelState } from "./channel-state.ts";
import type { RelayContext } from "./relay-context.ts";
import { DAY_MS, type RelayLimits } from "./relay-limits.ts";
import { addressToSource, BucketTable } from "./token-bucket.ts";

type Request<K extends BlobRequest["type"]> = Extract<BlobRequest, { readonly type: K }>;

/** Source addresses whose budgets are remembered. */
const MAX_SOURCES = 10_000;

/** Whoever finds no room in memory comes back after this, in ms. */
const BUSY_MS = 500;

/** Everything about blobs in a relay. */
export interface BlobParts {
  readonly store: BlobStore;
  readonly uploads: BlobUploads;
  readonly reads: BlobReads;
  /** Bytes that one source may reserve. */
  readonly budgets: BucketTable;
  /** Bytes that one source may move. */
  readonly traffic: BucketTable;
}

/** Makes them. */
export function createBlobParts(options: Omit<BlobStoreOptions, "bounds">, limits: RelayLimits): BlobParts {
  const store = new BlobStore({
    ...options,
    bounds: {
      totalBytes: limits.blobBytes,
      totalBlobs: limits.blobs,
      spaceBytes: limits.blobSpaceBytes,
      lifeDays: Math.ceil(limits.blobLifeMs / DAY_MS),
    },
  });
  const perDay = { perSecond: limits.blobBudgetBytes / (DAY_MS / 1000), burst: limits.blobBudgetBytes };
  const traffic = { perSecond: limits.blobBytesPerSecond, burst: limits.blobBurstBytes };
  return {
    store,
    uploads: new BlobUploads(store, limits.blobUploads),
    reads: new BlobReads(store, limits.blobUploads),
    budgets: new BucketTable(perDay, MAX_SOURCES),
    traffic: new BucketTable(traffic, MAX_SOURCES),
  };
}

/** Answers one request about blobs. */
export async function handleBlobRequest(
  context: RelayContext,
  channel: ChannelState,
  request: BlobRequest,
): Promise<BlobResponse> {
  const { blobs } = context;
  if (blobs === null) return refuse("unsupported");
  switch (request.type) {
    case "create":
      return createSpace(context, blobs, channel, request);
    case "put":
      return putPart(context, blobs, channel, request);
    case "get":
      return getPart(context, blobs, channel, request);
    case "drop":
      return answer(await blobs.store.drop(request.id, request.key));
    case "have":
      return { type: "have", bitmap: bitmapOf(request.blobs.map((each) => blobs.store.has(each))) };
  }
}

/** Asked again after a lost answer, it says done and costs nothing. */
async function createSpace(
  context: RelayContext,
  { store, budgets }: BlobParts,
  channel: ChannelState,
  { space, ownerKey, sizeBytes, access }: Request<"create">,
): Promise<BlobResponse> {
  const { limits } = context;
  if (store.isSame(space, ownerKey, sizeBytes)) return answer(await store.create(space, ownerKey, sizeBytes));
  if (sizeBytes > limits.blobSpaceBytes) return refuse("too-large");
  if (!context.hasDiskRoom()) return refuse("relay-full");
  const subject = { operation: "blobCreate", space, sizeBytes } as const;
  const bits = blobWorkBits(limits.work.create, sizeBytes);
  const admission = await admit(context, channel, { access, subject, bits, use: null });
  if (!admission.ok) return admission.answer as BlobResponse;
  const waitMs = take(budgets, context, channel, sizeBytes);
  if (waitMs !== null) return refuse("rate-limited", waitMs);
  const [isSpent, refusal] = await Promise.all([
    context.boxes.rows.commit(admission.changes),
    store.create(space, ownerKey, sizeBytes),
  ]);
  return answer(refusal ?? (isSpent ? null : "busy"));
}

async function putPart(
  context: RelayContext,
  { store, uploads, traffic }: BlobParts,
  channel: ChannelState,
  request: Request<"put">,
): Promise<BlobResponse> {
  if (!store.mayWrite(request.space, request.ownerKey)) return refuse("unknown-queue");
  if (!context.hasDiskRoom()) return refuse("relay-full");
  const waitMs = take(traffic, context, channel, request.part.length);
  if (waitMs !== null) return refuse("rate-limited", waitMs);
  return answer(await uploads.put(request, context.clock.monotonicMs()));
}

async function getPart(
  context: RelayContext,
  { reads, traffic }: BlobParts,
  channel: ChannelState,
  { blob, readKey, offset }: Request<"get">,
): Promise<BlobResponse> {
  const waitMs = take(traffic, context, channel, PART_BYTES);
  if (waitMs !== null) return refuse("rate-limited", waitMs);
  const bytes = await reads.read(blob, readKey);
  if (bytes === null) return refuse("unknown-queue");
  if (offset >= bytes.length) return refuse("malformed");
  return { type: "part", part: bytes.subarray(offset, offset + PART_BYTES) };
}

/** @returns null when the amount was taken, or is not counted: at this process's own relay. */
function take(table: BucketTable, { clock }: RelayContext, { inbound }: ChannelState, amount: number): number | null {
  if (inbound.isOwn || inbound.remoteAddress === null) return null;
  return table.take(addressToSource(inbound.remoteAddress), clock.monotonicMs(), amount);
}

function answer(refusal: RelayErrorCode | null): BlobResponse {
  if (refusal === null) return { type: "done" };
  return refusal === "busy" ? refuse(refusal, BUSY_MS) : refuse(refusal);
}

function refuse(code: RelayErrorCode, retryAfterMs?: number): BlobResponse {
  return { type: "error", code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function bitmapOf(bits: readonly boolean[]): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [at, isSet] of bits.entries()) if (isSet) bitmap[at >> 3] = (bitmap[at >> 3] ?? 0) | (0x80 >> (at & 7));
  return bitmap;
}
