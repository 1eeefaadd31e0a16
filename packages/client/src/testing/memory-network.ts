/**
 * The network in memory: many nodes in one process, with loss, delay, duplication, partitions and dead nodes.
 * Everything waits on the given clock and draws from the given randomness, so a seed repeats a whole run.
 */
import { compareBytes, err, nobleSuite, ok, type RelayId, type RelayRef, type Result, utf8 } from "@kith/protocol";
import { openOwnChannel } from "../net/own-channel.ts";
import type {
  Acceptor,
  Channel,
  ClientIdentity,
  Clock,
  KithProtocol,
  LinkError,
  Network,
  Prober,
  Routing,
} from "../ports.ts";
import { MemoryChannel, type MemoryWire } from "./memory-channel.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** What goes wrong on the links; probabilities from 0 to 1, times in ms. */
export interface MemoryFaults {
  /** A request is lost: its sender sees a timeout. */
  readonly requestLoss: number;
  /** A request is handled, its answer is lost: its sender sees a timeout. */
  readonly answerLoss: number;
  /** A request arrives twice. */
  readonly duplication: number;
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
}

/** A network on which nothing goes wrong. */
export const NO_FAULTS: MemoryFaults = Object.freeze({
  requestLoss: 0,
  answerLoss: 0,
  duplication: 0,
  minDelayMs: 1,
  maxDelayMs: 1,
});

/** How long a dial to somebody who is not there takes, in ms. */
const DIAL_TIMEOUT_MS = 8_000;

/** Peers a walk returns at most. */
const WALK_WIDTH = 8;

/** All nodes and the state of the links between them. */
export class MemoryHub {
  readonly clock: Clock;
  readonly random: SeededRandom;
  #faults: MemoryFaults;
  readonly #nodes = new Map<RelayId, MemoryNode>();
  #islandByNode = new Map<RelayId, number>();

  constructor(clock: Clock, random: SeededRandom, faults: MemoryFaults) {
    this.clock = clock;
    this.random = random;
    this.#faults = faults;
  }

  /** The faults of now. */
  get faults(): MemoryFaults {
    return this.#faults;
  }

