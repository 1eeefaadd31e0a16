/**
 * The directory node: holds signed claims under DHT keys, and publishes and looks up for devices that do not walk the
 * DHT themselves. It judges everything it is given and never dials an address that it found in a record.
 * @see docs/spec/04-directory.md
 */
import type { Acceptor, Cancel, InboundChannel } from "@kith/client";
import {
  accountKey,
  bytesToUint32,
  type DirectoryErrorCode,
  type DirectoryRequest,
  type DirectoryResponse,
  decodeDirectoryRequest,
  encodeDirectoryResponse,
  equalBytes,
  fitRecords,
  handleKey,
  type NetId,
  type Salt,
  signReceipt,
} from "@kith/protocol";
import type { DirectoryService, DirectoryServiceOptions } from "./directory-contract.ts";
import { type DirectoryLimits, resolveDirectoryLimits } from "./directory-limits.ts";
import { lookUp, type Timer } from "./directory-lookup.ts";
import { DirectoryPeers } from "./directory-peers.ts";
import { keysOfRecord } from "./directory-places.ts";
import { DirectoryPublisher } from "./directory-publisher.ts";
import { type HeldClaim, toRecords } from "./directory-row.ts";
import { DirectoryShelf } from "./directory-shelf.ts";
import { RecordVerifier } from "./directory-verification.ts";
import { addressToSource, BucketTable } from "./token-bucket.ts";
import { WitnessDesk } from "./witness-desk.ts";

/** How often expired claims are deleted and due publications renewed, in ms. */
const SWEEP_INTERVAL_MS = 3600 * 1000;

/** How long an asker waits for a walk, in ms: under the 10 s of a request. */
const WALK_DEADLINE_MS = 8000;

/** Source addresses whose rates are remembered. */
const MAX_SOURCES = 10_000;

type Request<K extends DirectoryRequest["type"]> = Extract<DirectoryRequest, { readonly type: K }>;

/** Makes a directory node over its ports; nothing runs before `start`. @throws RangeError for an invalid limit. */
export function createDirectoryService(options: DirectoryServiceOptions): DirectoryService {
  return new Directory(options, resolveDirectoryLimits(options.limits));
}

function refuse(code: DirectoryErrorCode): DirectoryResponse {
  return { type: "error", code };
}

function createPeers(options: DirectoryServiceOptions, limits: DirectoryLimits): DirectoryPeers {
  const { relay: self, suite, network, routing, clock } = options;
  const { peersPerKey, peerTimeoutMs: timeoutMs } = limits;
  return new DirectoryPeers({
    self,
    suite,
    network,
    routing,
    peersPerKey,
    timeoutMs,
    nowMs: () => clock.monotonicMs(),
  });
}

function createDesk(options: DirectoryServiceOptions, limits: DirectoryLimits): WitnessDesk {
  const { relay, signingSeed, store, suite, parameters } = options;
  const onProof = (proof: Uint8Array): void => options.onProof?.(proof);
  return new WitnessDesk({
    relay,
    signingSeed,
    store,
    suite,
    netId: parameters.netId,
    maxBytes: limits.witnessBytes,
    onProof,
  });
}

class Directory implements DirectoryService {
  readonly acceptor: Acceptor;
  readonly #options: DirectoryServiceOptions;
  readonly #limits: DirectoryLimits;
  readonly #verifier: RecordVerifier;
  readonly #shelf: DirectoryShelf;
  readonly #peers: DirectoryPeers;
  readonly #publisher: DirectoryPublisher;
  readonly #desk: WitnessDesk;
  readonly #putRates: BucketTable;
  readonly #walkRates: BucketTable;
  #cancel: Cancel | null = null;
  #isRunning = false;

