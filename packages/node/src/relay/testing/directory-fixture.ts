/** Directory nodes that reach each other without a network, and people whose claims they hold. */
import { type Channel, cryptoSuite, type InboundChannel, type Network, type Routing } from "@kith/client";
import { createRandom, FakeClock, MemoryStore, type SeededRandom } from "@kith/client/testing";
import {
  type DirectoryRequest,
  type DirectoryResponse,
  decodeDirectoryRequest,
  decodeDirectoryResponse,
  distancePart,
  encodeDirectoryRequest,
  encodeDirectoryResponse,
  err,
  estimateNodes,
  type Handle,
  handleKey,
  InvariantError,
  type NetId,
  nobleSuite,
  ok,
  publicKeyToRelay,
  type RelayId,
  type RelayRef,
  relayMultihash,
  type Salt,
} from "@kith/protocol";
import type { DirectoryService, DirectoryServiceOptions } from "../directory-contract.ts";
import { createDirectoryService } from "../directory-service.ts";
import { type Claimant, createClaimant, createRecord, expectValue, type RecordParts } from "./claimants.ts";

/** The network of the tests and the work its claims need. */
export const NET_ID: NetId = "kith-test" as NetId;
export const CLAIM_BITS = 6;

/** One node: the service, and what it is reached by. */
export interface TestNode {
  readonly ref: RelayRef;
  readonly service: DirectoryService;
  readonly store: MemoryStore;
  isUp: boolean;
  /** Asks the node as a peer at an address. */
  ask(request: DirectoryRequest, remoteAddress?: string): Promise<DirectoryResponse>;
  /** Sends raw bytes. */
  send(frame: Uint8Array): Promise<DirectoryResponse>;
}

/** What a stranger answers; null is silence. */
export type Stranger = (request: DirectoryRequest) => DirectoryResponse | null;

/** Nodes that a walk finds, as over libp2p. */
const WALK_WIDTH = 8;

function refOf(relay: RelayId): RelayRef {
  return { relay, addresses: ["/ip4/10.0.0.1/tcp/4001"] };
}

interface Placed {
  readonly relay: RelayId;
  readonly part: number;
}

/** Nodes, people and time. */
export class DirectoryFixture {
  readonly clock: FakeClock = new FakeClock();
  readonly random: SeededRandom;
  readonly nodes: TestNode[] = [];
  readonly errors: unknown[] = [];
  readonly #places = new Map<RelayId, Uint8Array>();
  readonly #strangers = new Map<RelayId, Stranger>();
  /** Puts that nodes made to others. */
  requests = 0;
  /** Walks of the DHT. */
  walks = 0;

  constructor(seed: string = "directory") {
    this.random = createRandom(seed);
  }

  /** Adds a node that is found by all others. */
  async addNode(options: Partial<DirectoryServiceOptions> = {}): Promise<TestNode> {
    const signingSeed = this.random.bytes(32);
    const relay = publicKeyToRelay(await nobleSuite.ed25519PublicKey(signingSeed));
    const ref: RelayRef = { relay, addresses: [`/ip4/10.0.0.${this.nodes.length + 1}/tcp/4001`] };
    const store = (options.store as MemoryStore | undefined) ?? new MemoryStore();
    const service = createDirectoryService({
      relay,
      signingSeed,
      store,
      clock: this.clock,
      random: this.random.bytes,
      suite: cryptoSuite,
      network: this.#network(ref),
      routing: this.#routing(relay),
      parameters: { netId: NET_ID, claimBits: CLAIM_BITS },
      onError: (error) => this.errors.push(error),
      ...options,
    });
    await service.start();
    const send = async (frame: Uint8Array, inbound: InboundChannel = inboundFrom("192.0.2.1")) =>
      expectValue(decodeDirectoryResponse(await service.acceptor(inbound)(frame)));
    const node: TestNode = {
      ref,
      service,
      store,
      isUp: true,
      ask: (request, remoteAddress = "192.0.2.1") => send(encodeDirectoryRequest(request), inboundFrom(remoteAddress)),
      send,
    };
    this.nodes.push(node);
    return node;
  }

  /** Adds somebody who is no directory node and answers as they like: null is silence. */
  addStranger(publicKey: Uint8Array, answer: Stranger): void {
    this.#strangers.set(publicKeyToRelay(publicKey), answer);
  }

