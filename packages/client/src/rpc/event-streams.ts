/** The event subscriptions of one served connection; each is pumped one event at a time, as the reader reads. */
import { integer, minValue, number, pipe } from "valibot";
import type { Client, ClientEvent } from "../client.ts";
import { MessengerError } from "../messenger-error.ts";
import { errorToRpc } from "./error-data.ts";
import { type RpcError, writeRpcLine } from "./json-rpc.ts";
import type { LineCarrier } from "./line-carrier.ts";
import { type MethodTable, paramsSchema } from "./method-table.ts";

/** The methods that carry events over a connection, beside the engine's own. */
export interface EventMethods {
  /** Events after number `after` follow as notifications `event`, each with the number of its subscription. */
  "events.subscribe": { params: { after: number }; result: { subscription: number } };
  "events.unsubscribe": { params: { subscription: number }; result: { isEnded: boolean } };
}

/** Parameters of the notification `event`. */
export type EventNotice = ClientEvent & { readonly subscription: number };

/** Parameters of the notification `events.ended`: the stream is over, and why if it failed. */
export interface EventsEnded {
  readonly subscription: number;
  readonly error?: RpcError;
}

/** Schemas of the event methods. */
export const eventMethods: MethodTable<EventMethods> = {
  "events.subscribe": paramsSchema<EventMethods["events.subscribe"]["params"]>({
    after: pipe(number(), integer(), minValue(-1)),
  }),
  "events.unsubscribe": paramsSchema<EventMethods["events.unsubscribe"]["params"]>({
    subscription: pipe(number(), integer()),
  }),
};

/** Open subscriptions of one connection; an interface needs one. */
const MAX_SUBSCRIPTIONS = 8;

/** Subscriptions with the life of their connection. */
export class EventStreams {
  readonly #client: Client;
  readonly #carrier: LineCarrier;
  readonly #abortById = new Map<number, AbortController>();
  #lastId = 0;

  constructor(client: Client, carrier: LineCarrier) {
    this.#client = client;
    this.#carrier = carrier;
  }

  /** Reserves a number; nothing flows before `start`. @throws MessengerError PARAMS_INVALID when there are too many. */
  open(): number {
    if (this.#abortById.size >= MAX_SUBSCRIPTIONS) {
      const details = { rule: "subscriptions", limit: MAX_SUBSCRIPTIONS };
      throw new MessengerError("PARAMS_INVALID", "too many subscriptions on one connection", { details });
    }
    this.#lastId += 1;
    this.#abortById.set(this.#lastId, new AbortController());
    return this.#lastId;
  }

  /**
   * Streams the events after number `after` until the subscription or the connection ends. Never rejects.
   * The engine is asked at once, so that nothing that happens from now on is missed; the first event goes out once
   * `isAnswered` has resolved.
   */
  async start(subscription: number, after: number, isAnswered: Promise<void>): Promise<void> {
    const signal = this.#abortById.get(subscription)?.signal;
    if (signal === undefined) return;
    let error: RpcError | undefined;
    try {
      for await (const event of this.#client.events(after, signal)) {
        await isAnswered;
        if (signal.aborted) break;
        await this.#notify("event", { ...event, subscription });
      }
    } catch (cause) {
      error = errorToRpc(cause);
    }
    await isAnswered;
    if (signal.aborted) return;
    this.#abortById.delete(subscription);
    await this.#notify("events.ended", { subscription, ...(error === undefined ? {} : { error }) });
  }

  /** @returns false when there is no such subscription. */
  end(subscription: number): boolean {
    this.#abortById.get(subscription)?.abort();
    return this.#abortById.delete(subscription);
  }

  endAll(): void {
    for (const id of [...this.#abortById.keys()]) this.end(id);
  }

  #notify(method: string, params: EventNotice | EventsEnded): Promise<void> {
    return this.#carrier.send(writeRpcLine({ kind: "notification", method, params }));
  }
}
