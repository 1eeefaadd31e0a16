/** Both ends of a connection over a client that records, for the tests of this folder. */
import type { Client, ClientEvent, MethodName, Methods } from "../client.ts";
import { connectClient, type RpcClient } from "./connect-client.ts";
import { createMemoryCarriers, type LineCarrier } from "./line-carrier.ts";
import type { Service } from "./method-table.ts";
import { serveClient } from "./serve-client.ts";

/** One call as the engine saw it. */
export interface Call {
  readonly method: string;
  readonly params: unknown;
}

/** Records calls, answers with what the test says, and streams the events it is given. */
export class RecordingClient implements Client {
  readonly calls: Call[] = [];
  readonly kept: ClientEvent[] = [];
  answer: (call: Call) => unknown = () => ({ state: "none" });
  openStreams = 0;
  streamed = 0;
  #wake = new Set<() => void>();

  async call<M extends MethodName>(method: M, params: Methods[M]["params"]): Promise<Methods[M]["result"]> {
    this.calls.push({ method, params });
    return (await this.answer({ method, params })) as Methods[M]["result"];
  }

  async *events(after: number, signal: AbortSignal): AsyncGenerator<ClientEvent> {
    this.openStreams += 1;
    let next = after === -1 ? this.kept.length : this.kept.filter(({ seq }) => seq <= after).length;
    try {
      while (!signal.aborted) {
        const event = this.kept[next];
        if (event !== undefined) {
          next += 1;
          this.streamed += 1;
          yield event;
        } else await this.#change(signal);
      }
    } finally {
      this.openStreams -= 1;
    }
  }

  emit(count = 1): void {
    for (let index = 0; index < count; index += 1) {
      this.kept.push({ seq: this.kept.length + 1, atMs: 5, type: "contact.deleted", account: "kith1x" });
    }
    for (const wake of this.#wake) wake();
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#wake.delete(done);
        resolve();
      };
      this.#wake.add(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }
}

/** A client connected to a recording engine. */
export function connect(more: readonly Service[] = []): {
  engine: RecordingClient;
  client: RpcClient;
  far: LineCarrier;
} {
  const engine = new RecordingClient();
  const [near, far] = createMemoryCarriers();
  serveClient(engine, far, more);
  return { engine, client: connectClient(near), far };
}

/** Sends lines by hand and collects the answers. */
export function connectByHand(): { engine: RecordingClient; ask: (line: string) => Promise<Record<string, unknown>> } {
  const engine = new RecordingClient();
  const [near, far] = createMemoryCarriers();
  serveClient(engine, far);
  const waiting: ((line: string) => void)[] = [];
  near.onLine((line) => waiting.shift()?.(line));
  return {
    engine,
    ask: (line) =>
      new Promise((resolve) => {
        waiting.push((answer) => resolve(JSON.parse(answer)));
        void near.send(line);
      }),
  };
}
