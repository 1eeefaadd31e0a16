/**
 * The relay: takes requests of channels, answers each, and never throws at a peer.
 * It stores what it cannot read for people it does not know; it has no names, handles or accounts in its queue store.
 * @see docs/spec/05-relay.md
 */
import type { Acceptor, Cancel, Clock, FileVault, InboundChannel, Prober, Store } from "@kith/client";
import {
  type BlobResponse,
  blobRequest,
  blobResponse,
  type CryptoSuite,
  decodeAs,
  encodeAs,
  isBlobFrame,
  isTurnFrame,
  MAX_FRAME_BYTES,
  type RandomBytes,
  type RelayId,
  type RelayRecord,
  type RelayRecordError,
  type RelayRef,
  type RelayRequest,
  type RelayResponse,
  type Result,
  relayRequest,
  relayResponse,
  type TurnResponse,
  turnResponse,
  uint64ToBytes,
} from "@kith/protocol";
import { handleBlobRequest } from "./blob-operations.ts";
import type { ChannelState } from "./channel-state.ts";
import { createCounters, type RelayCounters, type RelayHealth, type RelayMetrics } from "./metrics.ts";
import { createContext } from "./relay-assembly.ts";
import { type RelayContext, refuse } from "./relay-context.ts";
import { handleRequest } from "./relay-handler.ts";
import { type RelayLimits, resolveRelayLimits } from "./relay-limits.ts";
import { StableTime } from "./stable-time.ts";
import { addressToSource, BucketTable } from "./token-bucket.ts";
import { type MakeIceOffer, TurnDesk } from "./turn-operation.ts";

/** What a relay is made of. */
export interface RelayServiceOptions {
  readonly relay: RelayId;
  /** 32-byte Ed25519 seed of the relay's PeerId. */
  readonly signingSeed: Uint8Array;
  /** Queues only. */
  readonly store: Store;
  /** Boxes, bundles and spent proofs: kept apart from the queues. */
  readonly boxStore: Store;
  /** Where sealed units of files lie, and what is known of them; without it none are taken. */
  readonly blobs?: { readonly store: Store; readonly vault: FileVault };
  /** The store of queues, or of boxes, lost batches before it was opened: every queue in it says so to both its sides. */
  readonly isDamaged?: boolean;
  readonly areBoxesDamaged?: boolean;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly suite: CryptoSuite;
  readonly limits?: Partial<RelayLimits>;
  /** The relay's public addresses; null while it has none. */
  readonly ownAddresses: () => RelayRef | null;
  readonly prober?: Prober;
  /** What calls are offered; absent where there is neither STUN nor TURN. */
  readonly makeIceOffer?: MakeIceOffer;
  /** Free bytes on the disk of the stores, beyond what the operator wants to keep free. */
  readonly freeDiskBytes?: () => Promise<number>;
  /** Told of failures that are ours: a store that refuses, a bug. */
  readonly onError?: (error: unknown) => void;
}

/** A running relay. */
export interface RelayService {
  /** Serves the protocol "relay". Requests before `start` has ended are answered with `busy`. */
  readonly acceptor: Acceptor;
  start(): Promise<void>;
  /** Ends timers; the stores are the caller's to close. */
  stop(): void;
  /** The relay's own signed address record; null without an address. */
  ownRecord(): Promise<Uint8Array | null>;
  /** Takes up an address record of another relay when it is genuine and new. */
  rememberRelay(record: Uint8Array): Promise<Result<RelayRecord, RelayRecordError>>;
  metrics(): RelayMetrics;
  health(): RelayHealth;
}

/** How often time-bound rows are looked at, in ms. */
const SWEEP_INTERVAL_MS = 3600 * 1000;

/** How often the disk is asked for its free bytes, in ms. */
const DISK_INTERVAL_MS = 10 * 1000;

/** Source addresses whose rates are remembered. */
const MAX_SOURCES = 10_000;

const TIME_KEY = "c/time";

/** Makes a relay over its ports; nothing runs before `start`. @throws RangeError when a limit is not valid. */
export function createRelayService(options: RelayServiceOptions): RelayService {
  return new Relay(options, resolveRelayLimits(options.limits));
}

