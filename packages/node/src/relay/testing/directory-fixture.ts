/** Directory nodes that reach each other without a network, and people whose claims they hold. */
import { type Channel, cryptoSuite, type InboundChannel, type Network, type Routing } from "@kith/client";
import { createRandom, FakeClock, MemoryStore, type SeededRandom } from "@kith/client/testing";
import {
  addDevice,
  type BoxId,
  type ChainState,
  type ClaimStatement,
  claimHandle,
  createChain,
  createDevice,
  createWords,
  type DeviceKeys,
  type DirectoryRequest,
  type DirectoryResponse,
  decodeDirectoryResponse,
  encodeAccountRecord,
  encodeDirectoryRequest,
  encodeStatement,
  err,
  findProof,
  type Handle,
  handleKey,
  InvariantError,
  LABELS,
  type NetId,
  nobleSuite,
  offerDevice,
  ok,
  publicKeyToRelay,
  type RelayId,
  type RelayRef,
  type Result,
  rootKeyFromWords,
  type Salt,
  signCard,
  signClaim,
  toHex,
} from "@kith/protocol";
import { createDirectoryService, type DirectoryService, type DirectoryServiceOptions } from "../directory-service.ts";

/** The network of the tests and the work its claims need. */
export const NET_ID: NetId = "kith-test" as NetId;
export const CLAIM_BITS = 6;

const DAY_MS = 86_400_000;

/** Somebody with one device and a claimed handle. */
export interface Claimant {
  readonly device: DeviceKeys;
  readonly chain: ChainState;
}

function expectValue<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new InvariantError(`expected a value, got ${JSON.stringify(result.error)}`);
  return result.value;
}

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

/** Nodes, people and time. */
export class DirectoryFixture {
  readonly clock: FakeClock = new FakeClock();
  readonly random: SeededRandom = createRandom("directory");
  readonly nodes: TestNode[] = [];
  readonly errors: unknown[] = [];
  /** Puts that nodes made to others. */
  requests = 0;

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
      routing: this.#routing(),
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

  #routing(): Routing {
    return { closestPeers: async () => this.nodes.filter(({ isUp }) => isUp).map(({ ref }) => ref) };
  }

  #network(self: RelayRef): Network {
    return {
      open: async (target) => {
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

  /** Makes a person. */
  async person(written: string): Promise<Claimant> {
    const root = rootKeyFromWords(createWords(this.random.bytes));
    const device = await createDevice(nobleSuite, this.random.bytes);
    const created = await createChain(cryptoSuite, root);
    const offer = await offerDevice(nobleSuite, created.account, device, this.random.bytes);
    const atMs = this.clock.nowMs();
    const listed = expectValue(
      await addDevice(cryptoSuite, created, {
        signer: { type: "root", root },
        atMs,
        body: { offer, grantsDevices: true },
      }),
    );
    const signer = { type: "device", device } as const;
    return { device, chain: expectValue(await claimHandle(cryptoSuite, listed, { signer, atMs, body: { written } })) };
  }

  /** A person's record: claim with work, chain, and one card. */
  async record(
    { device, chain }: Claimant,
    part: Partial<ClaimStatement> & {
      readonly bits?: number;
      readonly cardSeq?: number;
      readonly hasClaim?: boolean;
    } = {},
  ): Promise<Uint8Array> {
    const { bits = CLAIM_BITS, cardSeq = 1, hasClaim = true, ...statementPart } = part;
    const nowMs = this.clock.nowMs();
    const common = { account: chain.account, device: device.deviceId, head: chain.head, issuedMs: nowMs };
    const statement: ClaimStatement = {
      ...common,
      netId: NET_ID,
      written: chain.handle?.written ?? "",
      expiresMs: (part.issuedMs ?? nowMs) + 30 * DAY_MS,
      proof: { type: "none" },
      ...statementPart,
    };
    const data = encodeStatement(statement);
    const search = { label: LABELS.claimWork, data, bits, startNonce: 0, maxTries: 1e6 };
    const { nonce } = findProof(cryptoSuite, search) ?? { nonce: 0 };
    const claim = await signClaim(nobleSuite, device.signingSeed, statement, nonce);
    const card = await signCard(nobleSuite, device.signingSeed, {
      ...common,
      cardSeq,
      boxes: [{ boxId: toHex(this.random.bytes(16)) as BoxId, relay: { relay: this.#relay(), addresses: [] } }],
      expiresMs: nowMs + 30 * DAY_MS,
    });
    return encodeAccountRecord({ ...(hasClaim ? { claim } : {}), chain: chain.entries, cards: [card] });
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
