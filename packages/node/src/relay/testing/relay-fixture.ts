/** A relay on memory stores and a fake clock, and a peer that speaks to it frame by frame. */
import type { InboundChannel } from "@kith/client";
import { createRandom, FakeClock, flushMicrotasks, MemoryStore, type SeededRandom } from "@kith/client/testing";
import {
  type Access,
  type BoxId,
  type BundleHead,
  decodeAs,
  type EnvelopeId,
  encodeAs,
  encodeSigned,
  findProof,
  LABELS,
  MAX_FRAME_BYTES,
  type NewQueue,
  nobleSuite,
  openingMac,
  publicKeyToRelay,
  type QueueId,
  type RelayId,
  type RelayRequest,
  type RelayResponse,
  relayRequest,
  relayResponse,
  signBundleHead,
  toHex,
  uint64ToBytes,
  workTarget,
} from "@kith/protocol";
import { createRelayService, type RelayService, type RelayServiceOptions } from "../relay-service.ts";

/** The relay's signing seed in tests. */
export const RELAY_SEED: Uint8Array = new Uint8Array(32).fill(7);

/** The relay's id in tests. */
export const RELAY_ID: RelayId = publicKeyToRelay(nobleSuite.ed25519PublicKey(RELAY_SEED) as Uint8Array);

/** Work factors that tests can pay. */
export const TEST_WORK = { create: 4, bundleGet: 3, boxPut: 2 } as const;

/** One side of a channel to a relay. */
export class Peer {
  readonly pushes: RelayResponse[] = [];
  readonly #handler: (frame: Uint8Array) => Promise<Uint8Array>;
  readonly #closeListeners: (() => void)[] = [];

  constructor(service: RelayService, inbound: { readonly remoteAddress: string | null; readonly isOwn: boolean }) {
    const end: InboundChannel = {
      ...inbound,
      push: (frame) => this.pushes.push(decodeResponse(frame)),
      onClose: (listener) => this.#closeListeners.push(listener),
    };
    this.#handler = service.acceptor(end);
  }

  /** Sends a frame. @returns the frame of the answer. */
  exchange(frame: Uint8Array): Promise<Uint8Array> {
    return this.#handler(frame);
  }

