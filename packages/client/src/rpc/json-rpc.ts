/**
 * JSON-RPC 2.0, one message a line: strict reading, exact writing. Knows no methods and no transport.
 * Batches are refused: the order of a connection's lines says as much.
 * @see https://www.jsonrpc.org/specification
 */
import { err, ok, type Result } from "@kith/protocol";

/** Names a request of one connection. */
export type RpcId = number | string;

/** What went wrong, as it travels. */
export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** One message of either direction. */
export type RpcMessage =
  | { readonly kind: "request"; readonly id: RpcId; readonly method: string; readonly params: unknown }
  | { readonly kind: "notification"; readonly method: string; readonly params: unknown }
  | { readonly kind: "result"; readonly id: RpcId; readonly result: unknown }
  | { readonly kind: "error"; readonly id: RpcId | null; readonly error: RpcError };

/** Why a line is not a message: not JSON · JSON but no message · a batch · longer than the bound in bytes. */
export type RpcLineError =
  | { readonly code: "not-json" }
  | { readonly code: "not-a-message"; readonly id: RpcId | null }
  | { readonly code: "batch" }
  | { readonly code: "too-long"; readonly limit: number };

/** The numbers that JSON-RPC fixes, and one for everything a method itself refuses. */
export const RPC_ERROR: {
  readonly notJson: -32700;
  readonly notARequest: -32600;
  readonly methodUnknown: -32601;
  readonly paramsInvalid: -32602;
  readonly internal: -32603;
  readonly refused: -32000;
} = Object.freeze({
  notJson: -32700,
  notARequest: -32600,
  methodUnknown: -32601,
  paramsInvalid: -32602,
  internal: -32603,
  refused: -32000,
});

const MAX_ID_CHARACTERS = 64;
const MAX_METHOD_CHARACTERS = 64;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is RpcId {
  return Number.isSafeInteger(value) || (typeof value === "string" && value.length <= MAX_ID_CHARACTERS);
}

function hasOnly(value: Record<string, unknown>, keys: readonly string[]): boolean {
  return Object.keys(value).every((key) => keys.includes(key));
}

function readRequest(value: Record<string, unknown>): RpcMessage | null {
  const { method, params = {}, id } = value;
  if (typeof method !== "string" || method.length > MAX_METHOD_CHARACTERS) return null;
  if (!hasOnly(value, ["jsonrpc", "id", "method", "params"]) || typeof params !== "object" || params === null)
    return null;
  if (!("id" in value)) return { kind: "notification", method, params };
  return isId(id) ? { kind: "request", id, method, params } : null;
}

function readAnswer(value: Record<string, unknown>): RpcMessage | null {
  const { id, error } = value;
  if ("result" in value) {
    const isExact = hasOnly(value, ["jsonrpc", "id", "result"]);
    return isExact && isId(id) ? { kind: "result", id, result: value.result } : null;
  }
  if (!hasOnly(value, ["jsonrpc", "id", "error"]) || !isRecord(error)) return null;
  const { code, message, data } = error;
  if (!Number.isSafeInteger(code) || typeof message !== "string" || !(id === null || isId(id))) return null;
  return { kind: "error", id, error: { code: code as number, message, ...(data === undefined ? {} : { data }) } };
}

/** Reads one line. @param limit longest line in bytes; characters are counted, the transport counts bytes. */
export function readRpcLine(line: string, limit: number): Result<RpcMessage, RpcLineError> {
  if (line.length > limit) return err({ code: "too-long", limit });
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return err({ code: "not-json" });
    throw error;
  }
  if (Array.isArray(value)) return err({ code: "batch" });
  if (!isRecord(value)) return err({ code: "not-a-message", id: null });
  const id = isId(value.id) ? value.id : null;
  if (value.jsonrpc !== "2.0") return err({ code: "not-a-message", id });
  const message = "method" in value ? readRequest(value) : readAnswer(value);
  return message === null ? err({ code: "not-a-message", id }) : ok(message);
}

/** Writes one message as a line without its line break. */
export function writeRpcLine(message: RpcMessage): string {
  switch (message.kind) {
    case "request":
      return JSON.stringify({ jsonrpc: "2.0", id: message.id, method: message.method, params: message.params });
    case "notification":
      return JSON.stringify({ jsonrpc: "2.0", method: message.method, params: message.params });
    case "result":
      return JSON.stringify({ jsonrpc: "2.0", id: message.id, result: message.result ?? null });
    case "error":
      return JSON.stringify({ jsonrpc: "2.0", id: message.id, error: message.error });
  }
}