class Relay implements RelayService {
  readonly acceptor: Acceptor;
  readonly #options: RelayServiceOptions;
  readonly #time: StableTime;
  readonly #sources: BucketTable;
  readonly #counters: RelayCounters = createCounters();
  readonly #context: RelayContext;
  readonly #turn: TurnDesk;
  #cancels: readonly Cancel[] = [];
  #freeBytes = Number.POSITIVE_INFINITY;
  #state: "new" | "running" | "stopped" = "new";

  constructor(options: RelayServiceOptions, limits: RelayLimits) {
    this.#options = options;
    this.#time = new StableTime(options.clock);
    this.#sources = new BucketTable({ perSecond: limits.requestsPerSecond, burst: limits.requestBurst }, MAX_SOURCES);
    this.#turn = new TurnDesk(options.makeIceOffer ?? null, options.clock, limits);
    this.#context = createContext(options, limits, {
      time: this.#time,
      counters: this.#counters,
      hasDiskRoom: () => this.#freeBytes >= limits.reservedDiskBytes,
    });
    this.acceptor = (inbound) => this.#accept(inbound);
  }

  async start(): Promise<void> {
    if (this.#state !== "new") throw new TypeError("a relay starts once");
    const row = await this.#options.store.get(TIME_KEY);
    if (row !== undefined) this.#time.restore(Number(new DataView(row.buffer, row.byteOffset).getBigUint64(0)));
    const { queues, boxes, gate, blobs } = this.#context;
    const { isDamaged = false, areBoxesDamaged = false } = this.#options;
    await Promise.all([
      queues.start(isDamaged),
      boxes.start(areBoxesDamaged),
      gate.start(),
      blobs?.store.start(),
      this.#measureDisk(),
    ]);
    this.#state = "running";
    this.#repeat(SWEEP_INTERVAL_MS, () => this.#sweep());
    if (this.#options.freeDiskBytes !== undefined) this.#repeat(DISK_INTERVAL_MS, () => this.#measureDisk());
    await this.#sweep();
  }

  stop(): void {
    this.#state = "stopped";
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
  }

  readonly ownRecord = (): Promise<Uint8Array | null> => this.#context.records.own();

  rememberRelay(record: Uint8Array): Promise<Result<RelayRecord, RelayRecordError>> {
    return this.#context.records.remember(record);
  }

  metrics(): RelayMetrics {
    const { queues, boxes, blobs } = this.#context;
    const { spaces: blobSpaces, sizeBytes: blobBytes } = blobs?.store.totals ?? { spaces: 0, sizeBytes: 0 };
    const held = { queues: queues.totals.queues, queueBytes: queues.totals.sizeBytes, blobSpaces, blobBytes };
    return { ...held, boxes: boxes.totals.queues, boxBytes: boxes.totals.sizeBytes, ...this.#counters };
  }

  health(): RelayHealth {
    if (this.#state !== "running") return "not-running";
    const { queues, boxes, blobs, hasDiskRoom } = this.#context;
    if (queues.hasFailed || boxes.hasFailed || blobs?.store.hasFailed === true) return "store-failed";
    return hasDiskRoom() ? "ok" : "disk-full";
  }

  /** Runs a task again and again, each time after the one before it has ended. */
  #repeat(intervalMs: number, task: () => Promise<void>): void {
    const schedule = (): void => {
      const cancel = this.#options.clock.after(intervalMs, () => {
        this.#cancels = this.#cancels.filter((each) => each !== cancel);
        task().then(() => {
          if (this.#state === "running") schedule();
        }, this.#onError);
      });
      this.#cancels = [...this.#cancels, cancel];
    };
    schedule();
  }

  readonly #onError = (error: unknown): void => this.#options.onError?.(error);

  /** Expires what is past its day; a failure is told and the next sweep tries again. */
  async #sweep(): Promise<void> {
    try {
      const { queues, boxes, subscriptions, gate, blobs } = this.#context;
      for (const each of [queues, boxes]) {
        const { expiredEnvelopes } = await each.expire((queue) => subscriptions.has(queue));
        this.#counters.envelopesExpired += expiredEnvelopes;
      }
      await blobs?.store.sweep();
      await gate.sweep();
      await this.#options.store.commit([{ key: TIME_KEY, value: uint64ToBytes(this.#time.nowMs()) }]);
    } catch (error) {
      this.#onError(error);
    }
  }

  async #measureDisk(): Promise<void> {
    try {
      this.#freeBytes = (await this.#options.freeDiskBytes?.()) ?? Number.POSITIVE_INFINITY;
    } catch (error) {
      this.#freeBytes = 0;
      this.#onError(error);
    }
  }

  #accept(inbound: InboundChannel): (request: Uint8Array) => Promise<Uint8Array> {
    const channel: ChannelState = {
      inbound,
      nonce: this.#options.random(32),
      opened: new Map(),
      subscriptions: new Map(),
      unacked: new Set(),
    };
    this.#counters.channels += 1;
    inbound.onClose(() => {
      this.#counters.channels -= 1;
      this.#context.subscriptions.removeChannel(channel);
      channel.opened.clear();
    });
    return async (frame) => {
      if (isBlobFrame(frame)) return encodeAs(blobResponse, await this.#answerBlob(channel, frame));
      if (isTurnFrame(frame)) return encodeAs(turnResponse, this.#answerTurn(channel, frame));
      return encodeAs(relayResponse, await this.#answer(channel, frame));
    };
  }

  #answerTurn(channel: ChannelState, frame: Uint8Array): TurnResponse {
    this.#counters.requests += 1;
    const isRunning = this.#state === "running";
    const answer = this.#turn.answer(channel, isRunning ? frame : null, this.#waitMs(channel.inbound));
    if (answer.type === "error") this.#counters.refusals += 1;
    return answer;
  }

  /** Blobs are counted by their bytes and not by their frames. */
  async #answerBlob(channel: ChannelState, frame: Uint8Array): Promise<BlobResponse> {
    this.#counters.requests += 1;
    const answer = await this.#judgeBlob(channel, frame);
    if (answer.type === "error") this.#counters.refusals += 1;
    return answer;
  }

  async #judgeBlob(channel: ChannelState, frame: Uint8Array): Promise<BlobResponse> {
    if (this.#state !== "running") return { type: "error", code: "busy" };
    const request = decodeAs(blobRequest, frame, MAX_FRAME_BYTES);
    if (!request.ok) return { type: "error", code: request.error.code === "too-large" ? "too-large" : "malformed" };
    const isTransfer = request.value.type === "put" || request.value.type === "get";
    const waitMs = isTransfer ? null : this.#waitMs(channel.inbound);
    if (waitMs !== null) return { type: "error", code: "rate-limited", retryAfterMs: waitMs };
    try {
      return await handleBlobRequest(this.#context, channel, request.value);
    } catch (error) {
      this.#onError(error);
      return { type: "error", code: "busy" };
    }
  }

  async #answer(channel: ChannelState, frame: Uint8Array): Promise<RelayResponse> {
    this.#counters.requests += 1;
    if (this.#state !== "running") return refuse("busy");
    const waitMs = this.#waitMs(channel.inbound);
    if (waitMs !== null) return this.#refused(refuse("rate-limited", { retryAfterMs: waitMs }));
    const request = decodeRequest(frame);
    if (typeof request === "string") return this.#refused(refuse(request));
    try {
      const answer = await handleRequest(this.#context, channel, request);
      return answer.type === "error" ? this.#refused(answer) : answer;
    } catch (error) {
      this.#onError(error);
      return this.#refused(refuse("busy"));
    }
  }

  #refused(answer: RelayResponse): RelayResponse {
    this.#counters.refusals += 1;
    return answer;
  }

  #waitMs({ remoteAddress, isOwn }: InboundChannel): number | null {
    if (remoteAddress === null || isOwn) return null;
    return this.#sources.take(addressToSource(remoteAddress), this.#options.clock.monotonicMs());
  }
}

/** The request of a frame, or why it is none. */
function decodeRequest(frame: Uint8Array): RelayRequest | "malformed" | "unsupported" | "too-large" {
  const decoded = decodeAs(relayRequest, frame, MAX_FRAME_BYTES);
  if (decoded.ok) return decoded.value;
  if (decoded.error.code === "too-large") return "too-large";
  const isUnknownOperation = decoded.error.code === "bad-shape" && decoded.error.path === "[0]";
  return isUnknownOperation ? "unsupported" : "malformed";
}
