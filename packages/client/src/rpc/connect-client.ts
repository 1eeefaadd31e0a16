/**
 * The calling end: the same `Client` as the engine, over a connection. Answers come from the person's own node and are
 * trusted as it is; a connection that closes rejects what is under way with STOPPED.
 */
import type { Client, ClientEvent, Methods } from "../client.ts";
import { MessengerError } from "../messenger-error.ts";
import { rpcToError } from "./error-data.ts";
import { EventReader } from "./event-reader.ts";
import { type RpcError, type RpcMessage, readRpcLine, writeRpcLine } from "./json-rpc.ts";
import { type LineCarrier, MAX_ANSWER_LINE_BYTES } from "./line-carrier.ts";
import type { CallMethod, MethodSet } from "./method-table.ts";

/** A connected client of the methods `T`; the engine's by default. */
export interface RpcClient<T extends MethodSet<T> = Methods> extends Pick<Client, "events"> {
  /** @throws MessengerError with the code of the other end; STOPPED when the connection is closed or silent. */
  readonly call: CallMethod<T>;
  onClose(listener: () => void): void;
  close(): void;
}

/** Bounds of a connected client. */
export interface RpcClientOptions {
  /** Longest wait for an answer; the slowest method mines a handle's proof of work. */
  readonly timeoutMs: number;
}

/** Ten minutes: nothing a person waits for takes longer. */
export const DEFAULT_RPC_CLIENT_OPTIONS: RpcClientOptions = Object.freeze({ timeoutMs: 10 * 60 * 1000 });

interface Pending {
  /** Called within the line that brought the answer, so that nothing that follows it is missed. */
  settle(outcome: { readonly result: unknown } | { readonly error: MessengerError }): void;
}

const stopped = (): MessengerError => new MessengerError("STOPPED", "the connection to the node is closed");

/** Connects to the other end of a carrier. */
export function connectClient<T extends MethodSet<T> = Methods>(
  carrier: LineCarrier,
  options: RpcClientOptions = DEFAULT_RPC_CLIENT_OPTIONS,
): RpcClient<T> {
  const connection = new Connection(carrier, options);
  return {
    call: <M extends keyof T & string>(method: M, params: T[M]["params"]) =>
      connection.request(method, params, (result) => result as T[M]["result"]),
    events: (after: number, signal: AbortSignal) => connection.events(after, signal),
    onClose: (listener) => connection.onClose(listener),
    close: () => carrier.close(),
  };
}

class Connection {
  readonly #carrier: LineCarrier;
  readonly #options: RpcClientOptions;
  readonly #pendingById = new Map<number, Pending>();
  readonly #readerById = new Map<number, EventReader>();
  readonly #closeListeners: (() => void)[] = [];
  #lastId = 0;
  #isClosed = false;

  constructor(carrier: LineCarrier, options: RpcClientOptions) {
    this.#carrier = carrier;
    this.#options = options;
    carrier.onClose(() => this.#stop());
    carrier.onLine((line) => this.#take(line));
  }

  onClose(listener: () => void): void {
    if (this.#isClosed) listener();
    else this.#closeListeners.push(listener);
  }

  /** @param read runs within the line that brought the answer. */
  request<R>(method: string, params: unknown, read: (result: unknown) => R): Promise<R> {
    if (this.#isClosed) return Promise.reject(stopped());
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<R>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pendingById.delete(id);
        reject(new MessengerError("STOPPED", `the node gave no answer within ${this.#options.timeoutMs} ms`));
      }, this.#options.timeoutMs);
      this.#pendingById.set(id, {
        settle: (outcome) => {
          clearTimeout(timer);
          this.#pendingById.delete(id);
          if ("error" in outcome) reject(outcome.error);
          else resolve(read(outcome.result));
        },
      });
      void this.#carrier.send(writeRpcLine({ kind: "request", id, method, params }));
    });
  }

  async *events(after: number, signal: AbortSignal): AsyncGenerator<ClientEvent> {
    let next = after;
    while (!signal.aborted) {
      const { reader, subscription } = await this.#subscribe(next);
      try {
        for await (const event of reader.read(signal)) {
          next = event.seq;
          yield event;
        }
      } finally {
        this.#readerById.delete(subscription);
        if (!this.#isClosed) void this.#unsubscribe(subscription);
      }
      // A reader that fell behind starts again after the last event it handed on.
      if (!reader.hasOverflowed) return;
    }
  }

  #subscribe(after: number): Promise<{ reader: EventReader; subscription: number }> {
    return this.request("events.subscribe", { after }, (result) => {
      const { subscription } = result as { subscription: number };
      const reader = new EventReader();
      this.#readerById.set(subscription, reader);
      return { reader, subscription };
    });
  }

  async #unsubscribe(subscription: number): Promise<void> {
    await this.request("events.unsubscribe", { subscription }, () => undefined).catch((error: unknown) => {
      if (!(error instanceof MessengerError)) throw error;
    });
  }

  #take(line: string): void {
    const message = readRpcLine(line, MAX_ANSWER_LINE_BYTES);
    // Our own node never writes such a line: whatever does is no node, and no answer can be told from another.
    if (!message.ok) this.#carrier.close();
    else this.#dispatch(message.value);
  }

  #dispatch(message: RpcMessage): void {
    switch (message.kind) {
      case "result":
        this.#pendingById.get(Number(message.id))?.settle({ result: message.result });
        break;
      case "error":
        this.#pendingById.get(Number(message.id))?.settle({ error: rpcToError(message.error) });
        break;
      case "notification":
        this.#notice(message.method, message.params);
        break;
      case "request":
        break;
    }
  }

  #notice(method: string, params: unknown): void {
    const { subscription, ...rest } = params as { subscription: number; error?: RpcError };
    const reader = this.#readerById.get(subscription);
    if (method === "event") reader?.push(rest as unknown as ClientEvent);
    if (method === "events.ended") reader?.end(rest.error === undefined ? null : rpcToError(rest.error));
  }

  #stop(): void {
    this.#isClosed = true;
    for (const pending of [...this.#pendingById.values()]) pending.settle({ error: stopped() });
    for (const reader of this.#readerById.values()) reader.end(stopped());
    for (const listener of this.#closeListeners.splice(0)) listener();
  }
}
