/**
 * The serving end: answers the requests of one connection from a list of services and streams events to it.
 * A connection is bounded in requests under way and in subscriptions; events wait for the reader.
 */
import type { Client } from "../client.ts";
import { MessengerError } from "../messenger-error.ts";
import { errorToRpc } from "./error-data.ts";
import { type EventMethods, EventStreams, eventMethods } from "./event-streams.ts";
import { RPC_ERROR, type RpcId, type RpcLineError, type RpcMessage, readRpcLine, writeRpcLine } from "./json-rpc.ts";
import { type LineCarrier, MAX_ANSWER_LINE_BYTES, MAX_REQUEST_LINE_BYTES } from "./line-carrier.ts";
import { createService, type Service } from "./method-table.ts";
import { engineMethods } from "./methods.ts";

/** Requests of one connection under way at once. */
const MAX_UNDER_WAY = 256;

type Request = Extract<RpcMessage, { kind: "request" | "notification" }>;

/**
 * Serves services over one connection until it closes. A message that is no request is answered with an error; the
 * connection stays open. Requests start in the order of their lines and are answered as they finish.
 */
export function serveServices(services: readonly Service[], carrier: LineCarrier): void {
  let underWay = 0;
  const serve = async (request: Request): Promise<void> => {
    underWay += 1;
    const answer = await runRequest(services, request);
    underWay -= 1;
    if (request.kind === "request") await carrier.send(answer(request.id));
  };
  carrier.onLine((line) => {
    const message = readRpcLine(line, MAX_REQUEST_LINE_BYTES);
    if (!message.ok) void carrier.send(refuseLine(message.error));
    else if (message.value.kind !== "request" && message.value.kind !== "notification") {
      void carrier.send(refuseLine({ code: "not-a-message", id: null }));
    } else if (underWay < MAX_UNDER_WAY) void serve(message.value);
    else if (message.value.kind === "request") void carrier.send(refuseBusy(message.value.id));
  });
}

/** Serves an engine, its events and any further services over one connection until it closes. */
export function serveClient(client: Client, carrier: LineCarrier, more: readonly Service[] = []): void {
  const streams = new EventStreams(client, carrier);
  const engine = createService(engineMethods, (method, params) => client.call(method, params));
  const events = createService<EventMethods>(eventMethods, {
    "events.subscribe": async ({ after }) => {
      const subscription = streams.open();
      // The answer leaves within this turn, and must be there before the first event names its subscription.
      const isAnswered = new Promise<void>((resolve) => setTimeout(resolve, 0));
      void streams.start(subscription, after, isAnswered);
      return { subscription };
    },
    "events.unsubscribe": async ({ subscription }) => ({ isEnded: streams.end(subscription) }),
  });
  carrier.onClose(() => streams.endAll());
  serveServices([engine, events, ...more], carrier);
}

/** Runs one request; the returned function writes its answer. Never rejects. */
async function runRequest(services: readonly Service[], request: Request): Promise<(id: RpcId) => string> {
  try {
    const result = await findMethod(services, request);
    return (id) => writeResult(id, result);
  } catch (error) {
    const rpcError = errorToRpc(error);
    return (id) => writeRpcLine({ kind: "error", id, error: rpcError });
  }
}

function findMethod(services: readonly Service[], request: Request): Promise<unknown> {
  for (const service of services) {
    const outcome = service.handle(request.method, request.params);
    if (outcome !== undefined) return outcome;
  }
  throw new MessengerError("METHOD_UNKNOWN", "this node does not know the method");
}

function writeResult(id: RpcId, result: unknown): string {
  const line = writeRpcLine({ kind: "result", id, result });
  if (line.length <= MAX_ANSWER_LINE_BYTES) return line;
  const details = { rule: "answer", limit: MAX_ANSWER_LINE_BYTES, actual: line.length };
  const error = new MessengerError("PARAMS_INVALID", "the answer is too long: ask for fewer entries", { details });
  return writeRpcLine({ kind: "error", id, error: errorToRpc(error) });
}

function refuseBusy(id: RpcId): string {
  const details = { rule: "requests-under-way", limit: MAX_UNDER_WAY };
  const error = new MessengerError("PARAMS_INVALID", "too many requests at once on one connection", { details });
  return writeRpcLine({ kind: "error", id, error: errorToRpc(error) });
}

const LINE_REFUSALS: { readonly [C in RpcLineError["code"]]: { readonly code: number; readonly message: string } } = {
  "not-json": { code: RPC_ERROR.notJson, message: "the line is not JSON" },
  "not-a-message": { code: RPC_ERROR.notARequest, message: "the line is not a JSON-RPC 2.0 request" },
  batch: { code: RPC_ERROR.notARequest, message: "batches are not supported: send one request a line" },
  "too-long": { code: RPC_ERROR.notARequest, message: "the line is too long" },
};

function refuseLine(error: RpcLineError): string {
  const refusal = LINE_REFUSALS[error.code];
  const details = { rule: error.code, ...(error.code === "too-long" ? { limit: error.limit } : {}) };
  const id = error.code === "not-a-message" ? error.id : null;
  return writeRpcLine({ kind: "error", id, error: { ...refusal, data: { code: "PARAMS_INVALID", details } } });
}