  /** Sends raw bytes. */
  async send(frame: Uint8Array): Promise<RelayResponse> {
    return decodeResponse(await this.#handler(frame));
  }

  /** Sends a request. */
  ask(request: RelayRequest): Promise<RelayResponse> {
    return this.send(encodeAs(relayRequest, request));
  }

  /** Closes the channel. */
  close(): void {
    for (const listener of this.#closeListeners) listener();
  }

  /** What the relay tells about the channel. */
  async info(): Promise<Extract<RelayResponse, { type: "info" }>> {
    const info = await this.ask({ type: "info" });
    if (info.type !== "info") throw new TypeError(`expected info, got ${info.type}`);
    return info;
  }

  /** Opens one side of a queue or box. */
  async open(side: "send" | "receive", queue: QueueId, macKey: Uint8Array): Promise<RelayResponse> {
    const { channelNonce } = await this.info();
    const mac = openingMac(nobleSuite, macKey, { relay: RELAY_ID, channelNonce }, side, queue);
    return this.ask({ type: "open", openings: [{ side, queue, mac }] });
  }

  /** Does the work for a request; `startNonce` gives another proof. */
  async work(subject: Parameters<typeof workTarget>[2], bits: number, startNonce = 0): Promise<Access> {
    const { dayValue } = await this.info();
    const data = workTarget(RELAY_ID, dayValue, subject);
    const proof = findProof(nobleSuite, { label: LABELS.relayWork, data, bits, startNonce, maxTries: 1e6 });
    if (proof === null) throw new RangeError("no proof found");
    return { type: "work", nonce: uint64ToBytes(proof.nonce) };
  }
}

function decodeResponse(frame: Uint8Array): RelayResponse {
  const decoded = decodeAs(relayResponse, frame, MAX_FRAME_BYTES);
  if (!decoded.ok) throw new TypeError(`answer does not decode: ${decoded.error.code}`);
  return decoded.value;
}

/** A relay that can be stopped, crashed and started again on the same stores. */
export class RelayFixture {
  readonly clock: FakeClock = new FakeClock();
  readonly random: SeededRandom;
  readonly store: MemoryStore;
  readonly boxStore: MemoryStore = new MemoryStore();
  readonly errors: unknown[] = [];
  service: RelayService;
  readonly #options: Partial<RelayServiceOptions>;

  constructor(
    options: Partial<RelayServiceOptions> & { readonly seed?: string; readonly commitDelayMs?: number } = {},
  ) {
    const { seed = "relay", commitDelayMs = 0, ...rest } = options;
    this.random = createRandom(seed);
    this.store = new MemoryStore({ clock: this.clock, commitDelayMs: () => commitDelayMs });
    this.#options = rest;
    this.service = this.#create();
  }

  #create(): RelayService {
    return createRelayService({
      relay: RELAY_ID,
      signingSeed: RELAY_SEED,
      store: this.store,
      boxStore: this.boxStore,
      clock: this.clock,
      random: this.random.bytes,
      suite: nobleSuite,
      ownAddresses: () => null,
      onError: (error) => this.errors.push(error),
      ...this.#options,
      limits: { work: TEST_WORK, ...this.#options.limits },
    });
  }

  /** Starts the relay; time moves when the store takes time. */
  async start(): Promise<this> {
    const started = this.service.start();
    for (let step = 0; step < 8; step++) await this.clock.advance(1);
    await started;
    return this;
  }

  /** Stops the process and starts it again; after a power cut when `isCrash`. */
  async restart(isCrash = false): Promise<void> {
    this.service.stop();
    if (isCrash) {
      for (const each of [this.store, this.boxStore]) {
        each.crash();
        each.reopen();
      }
    }
    this.service = this.#create();
    await this.start();
  }

  /** A peer from an address. */
  peer(remoteAddress: string | null = "192.0.2.1"): Peer {
    return new Peer(this.service, { remoteAddress, isOwn: false });
  }

  /** The account that the relay belongs to. */
  ownPeer(): Peer {
    return new Peer(this.service, { remoteAddress: null, isOwn: true });
  }

  /** Keys and ids of a queue that does not exist yet. */
  newQueue(): NewQueue {
    return {
      receiveId: toHex(this.random.bytes(16)) as QueueId,
      sendId: toHex(this.random.bytes(16)) as QueueId,
      ownerMacKey: this.random.bytes(32),
      senderMacKey: this.random.bytes(32),
    };
  }

  /** A queue that exists. */
  async createQueue(): Promise<NewQueue> {
    const queue = this.newQueue();
    await this.ownPeer().ask({ type: "create", queues: [queue], access: { type: "none" } });
    return queue;
  }

  /** A peer that has opened the send side. */
  async sender(queue: NewQueue): Promise<Peer> {
    const peer = this.peer("192.0.2.2");
    await peer.open("send", queue.sendId, queue.senderMacKey);
    return peer;
  }

  /** A peer that has opened the receive side. */
  async owner(queue: NewQueue): Promise<Peer> {
    const peer = this.peer("192.0.2.3");
    await peer.open("receive", queue.receiveId, queue.ownerMacKey);
    return peer;
  }

  /** An envelope of random bytes. */
  envelope(sizeBytes = 768): Uint8Array {
    return this.random.bytes(sizeBytes);
  }

  /** Lets work that waits for nothing but promises go on. */
  async settle(): Promise<void> {
    for (let round = 0; round < 4; round++) await flushMicrotasks();
  }
}

/** The id of an envelope. */
export function idOf(envelope: Uint8Array): EnvelopeId {
  return toHex(nobleSuite.sha256(envelope)) as EnvelopeId;
}

/** Stores one envelope and returns the outcome. */
export async function putOne(
  sender: Peer,
  queue: NewQueue,
  envelope: Uint8Array,
): Promise<{ readonly error?: string | undefined; readonly mac?: Uint8Array | undefined }> {
  const answer = await sender.ask({ type: "put", items: [{ queue: queue.sendId, envelope }] });
  if (answer.type !== "put" || answer.outcomes[0] === undefined)
    throw new TypeError(`expected put, got ${answer.type}`);
  return answer.outcomes[0];
}

/** Everything a queue or box holds. */
export async function listAll(
  owner: Peer,
  queue: QueueId,
): Promise<readonly { readonly seq: number; readonly id: EnvelopeId; readonly sizeBytes: number }[]> {
  const answer = await owner.ask({ type: "list", queue, afterSeq: 0, max: 1000 });
  if (answer.type !== "list") throw new TypeError(`expected list, got ${answer.type}`);
  return answer.items;
}

/** A box with its keys, as its device knows it. */
export interface TestBox {
  readonly box: BoxId;
  readonly queue: QueueId;
  readonly ownerMacKey: Uint8Array;
  readonly head: Uint8Array;
  readonly chain: readonly Uint8Array[];
}

/** Keys and a signed head for a box that does not exist yet. */
export async function newBox(fixture: RelayFixture, headPart: Partial<BundleHead> = {}): Promise<TestBox> {
  const { random, clock } = fixture;
  const box = toHex(random.bytes(16)) as BoxId;
  const prekey = (size: number) => ({ id: 1, publicKey: random.bytes(size), signature: random.bytes(64) });
  const account = toHex(random.bytes(32)) as Parameters<typeof signBundleHead>[1]["account"];
  const device = toHex(random.bytes(32)) as Parameters<typeof signBundleHead>[1]["device"];
  const head = await signBundleHead(
    nobleSuite,
    { account, device, signingSeed: random.bytes(32) },
    {
      suites: [2],
      box,
      relay: RELAY_ID,
      createdMs: clock.nowMs(),
      expiresMs: clock.nowMs() + 1e9,
      signedPrekey: prekey(32),
      kemPrekey: prekey(1568),
      boxKey: { id: 1, publicKey: random.bytes(1216) },
      ...headPart,
    },
  );
  const entry = encodeSigned({ body: random.bytes(40), signature: random.bytes(64) });
  return { box, queue: box as string as QueueId, ownerMacKey: random.bytes(32), head, chain: [entry] };
}

/** One-time prekeys with ids from `firstId` on. */
export function oneTimePrekeys(
  fixture: RelayFixture,
  firstId: number,
  count: number,
): { readonly id: number; readonly publicKey: Uint8Array }[] {
  return Array.from({ length: count }, (_, index) => ({ id: firstId + index, publicKey: fixture.random.bytes(32) }));
}
