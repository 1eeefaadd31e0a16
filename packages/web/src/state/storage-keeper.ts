/** Whether the browser may delete what a peer keeps in it: asked once there is something to lose, told as it is. */
import { type ReadonlySignal, signal } from "@preact/signals";

/** What is known about the storage of this origin. */
export interface StorageFacts {
  /** Whether the browser has promised not to delete it by itself; null where it cannot say. */
  readonly isKept: boolean | null;
  /** As far as the browser says. */
  readonly usedBytes: number | null;
}

/** Asks the browser; the person may say no, and most browsers decide alone. */
export class StorageKeeper {
  readonly #facts = signal<StorageFacts | null>(null);
  #hasAsked = false;

  /** Null until it was read. */
  get facts(): ReadonlySignal<StorageFacts | null> {
    return this.#facts;
  }

  /** Asks for the promise unless it was asked for since the page was opened. */
  async askOnce(): Promise<void> {
    if (this.#hasAsked) return;
    await this.ask();
  }

  /** Asks for the promise, and reads what came of it. */
  async ask(): Promise<void> {
    this.#hasAsked = true;
    if (navigator.storage?.persist !== undefined) await navigator.storage.persist();
    await this.read();
  }

  /** Reads what holds now. */
  async read(): Promise<void> {
    const { storage } = navigator;
    const isKept = storage?.persisted === undefined ? null : await storage.persisted();
    const estimate = storage?.estimate === undefined ? {} : await storage.estimate();
    this.#facts.value = { isKept, usedBytes: estimate.usage ?? null };
  }
}
