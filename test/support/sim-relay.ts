/** A relay of a simulation: the real relay and directory services over memory disks, which outlive their process. */
import type { Acceptor } from "@kith/client";
import { type FakeClock, type MemoryHub, type MemoryNode, MemoryStore, type SeededRandom } from "@kith/client/testing";
import {
  decodeAs,
  encodeAs,
  envelopeIdOf,
  MAX_FRAME_BYTES,
  publicKeyToRelay,
  type RelayRef,
  type RelayRequest,
  type RelayResponse,
  relayRequest,
  relayResponse,
} from "@kith/protocol";
import {
  createDirectoryService,
  createRelayService,
  type DirectoryService,
  type RelayLimits,
  type RelayService,
} from "../../packages/node/src/relay/index.ts";
import { SIM_PARAMETERS } from "./sim-parameters.ts";
import { type Plant, plantInRelay } from "./sim-plants.ts";
import { SimProcess } from "./sim-process.ts";
import { simSuite } from "./sim-suite.ts";

/** Work that a simulation can pay. */
const WORK = { create: 2, bundleGet: 1, boxPut: 1 } as const;

/** What a relay is made in. */
export interface SimRelayOptions {
  readonly clock: FakeClock;
  readonly hub: MemoryHub;
  readonly random: SeededRandom;
  readonly limits?: Partial<RelayLimits>;
  readonly plant?: Plant | undefined;
  readonly onError: (error: unknown) => void;
}

/** How a dishonest relay changes what it says; requests it was never asked are not its to change. */
export interface Tamper {
  /** The answer to give instead of the honest one. */
  answer?(request: RelayRequest, honest: RelayResponse): RelayResponse;
  /** What to push instead of one honest push. */
  push?(honest: RelayResponse): readonly RelayResponse[];
}

/** One relay. */
export class SimRelay {
  /** Set to make the relay dishonest from now on. */
  tamper: Tamper = {};
  readonly node: MemoryNode;
  readonly #options: SimRelayOptions;
  readonly #seed: Uint8Array;
  #disks: readonly MemoryStore[] = [new MemoryStore(), new MemoryStore(), new MemoryStore()];
  #process: SimProcess;
  /** Envelopes by their ids, each with the send side of its queue. */
  readonly #promised = new Map<string, string>();
  /** Queues by their receive sides, each with its send side. */
  readonly #created = new Map<string, string>();
  #services: readonly [RelayService, DirectoryService] | null = null;

  private constructor(options: SimRelayOptions, node: MemoryNode, seed: Uint8Array) {
    this.#options = options;
    this.#seed = seed;
    this.node = node;
    this.#process = new SimProcess(options.clock, node);
  }

  static async start(options: SimRelayOptions): Promise<SimRelay> {
    const seed = options.random.bytes(32);
    const id = publicKeyToRelay(await simSuite.ed25519PublicKey(seed));
    const relay = new SimRelay(options, options.hub.addNode({ listens: true, id }), seed);
    await relay.#start();
    return relay;
  }

  get ref(): RelayRef {
    return { relay: this.node.id, addresses: [this.node.address] };
  }

  /** The queue store, the box store and the directory store, as they are on disk. */
  get disks(): readonly MemoryStore[] {
    return this.#disks;
  }

  /** Different queues that it was asked to make and made, over all its processes. */
  get createdQueues(): number {
    return this.#created.size;
  }