  /** Every node, in the order in which they were added. */
  get nodes(): readonly MemoryNode[] {
    return [...this.#nodes.values()];
  }

  /** Changes what goes wrong from now on; parts left out stay. */
  setFaults(faults: Partial<MemoryFaults>): void {
    this.#faults = { ...this.#faults, ...faults };
  }

  /** Adds a node; one that does not listen can only dial. Without an id it gets one that belongs to no key. */
  addNode(options: { readonly listens: boolean; readonly id?: RelayId }): MemoryNode {
    const node = new MemoryNode(this, this.#nodes.size, options);
    this.#nodes.set(node.id, node);
    return node;
  }

  /** Cuts the network into islands; a node in none of them is alone. Frames under way to another island are lost. */
  partition(islands: readonly (readonly MemoryNode[])[]): void {
    this.#islandByNode = new Map(this.nodes.map((node, i) => [node.id, -1 - i]));
    for (const [i, island] of islands.entries()) for (const node of island) this.#islandByNode.set(node.id, i);
  }

  /** Joins all islands. */
  heal(): void {
    this.#islandByNode = new Map();
  }

  /** Whether frames pass between two nodes now. */
  isConnected(a: MemoryNode, b: MemoryNode): boolean {
    return a.isUp && b.isUp && this.#islandByNode.get(a.id) === this.#islandByNode.get(b.id);
  }

  /** Who listens at one of the addresses of a reference. */
  find(target: RelayRef): MemoryNode | null {
    const node = this.#nodes.get(target.relay);
    if (node === undefined || !node.listens || !target.addresses.includes(node.address)) return null;
    return node;
  }

  /** A delay drawn from the faults of now, in ms. */
  drawDelayMs(): number {
    const { minDelayMs, maxDelayMs } = this.#faults;
    return minDelayMs + this.random.below(Math.floor(maxDelayMs - minDelayMs) + 1);
  }
}

/** One process of the network. */
export class MemoryNode implements Network, Prober, Routing {
  readonly id: RelayId;
  readonly listens: boolean;
  readonly #hub: MemoryHub;
  readonly #number: number;
  readonly #acceptors = new Map<KithProtocol, Acceptor>();
  readonly #channels = new Set<MemoryChannel>();
  readonly #changeListeners: (() => void)[] = [];
  #nearby: readonly RelayRef[] = [];
  #isUp = true;
  #moves = 0;

  constructor(hub: MemoryHub, number: number, options: { readonly listens: boolean; readonly id?: RelayId }) {
    this.#hub = hub;
    this.#number = number;
    this.listens = options.listens;
    this.id = options.id ?? drawPeerId(hub.random);
  }

  /** Whether the process runs. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** The node's IP address as others see it. */
  get ip(): string {
    return `10.${this.#moves}.${Math.floor(this.#number / 250)}.${1 + (this.#number % 250)}`;
  }

  /** The only address it listens at. */
  get address(): string {
    return `/ip4/${this.ip}/tcp/4001`;
  }

  async open(target: RelayRef, protocol: KithProtocol, _identity: ClientIdentity): Promise<Result<Channel, LinkError>> {
    if (!this.#isUp) return err({ code: "closed" });
    if (target.relay === this.id && this.listens) return this.#openOwn(protocol);
    const node = this.#hub.find(target);
    if (node === null) {
      await this.#wait(this.#hub.drawDelayMs());
      return err({ code: "unreachable", tried: target.addresses });
    }
    await this.#wait(this.#hub.isConnected(this, node) ? this.#hub.drawDelayMs() : DIAL_TIMEOUT_MS);
    if (!this.#hub.isConnected(this, node)) return err({ code: "unreachable", tried: target.addresses });
    const acceptor = node.#acceptors.get(protocol);
    if (acceptor === undefined) return err({ code: "unsupported" });
    const channel = new MemoryChannel(node.id, this.#wireTo(node), acceptor, this.ip);
    for (const end of [this, node]) {
      end.#channels.add(channel);
      channel.onClose(() => end.#channels.delete(channel));
    }
    return ok(channel);
  }

  serve(protocol: KithProtocol, acceptor: Acceptor): void {
    this.#acceptors.set(protocol, acceptor);
  }

  self(): RelayRef | null {
    return this.listens ? { relay: this.id, addresses: [this.address] } : null;
  }

  nearby(): readonly RelayRef[] {
    return this.#nearby;
  }

  onChange(listener: () => void): void {
    this.#changeListeners.push(listener);
  }

  async probe(target: RelayRef): Promise<boolean> {
    const node = this.#hub.find(target);
    await this.#wait(this.#hub.drawDelayMs());
    return node !== null && this.#hub.isConnected(this, node);
  }

  async closestPeers(key: Uint8Array): Promise<readonly RelayRef[]> {
    await this.#wait(this.#hub.drawDelayMs());
    const place = nobleSuite.sha256(key);
    const distance = (node: MemoryNode) => nobleSuite.sha256(utf8(node.id)).map((byte, i) => byte ^ (place[i] ?? 0));
    return this.#hub.nodes
      .filter((node) => node.#acceptors.has("directory") && this.#hub.isConnected(this, node))
      .sort((a, b) => compareBytes(distance(a), distance(b)))
      .map((node) => node.self())
      .filter((ref) => ref !== null)
      .slice(0, WALK_WIDTH);
  }

  estimatedNodes(): number {
    return this.#hub.nodes.filter((node) => node.#acceptors.has("directory")).length;
  }

  /** Ends the process: its channels break at both ends, dials to it fail. What it serves is kept for `comeUp`. */
  goDown(): void {
    this.#isUp = false;
    for (const channel of [...this.#channels]) channel.break();
  }

  /** Starts the process again; it has to open its channels anew. */
  comeUp(): void {
    this.#isUp = true;
  }

  /** Gives the node another address; references with the old one lead nowhere. */
  move(): void {
    this.#moves += 1;
    this.#changed();
  }

  /** Lets the node meet peers on its local network. */
  meet(peers: readonly RelayRef[]): void {
    this.#nearby = peers;
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#changeListeners) listener();
  }

  #openOwn(protocol: KithProtocol): Result<Channel, LinkError> {
    const acceptor = this.#acceptors.get(protocol);
    if (acceptor === undefined) return err({ code: "unsupported" });
    const { clock } = this.#hub;
    return ok(
      openOwnChannel({
        peer: this.id,
        acceptor,
        after: (delayMs, task) => clock.after(delayMs, task),
        onHandlerError: (error) => {
          throw error; // a bug of the code under test: the run shall fail
        },
      }),
    );
  }

  #wireTo(node: MemoryNode): MemoryWire {
    const hub = this.#hub;
    return {
      delayMs: () => hub.drawDelayMs(),
      requestCopies: () => {
        if (hub.random.chance(hub.faults.requestLoss)) return 0;
        return hub.random.chance(hub.faults.duplication) ? 2 : 1;
      },
      deliversAnswer: () => !hub.random.chance(hub.faults.answerLoss),
      isConnected: () => hub.isConnected(this, node),
      monotonicMs: () => hub.clock.monotonicMs(),
      after: (delayMs, task) => hub.clock.after(delayMs, task),
    };
  }

  #wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#hub.clock.after(delayMs, resolve);
    });
  }
}

/** Makes an empty network. */
export function createMemoryNetwork(clock: Clock, random: SeededRandom, faults: Partial<MemoryFaults> = {}): MemoryHub {
  return new MemoryHub(clock, random, { ...NO_FAULTS, ...faults });
}

const BASE58 = [..."123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"];

// The shape of an Ed25519 PeerId, so that references pass the codec.
function drawPeerId(random: SeededRandom): RelayId {
  return `12D3KooW${Array.from({ length: 44 }, () => random.pick(BASE58)).join("")}` as RelayId;
}
