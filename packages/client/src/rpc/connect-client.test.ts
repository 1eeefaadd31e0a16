import { string } from "valibot";
import { describe, expect, test, vi } from "vitest";
import type { ClientEvent, Methods } from "../client.ts";
import { MessengerError } from "../messenger-error.ts";
import { connectClient } from "./connect-client.ts";
import { errorToRpc, MESSENGER_ERROR_CODES, rpcToError } from "./error-data.ts";
import { connect, connectByHand, RecordingClient } from "./fixtures.ts";
import { createMemoryCarriers } from "./line-carrier.ts";
import { createService, type MethodTable, paramsSchema } from "./method-table.ts";
import { serveClient } from "./serve-client.ts";

async function take(events: AsyncIterable<ClientEvent>, count: number): Promise<number[]> {
  const seen: number[] = [];
  for await (const { seq } of events) {
    seen.push(seq);
    if (seen.length === count) break;
  }
  return seen;
}

describe("a client over a connection", () => {
  test("a call reaches the engine with its parameters and brings its result", async () => {
    const { engine, client } = connect();
    engine.answer = ({ params }) => ({ echoed: params });
    const params = { who: "@noor", text: "salām\n\u2028", id: "0".repeat(32) };
    expect(await client.call("message.send", params)).toEqual({ echoed: params });
    expect(engine.calls).toEqual([{ method: "message.send", params }]);
  });

  test("answers find their calls in whatever order they come", async () => {
    const { engine, client } = connect();
    const release: (() => void)[] = [];
    engine.answer = ({ params }) => new Promise((resolve) => release.push(() => resolve(params)));
    const first = client.call("contact.get", { who: "1" });
    const second = client.call("contact.get", { who: "2" });
    await vi.waitFor(() => expect(release.length).toBe(2));
    for (const each of release.reverse()) each();
    expect(await Promise.all([first, second])).toEqual([{ who: "1" }, { who: "2" }]);
  });

  test("a documented error arrives with code, message and details", async () => {
    const { engine, client } = connect();
    const details = { rule: "a", limit: 3, actual: 4, retryAfterMs: 5, tried: ["/ip4/1.2.3.4/tcp/1"] };
    engine.answer = () => Promise.reject(new MessengerError("INVITE_UNREACHABLE", "nobody answered", { details }));
    const error = await client.call("invite.join", { invite: "x" }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(MessengerError);
    expect(error).toMatchObject({ code: "INVITE_UNREACHABLE", message: "nobody answered", details });
  });

  test("an unknown error arrives as INTERNAL and its text stays behind", async () => {
    const { engine, client } = connect();
    engine.answer = () => Promise.reject(new Error("secret of /home/noor"));
    await expect(client.call("account.status", {})).rejects.toMatchObject({
      code: "INTERNAL",
      message: "internal error",
    });
  });

  test.each(MESSENGER_ERROR_CODES)("the code %s survives the wire", (code) => {
    expect(rpcToError(errorToRpc(new MessengerError(code, "m"))).code).toBe(code);
  });

  test("a code this version does not know becomes INTERNAL", () => {
    expect(rpcToError({ code: -32000, message: "m", data: { code: "NEW_CODE" } }).code).toBe("INTERNAL");
    expect(rpcToError({ code: -32000, message: "m", data: { code: "toString" } }).code).toBe("INTERNAL");
  });

  test("a closed connection rejects what is under way and what comes after with STOPPED", async () => {
    const { engine, client, far } = connect();
    engine.answer = () => new Promise(() => undefined);
    const under = client.call("account.status", {});
    const closed = vi.fn();
    client.onClose(closed);
    far.close();
    await expect(under).rejects.toMatchObject({ code: "STOPPED" });
    await expect(client.call("account.status", {})).rejects.toMatchObject({ code: "STOPPED" });
    expect(closed).toHaveBeenCalledTimes(1);
  });

  test("a node that gives no answer rejects with STOPPED after the time bound", async () => {
    const [near] = createMemoryCarriers();
    const client = connectClient(near, { timeoutMs: 1 });
    await expect(client.call("account.status", {})).rejects.toMatchObject({ code: "STOPPED" });
  });

  test("a line that no node writes closes the connection", async () => {
    const [near, far] = createMemoryCarriers();
    const client = connectClient(near);
    const call = client.call("account.status", {});
    await far.send("HTTP/1.1 200 OK");
    await expect(call).rejects.toMatchObject({ code: "STOPPED" });
  });
});

describe("events over a connection", () => {
  test("kept events and live ones come in order after the number asked for", async () => {
    const { engine, client } = connect();
    engine.emit(3);
    const seen = take(client.events(1, new AbortController().signal), 4);
    await vi.waitFor(() => expect(engine.openStreams).toBe(1));
    engine.emit(2);
    expect(await seen).toEqual([2, 3, 4, 5]);
  });

  test("a reader that leaves ends the stream of the engine", async () => {
    const { engine, client } = connect();
    engine.emit(1);
    await take(client.events(0, new AbortController().signal), 1);
    await vi.waitFor(() => expect(engine.openStreams).toBe(0));
  });

  test("an aborted reader ends quietly", async () => {
    const { engine, client } = connect();
    const abort = new AbortController();
    const seen = take(client.events(-1, abort.signal), 1);
    await vi.waitFor(() => expect(engine.openStreams).toBe(1));
    abort.abort();
    expect(await seen).toEqual([]);
    await vi.waitFor(() => expect(engine.openStreams).toBe(0));
  });

  test("a connection that closes ends its streams on both sides", async () => {
    const { engine, client, far } = connect();
    const seen = take(client.events(-1, new AbortController().signal), 1);
    await vi.waitFor(() => expect(engine.openStreams).toBe(1));
    far.close();
    await expect(seen).rejects.toMatchObject({ code: "STOPPED" });
    await vi.waitFor(() => expect(engine.openStreams).toBe(0));
  });

  test("a reader that falls behind gets every event all the same", async () => {
    const { engine, client } = connect();
    engine.emit(10_000);
    const seen: number[] = [];
    for await (const { seq } of client.events(0, new AbortController().signal)) {
      if (seen.length === 0) await vi.waitFor(() => expect(engine.streamed).toBe(10_000));
      seen.push(seq);
      if (seen.length === 10_000) break;
    }
    expect(seen).toEqual(Array.from({ length: 10_000 }, (_, index) => index + 1));
  });

  test("a ninth subscription of one connection is refused", async () => {
    const { ask } = connectByHand();
    const subscribe = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "events.subscribe", params: { after: -1 } });
    for (let count = 0; count < 8; count += 1) expect((await ask(subscribe)).result).toBeDefined();
    expect(await ask(subscribe)).toMatchObject({ error: { data: { code: "PARAMS_INVALID" } } });
  });
});

describe("method tables", () => {
  interface ClockMethods {
    "clock.read": { params: { zone: string }; result: { nowMs: number } };
  }
  const clockMethods: MethodTable<ClockMethods> = {
    "clock.read": paramsSchema<{ zone: string }>({ zone: string() }),
  };

  test("a further service is reached over the same connection", async () => {
    const service = createService<ClockMethods>(clockMethods, { "clock.read": async () => ({ nowMs: 7 }) });
    const [near, far] = createMemoryCarriers();
    serveClient(new RecordingClient(), far, [service]);
    const client = connectClient<Methods & ClockMethods>(near);
    expect(await client.call("clock.read", { zone: "UTC" })).toEqual({ nowMs: 7 });
    expect(await client.call("account.status", {})).toEqual({ state: "none" });
  });

  test("a method of another table is not handled", () => {
    const service = createService<ClockMethods>(clockMethods, { "clock.read": async () => ({ nowMs: 7 }) });
    expect(service.handle("clock.write", {})).toBeUndefined();
  });
});