  get metrics(): ReturnType<RelayService["metrics"]> {
    if (this.#services === null) throw new TypeError("the relay is down");
    return this.#services[0].metrics();
  }

  /** Cuts the power. */
  crash(): void {
    this.node.goDown();
    this.#disks = this.#process.kill();
    this.#services = null;
    this.#checkPromises();
  }

  /** Starts again after `crash`, with what the disks held. */
  async start(): Promise<void> {
    this.#process = new SimProcess(this.#options.clock, this.node);
    await this.#start();
    this.node.comeUp();
  }

  /** Comes back after a crash with empty disks, as when its operator began anew. */
  async startEmpty(): Promise<void> {
    this.#promised.clear();
    this.#disks = [new MemoryStore(), new MemoryStore(), new MemoryStore()];
    await this.start();
  }

  /** Comes back after a crash with a disk that lost some of the envelopes it held, and nothing else. */
  async startWithoutEnvelopes(isLost: (index: number) => boolean): Promise<void> {
    this.#promised.clear();
    const [queues = new MemoryStore(), ...others] = this.#disks;
    const rows = [...queues.snapshot()];
    const envelopes = rows.filter(([key]) => key.startsWith("e/")).map(([key]) => key);
    const lost = new Set(envelopes.filter((_, index) => isLost(index)).map((key) => key.slice(2)));
    const kept = rows.filter(([key]) => !/^[el]\//.test(key) || !lost.has(key.slice(2)));
    this.#disks = [new MemoryStore({ snapshot: new Map(kept) }), ...others];
    await this.start();
  }

  /** Comes back after a crash with its boxes and directory, and without a single queue. */
  async startWithoutQueues(): Promise<void> {
    this.#promised.clear();
    this.#disks = [new MemoryStore(), ...this.#disks.slice(1)];
    await this.start();
  }

  /** Ends timers. */
  stop(): void {
    for (const service of this.#services ?? []) service.stop();
    this.#process.endServing();
  }

  async #start(): Promise<void> {
    const [store, boxStore, directoryStore] = this.#disks.map((disk) =>
      plantInRelay(this.#process.openStore(disk), this.#options.plant, this.#process.clock),
    );
    if (store === undefined || boxStore === undefined || directoryStore === undefined) {
      throw new TypeError("a relay has three disks");
    }
    const { random, limits = {}, onError } = this.#options;
    const { network, clock } = this.#process;
    const shared = {
      relay: this.node.id,
      signingSeed: this.#seed,
      clock,
      random: random.bytes,
      suite: simSuite,
      onError,
    };
    const relay = createRelayService({
      ...shared,
      store,
      boxStore,
      limits: { work: WORK, ...limits },
      ownAddresses: () => this.ref,
    });
    const directory = createDirectoryService({
      ...shared,
      store: directoryStore,
      network,
      routing: this.node,
      parameters: SIM_PARAMETERS,
    });
    network.serve("relay", this.#tampered(relay.acceptor));
    network.serve("directory", directory.acceptor);
    this.#services = [relay, directory];
    await relay.start();
    await directory.start();
  }

  /** Every envelope that a receipt was given for and nobody acknowledged must be on the disk that a crash leaves. */
  #checkPromises(): void {
    const [queues] = this.#disks;
    const held = new Set<string>();
    for (const [key, value] of queues?.snapshot() ?? []) if (key.startsWith("e/")) held.add(idOf(value));
    const lost = [...this.#promised.keys()].filter((id) => !held.has(id));
    if (lost.length > 0) this.#options.onError(new Error(`${lost.length} envelopes with receipts are not on disk`));
    for (const id of lost) this.#promised.delete(id);
  }

  #notePromises(request: RelayRequest, answer: RelayResponse): void {
    if (request.type !== "put" || answer.type !== "put") return;
    for (const [index, { queue, envelope }] of request.items.entries()) {
      if (answer.outcomes[index]?.mac !== undefined) this.#promised.set(idOf(envelope), queue);
    }
  }

  #tampered(acceptor: Acceptor): Acceptor {
    return (inbound) => {
      const push = (frame: Uint8Array): void => {
        const pushes = this.tamper.push?.(decodeResponse(frame));
        if (pushes === undefined) inbound.push(frame);
        else for (const each of pushes) inbound.push(encodeAs(relayResponse, each));
      };
      const handle = acceptor({ ...inbound, push, onClose: (listener) => inbound.onClose(listener) });
      return async (frame) => {
        const request = decodeAs(relayRequest, frame, MAX_FRAME_BYTES);
        // Taken back before it is carried out: a crash may come between the deletion and its answer.
        if (request.ok && request.value.type === "ack") {
          for (const { id } of request.value.items) this.#promised.delete(id);
        }
        if (request.ok && request.value.type === "drop") {
          const sendId = this.#created.get(request.value.queue);
          for (const [id, queue] of this.#promised) if (queue === sendId) this.#promised.delete(id);
        }
        const answer = await handle(frame);
        if (!request.ok) return answer;
        if (request.value.type === "put") this.#notePromises(request.value, decodeResponse(answer));
        if (request.value.type === "create" && decodeResponse(answer).type === "done") {
          for (const { receiveId, sendId } of request.value.queues) this.#created.set(receiveId, sendId);
        }
        if (this.tamper.answer === undefined) return answer;
        return encodeAs(relayResponse, this.tamper.answer(request.value, decodeResponse(answer)));
      };
    };
  }
}

function decodeResponse(frame: Uint8Array): RelayResponse {
  const response = decodeAs(relayResponse, frame, MAX_FRAME_BYTES);
  if (!response.ok) throw new TypeError("a relay speaks its own protocol");
  return response.value;
}

function idOf(envelope: Uint8Array): string {
  return envelopeIdOf(simSuite, envelope);
}