  #routing(self: RelayId): Routing {
    return {
      closestPeers: async (key) => {
        this.walks += 1;
        const all = this.#relays();
        if (this.#strangers.size === 0) return this.nodes.filter(({ isUp }) => isUp).map(({ ref }) => ref);
        const near = this.#nearestTo(nobleSuite.sha256(key), all).slice(0, WALK_WIDTH);
        return near.map(({ relay }) => refOf(relay));
      },
      estimatedNodes: (key) => {
        const others = this.#relays().filter((relay) => relay !== self);
        const [own, place] = [this.#placeOf(self), nobleSuite.sha256(key)];
        const parts = this.#nearestTo(own, others).map(({ part }) => part);
        return estimateNodes(parts, distancePart(own, place));
      },
    };
  }

  #nearestTo(place: Uint8Array, relays: readonly RelayId[]): readonly Placed[] {
    const placed = relays.map((relay) => ({ relay, part: distancePart(this.#placeOf(relay), place) }));
    return placed.sort((a, b) => a.part - b.part);
  }

  #placeOf(relay: RelayId): Uint8Array {
    const place = this.#places.get(relay) ?? nobleSuite.sha256(relayMultihash(relay) ?? new Uint8Array());
    this.#places.set(relay, place);
    return place;
  }

  #relays(): readonly RelayId[] {
    return [...this.nodes.filter(({ isUp }) => isUp).map(({ ref }) => ref.relay), ...this.#strangers.keys()];
  }

  #network(self: RelayRef): Network {
    return {
      open: async (target) => {
        const stranger = this.#strangers.get(target.relay);
        if (stranger !== undefined) return ok(this.#strangerChannel(target.relay, stranger));
        const node = this.nodes.find(({ ref }) => ref.relay === target.relay);
        return node?.isUp ? ok(this.#channel(node)) : err({ code: "unreachable", tried: target.addresses });
      },
      serve: () => undefined,
      self: () => self,
      nearby: () => [],
      onChange: () => undefined,
    };
  }

  #channel(node: TestNode): Channel {
    const handler = node.service.acceptor(inboundFrom("10.9.9.9"));
    return {
      peer: node.ref.relay,
      isOwn: false,
      request: async (frame) => {
        this.requests += 1;
        return node.isUp ? ok(await handler(frame)) : err({ code: "closed" });
      },
      onPush: () => undefined,
      onClose: () => undefined,
      close: () => undefined,
    };
  }

  #strangerChannel(peer: RelayId, answer: Stranger): Channel {
    return {
      peer,
      isOwn: false,
      request: async (frame, timeoutMs) => {
        this.requests += 1;
        const response = answer(expectValue(decodeDirectoryRequest(frame)));
        if (response !== null) return ok(encodeDirectoryResponse(response));
        await new Promise<void>((resolve) => void this.clock.after(timeoutMs ?? 0, resolve));
        return err({ code: "timeout" });
      },
      onPush: () => undefined,
      onClose: () => undefined,
      close: () => undefined,
    };
  }

  /** Makes a person. */
  async person(written: string): Promise<Claimant> {
    return await createClaimant({ random: this.random.bytes, atMs: this.clock.nowMs() }, written);
  }

  /** A person's record: claim with work, chain, and one card. */
  async record(claimant: Pick<Claimant, "device" | "chain">, part: RecordParts = {}): Promise<Uint8Array> {
    const world = { random: this.random.bytes, nowMs: this.clock.nowMs(), netId: NET_ID, relay: this.#relay() };
    return await createRecord(claimant, world, { bits: CLAIM_BITS, ...part });
  }

  #relay(): RelayId {
    const relay = this.nodes[0]?.ref.relay;
    if (relay === undefined) throw new InvariantError("a node comes first");
    return relay;
  }
}

function inboundFrom(remoteAddress: string): InboundChannel {
  return { remoteAddress, isOwn: false, push: () => undefined, onClose: () => undefined };
}

/** Directory key of a handle. */
export function keyOfHandle(handle: string, salt: Salt = 0): Uint8Array {
  return handleKey(nobleSuite, { netId: NET_ID, salt }, handle as Handle);
}
