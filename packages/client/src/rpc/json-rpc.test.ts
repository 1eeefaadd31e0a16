import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { type RpcMessage, readRpcLine, writeRpcLine } from "./json-rpc.ts";
import { MAX_REQUEST_LINE_BYTES } from "./line-carrier.ts";

const id = fc.oneof(fc.maxSafeInteger(), fc.string({ maxLength: 64 }));
const params = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.parse(JSON.stringify(value)));
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)));
const error = fc.record(
  { code: fc.maxSafeInteger().map((code) => code + 0), message: fc.string(), data: json },
  { requiredKeys: ["code", "message"] },
);
const message: fc.Arbitrary<RpcMessage> = fc.oneof(
  fc.record({ kind: fc.constant("request" as const), id, method: fc.string({ maxLength: 64 }), params }),
  fc.record({ kind: fc.constant("notification" as const), method: fc.string({ maxLength: 64 }), params }),
  fc.record({ kind: fc.constant("result" as const), id, result: json }),
  fc.record({ kind: fc.constant("error" as const), id: fc.option(id), error }),
);

const read = (value: unknown) => readRpcLine(JSON.stringify(value), MAX_REQUEST_LINE_BYTES);

describe("JSON-RPC lines", () => {
  test.prop([message])("a message reads back as it was written, on one line", (value) => {
    const line = writeRpcLine(value);
    expect(line).not.toContain("\n");
    expect(readRpcLine(line, Number.MAX_SAFE_INTEGER)).toEqual({ ok: true, value: JSON.parse(JSON.stringify(value)) });
  });

  test.prop([fc.oneof(fc.string({ unit: "binary" }), fc.json())])("any text gives a message or an error", (line) => {
    const outcome = readRpcLine(line, MAX_REQUEST_LINE_BYTES);
    if (!outcome.ok) expect(["not-json", "not-a-message", "batch"]).toContain(outcome.error.code);
  });

  test.prop([message, fc.nat()])("a line cut short is no message", (value, cut) => {
    const line = writeRpcLine(value);
    expect(readRpcLine(line.slice(0, cut % line.length), line.length)).toEqual({
      ok: false,
      error: { code: "not-json" },
    });
  });

  test("a line longer than the bound is refused before it is parsed", () => {
    expect(readRpcLine("[".repeat(11), 10)).toEqual({ ok: false, error: { code: "too-long", limit: 10 } });
  });

  test("a batch is refused as such", () => {
    expect(read([{ jsonrpc: "2.0", id: 1, method: "a" }])).toEqual({ ok: false, error: { code: "batch" } });
  });

  test.each([
    [{ id: 1, method: "a" }, 1],
    [{ jsonrpc: "1.0", id: 1, method: "a" }, 1],
    [{ jsonrpc: "2.0", id: 1, method: 5 }, 1],
    [{ jsonrpc: "2.0", id: 1, method: "a", params: "text" }, 1],
    [{ jsonrpc: "2.0", id: 1, method: "a", params: null }, 1],
    [{ jsonrpc: "2.0", id: 1, method: "a", extra: true }, 1],
    [{ jsonrpc: "2.0", id: 1.5, method: "a" }, null],
    [{ jsonrpc: "2.0", id: null, method: "a" }, null],
    [{ jsonrpc: "2.0", id: "x".repeat(65), method: "a" }, null],
    [{ jsonrpc: "2.0", id: 1, method: "x".repeat(65) }, 1],
    [{ jsonrpc: "2.0", id: 1, result: 1, error: { code: 1, message: "" } }, 1],
    [{ jsonrpc: "2.0", id: 1, error: { code: "1", message: "" } }, 1],
    [{ jsonrpc: "2.0", id: 1 }, 1],
    [null, null],
    ["text", null],
  ])("%j is not a message", (value, knownId) => {
    expect(read(value)).toEqual({ ok: false, error: { code: "not-a-message", id: knownId } });
  });
});
