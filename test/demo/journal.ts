/** Follows a node's events over its control socket and remembers them; a restart of the node leaves no gap in it. */
import type { ClientEvent, Message } from "@kith/client";
import type { NodeClient } from "@kith/node";
import { within } from "./processes.ts";

/** What happened at one person's node, in order. */
export class Journal {
  /** Received messages in the order in which the node told of them; one told twice is in it twice. */
  readonly received: Message[] = [];
  /** Own messages as last told. */
  readonly ownById: Map<string, Message> = new Map();
  #lastSeq = 0;
  #abort = new AbortController();
  #following: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;

  /** Reads on after the last event read before. */
  follow(client: NodeClient): void {
    this.#abort = new AbortController();
    this.#following = this.#read(client, this.#abort.signal);
  }

  /** Ends reading; the node may stop now. */
  async pause(): Promise<void> {
    this.#abort.abort();
    await this.#following;
  }

  /** Resolves when the condition holds; it is looked at after each event. */
  async waitFor(condition: () => boolean, timeoutMs: number, what: string): Promise<void> {
    const holds = async (): Promise<void> => {
      while (!condition()) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    };
    await within(holds(), timeoutMs, `this did not happen: ${what};`);
  }

  /** How many of these own messages are in one of the states. */
  count(ids: readonly string[], isWanted: (message: Message) => boolean): number {
    return ids.filter((id) => {
      const message = this.ownById.get(id);
      return message !== undefined && isWanted(message);
    }).length;
  }

  async #read(client: NodeClient, signal: AbortSignal): Promise<void> {
    try {
      for await (const event of client.events(this.#lastSeq, signal)) this.#take(event);
    } catch (error) {
      // A node that is killed takes its connection with it; the next one is followed from the same place.
      if (!(error instanceof Error) || !("code" in error) || error.code !== "STOPPED") throw error;
    }
  }

  #take(event: ClientEvent): void {
    this.#lastSeq = event.seq;
    if (event.type === "message.received") this.received.push(event.message);
    if (event.type === "message.changed") this.ownById.set(event.message.id, event.message);
    this.#wake();
  }
}