  constructor(options: DirectoryServiceOptions, limits: DirectoryLimits) {
    const { store, random } = options;
    this.#options = options;
    this.#limits = limits;
    this.#verifier = new RecordVerifier(options.suite);
    this.#shelf = new DirectoryShelf({ store, maxBytes: limits.totalBytes });
    this.#putRates = new BucketTable(
      { perSecond: limits.sourceBytesPerSecond, burst: limits.sourceBurstBytes },
      MAX_SOURCES,
    );
    this.#walkRates = new BucketTable({ perSecond: limits.walksPerMinute / 60, burst: limits.walkBurst }, MAX_SOURCES);
    this.#peers = createPeers(options, limits);
    this.#publisher = new DirectoryPublisher({
      store,
      random,
      shelf: this.#shelf,
      quorum: limits.quorum,
      renewalMs: limits.renewalMs,
      maxJobs: limits.publications,
      keysOf: (held) => this.#keysOf(held),
      peers: this.#peers,
      onPublish: (record) => options.onPublish?.(record),
    });
    this.#desk = createDesk(options, limits);
    this.acceptor = (inbound) => (frame) => this.#answer(inbound, frame);
  }

  async accuse(proof: Uint8Array): Promise<boolean> {
    return this.#isRunning && (await this.#desk.accuse(proof));
  }

  async hear(record: Uint8Array): Promise<"accept" | "ignore" | "reject"> {
    if (!this.#isRunning) return "ignore";
    const policy = this.#policy();
    const verified = await this.#verifier.verify(record, policy);
    if (!verified.ok) return verified.error === "expired" ? "ignore" : "reject";
    return (await this.#desk.hear(verified.value, policy.nowMs)) ? "accept" : "ignore";
  }

  async start(): Promise<void> {
    await Promise.all([this.#shelf.start(), this.#desk.ledger.start()]);
    await this.#publisher.start(this.#options.clock.nowMs());
    this.#isRunning = true;
    this.#schedule();
  }

  stop(): void {
    this.#isRunning = false;
    this.#cancel?.();
    this.#cancel = null;
    this.#peers.close();
  }

  #schedule(): void {
    this.#cancel = this.#options.clock.after(SWEEP_INTERVAL_MS, () => {
      this.#sweep().then(() => {
        if (this.#isRunning) this.#schedule();
      }, this.#onError);
    });
  }

  readonly #onError = (error: unknown): void => this.#options.onError?.(error);

  async #sweep(): Promise<void> {
    try {
      const nowMs = this.#options.clock.nowMs();
      await this.#shelf.sweep(nowMs);
      await this.#desk.ledger.sweep(nowMs);
      await this.#publisher.renew(nowMs);
    } catch (error) {
      this.#onError(error);
    }
  }

  async #answer(inbound: InboundChannel, frame: Uint8Array): Promise<Uint8Array> {
    const request = decodeDirectoryRequest(frame);
    if (!request.ok) return encodeDirectoryResponse(refuse("malformed"));
    if (!this.#isRunning) return encodeDirectoryResponse(refuse("busy"));
    try {
      return encodeDirectoryResponse(await this.#handle(inbound, request.value));
    } catch (error) {
      this.#onError(error);
      return encodeDirectoryResponse(refuse("busy"));
    }
  }

  async #handle(inbound: InboundChannel, request: DirectoryRequest): Promise<DirectoryResponse> {
    switch (request.type) {
      case "put":
        return this.#put(inbound, request);
      case "get":
        return this.#get(request);
      case "publish":
        return this.#publish(inbound, request);
      case "resolve": {
        const { handle, skip } = request;
        const keyOf = (salt: Salt): Uint8Array => handleKey(this.#options.suite, this.#place(salt), handle);
        return this.#resolve(inbound, { keyOf, isWanted: (held) => held.handle === handle, skip });
      }
      case "resolve-account": {
        const { account } = request;
        const keyOf = (salt: Salt): Uint8Array => accountKey(this.#options.suite, this.#place(salt), account);
        return this.#resolve(inbound, { keyOf, isWanted: (held) => held.account === account, skip: 0 });
      }
      case "witness":
        return this.#witness(inbound, request);
    }
  }

  #place(salt: Salt): { readonly netId: NetId; readonly salt: Salt } {
    return { netId: this.#options.parameters.netId, salt };
  }

  #keysOf(held: HeldClaim): readonly Uint8Array[] {
    return keysOfRecord(this.#options.suite, this.#options.parameters.netId, held);
  }

  #policy(): { readonly netId: NetId; readonly bits: number; readonly nowMs: number } {
    const { parameters, clock } = this.#options;
    return { netId: parameters.netId, bits: parameters.claimBits, nowMs: clock.nowMs() };
  }

  #isAllowed(rates: BucketTable, { isOwn, remoteAddress }: InboundChannel, amount: number): boolean {
    if (isOwn || remoteAddress === null) return true;
    return rates.take(addressToSource(remoteAddress), this.#options.clock.monotonicMs(), amount) === null;
  }

  async #put(inbound: InboundChannel, { key, record }: Request<"put">): Promise<DirectoryResponse> {
    if (!this.#isAllowed(this.#putRates, inbound, record.length)) return refuse("quota");
    const policy = this.#policy();
    const verified = await this.#verifier.verify(record, policy);
    if (!verified.ok) return refuse(verified.error);
    if (!this.#keysOf(verified.value).some((each) => equalBytes(each, key))) return refuse("wrong-key");
    const kept = await this.#shelf.put(key, verified.value, policy.nowMs);
    if (typeof kept === "string") return refuse(kept);
    await this.#desk.note(kept, policy.nowMs);
    const { suite, signingSeed, relay: node } = this.#options;
    const { hash: claimHash, firstSeenMs, untilMs: storedUntilMs } = kept;
    const receipt = await signReceipt(suite, signingSeed, { key, claimHash, node, firstSeenMs, storedUntilMs });
    return { type: "receipt", receipt };
  }

  async #get({ key, skip }: Request<"get">): Promise<DirectoryResponse> {
    const held = await this.#shelf.read(key, this.#options.clock.nowMs());
    return { type: "records", ...fitRecords(toRecords(held.slice(skip))) };
  }

  async #publish(inbound: InboundChannel, { record }: Request<"publish">): Promise<DirectoryResponse> {
    if (!this.#isAllowed(this.#walkRates, inbound, 1)) return refuse("quota");
    const policy = this.#policy();
    const verified = await this.#verifier.verify(record, policy);
    if (!verified.ok) return refuse(verified.error);
    await this.#desk.note(verified.value, policy.nowMs);
    const deadline = this.#startTimer(WALK_DEADLINE_MS);
    const published = await this.#publisher.publish(verified.value, policy.nowMs, deadline.over);
    deadline.cancel();
    return published === null ? refuse("quota") : { type: "published", ...published };
  }

  async #witness(inbound: InboundChannel, { record }: Request<"witness">): Promise<DirectoryResponse> {
    if (!this.#isAllowed(this.#walkRates, inbound, 1)) return refuse("quota");
    const policy = this.#policy();
    const verified = await this.#verifier.verify(record, policy);
    return verified.ok ? this.#desk.answer(verified.value, policy.nowMs) : refuse(verified.error);
  }

  async #resolve(
    inbound: InboundChannel,
    wanted: {
      readonly keyOf: (salt: Salt) => Uint8Array;
      readonly isWanted: (held: HeldClaim) => boolean;
      readonly skip: number;
    },
  ): Promise<DirectoryResponse> {
    if (!this.#isAllowed(this.#walkRates, inbound, 1)) return refuse("quota");
    const deadline = this.#startTimer(WALK_DEADLINE_MS);
    const policy = this.#policy();
    const common = {
      verifier: this.#verifier,
      shelf: this.#shelf,
      peers: this.#peers,
      policy,
      quorum: this.#limits.quorum,
      deadline: deadline.over,
      startPatience: () => this.#startTimer(this.#limits.patienceMs),
      draw: (below: number) => bytesToUint32(this.#options.random(4)) % below,
    };
    const { claims, asked, agreed, isSuspect } = await lookUp({ ...common, ...wanted });
    deadline.cancel();
    for (const held of claims) {
      await this.#shelf.put(wanted.keyOf(0), held, policy.nowMs);
      await this.#desk.note(held, policy.nowMs);
    }
    const suspicion = isSuspect ? { isSuspect } : {};
    return { type: "resolved", ...fitRecords(toRecords(claims.slice(wanted.skip))), asked, agreed, ...suspicion };
  }

  #startTimer(ms: number): Timer {
    let cancel: Cancel = () => undefined;
    const over = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(ms, resolve);
    });
    return { over, cancel };
  }
}
