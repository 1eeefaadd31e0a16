/**
 * One process of a simulation: its ports work until it is killed; afterwards nothing it started ever comes back, as
 * when the power is cut. What its disk held by then is the snapshot that the next process starts from.
 */
import type { Cancel, Clock, KithProtocol, Network, Store, TableKeySource } from "@kith/client";
import { type MemoryNode, MemoryStore } from "@kith/client/testing";

/** Ports that end with the process. */
export class SimProcess {
  readonly clock: Clock;
  readonly network: Network;
  #isAlive = true;
  #isServing = true;
  readonly #stores: MemoryStore[] = [];
  readonly #timers: Set<Cancel> = new Set();

  constructor(clock: Clock, node: MemoryNode) {
    this.clock = this.#wrapClock(clock);
    this.network = this.#wrapNetwork(node);
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** A store of this process over a memory disk. */
  openStore(disk: MemoryStore): Store {
    this.#stores.push(disk);
    const alive = <T>(work: () => Promise<T>): Promise<T> => (this.#isAlive ? this.#settle(work()) : never<T>());
    return {
      get: (key) => alive(() => disk.get(key)),
      entries: (range) => alive(() => disk.entries(range)),
      commit: (changes) => alive(() => disk.commit(changes)),
      close: () => alive(() => disk.close()),
    };
  }

  /** A key beside the disk, for this process only. */
  openTableKey(source: TableKeySource): TableKeySource {
    const alive = <T>(work: () => Promise<T>): Promise<T> => (this.#isAlive ? this.#settle(work()) : never<T>());
    return {
      load: () => alive(() => source.load()),
      make: (generation) =>
        alive(async () => {
          const made = await source.make(generation);
          return { ...made, replace: () => alive(() => made.replace()) };
        }),
    };
  }

  /** Refuses everything that reaches the node from now on, as a process that has ended in good order. */
  endServing(): void {
    this.#isServing = false;
  }

  /** Cuts the power; commits that are not durable never happen. @returns the disks for the next process. */
  kill(): readonly MemoryStore[] {
    this.#isAlive = false;
    this.#isServing = false;
    for (const cancel of this.#timers) cancel();
    return this.#stores.map((disk) => {
      const snapshot = disk.snapshot();
      disk.crash();
      return new MemoryStore({ snapshot });
    });
  }

  /** A promise whose outcome a dead process never sees. */
  #settle<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => this.#isAlive && resolve(value),
        (error: unknown) => this.#isAlive && reject(error),
      );
    });
  }

  #wrapClock(clock: Clock): Clock {
    return {
      nowMs: () => clock.nowMs(),
      monotonicMs: () => clock.monotonicMs(),
      after: (delayMs, task): Cancel => {
        if (!this.#isAlive) return () => undefined;
        const cancel = clock.after(delayMs, () => {
          this.#timers.delete(cancel);
          task();
        });
        this.#timers.add(cancel);
        return () => {
          this.#timers.delete(cancel);
          cancel();
        };
      },
    };
  }

  #wrapNetwork(node: MemoryNode): Network {
    return {
      open: (target, protocol, identity) =>
        this.#isAlive ? this.#settle(node.open(target, protocol, identity)) : never(),
      serve: (protocol: KithProtocol, acceptor) =>
        node.serve(protocol, (inbound) => {
          const handle = acceptor(inbound);
          return (frame) => (this.#isServing ? handle(frame) : never());
        }),
      self: () => node.self(),
      nearby: () => node.nearby(),
      onChange: (listener) => node.onChange(() => this.#isAlive && listener()),
    };
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
