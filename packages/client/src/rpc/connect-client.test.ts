import { fc, test } from "@fast-check/vitest";
import { string } from "valibot";
import { describe, expect, vi } from "vitest";
import type { Client, ClientEvent, MethodName, Methods } from "../client.ts";
import { MessengerError } from "../messenger-error.ts";
import { connectClient, type RpcClient } from "./connect-client.ts";
import { errorToRpc, MESSENGER_ERROR_CODES, rpcToError } from "./error-data.ts";
import { createMemoryCarriers, type LineCarrier } from "./line-carrier.ts";
import { createService, type MethodTable, paramsSchema, type Service } from "./method-table.ts";
import { serveClient } from "./serve-client.ts";

interface Call {
  readonly method: string;
  readonly params: unknown;
}

/** Records calls, answers with what the test says, and streams the events it is given. */
class RecordingClient implements Client {
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

function connect(more: readonly Service[] = []): { engine: RecordingClient; client: RpcClient; far: LineCarrier } {
  const engine = new RecordingClient();
  const [near, far] = createMemoryCarriers();
  serveClient(engine, far, more);
  return { engine, client: connectClient(near), far };
}

/** Sends lines by hand and collects the answers. */
function connectByHand(): { engine: RecordingClient; ask: (line: string) => Promise<Record<string, unknown>> } {
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

describe("what a server refuses", () => {
  test.each([
    ["no JSON", "{", -32700, "not-json"],
    ["no request", "{}", -32600, "not-a-message"],
    ["an answer", '{"jsonrpc":"2.0","id":1,"result":1}', -32600, "not-a-message"],
    ["a batch", "[]", -32600, "batch"],
    ["a line over 256 KiB", `"${"x".repeat(256 * 1024)}"`, -32600, "too-long"],
  ])("%s is answered with an error and the connection stays", async (_, line, code, rule) => {
    const { engine, ask } = connectByHand();
    expect(await ask(line)).toMatchObject({ id: null, error: { code, data: { details: { rule } } } });
    expect(engine.calls).toEqual([]);
    expect(await ask('{"jsonrpc":"2.0","id":7,"method":"account.status"}')).toMatchObject({ id: 7, result: {} });
  });

  test("an unknown method is METHOD_UNKNOWN and reaches nobody", async () => {
    const { engine, ask } = connectByHand();
    for (const method of ["account.steal", "toString", "__proto__"]) {
      expect(await ask(JSON.stringify({ jsonrpc: "2.0", id: 1, method }))).toMatchObject({
        error: { code: -32601, data: { code: "METHOD_UNKNOWN" } },
      });
    }
    expect(engine.calls).toEqual([]);
  });

  test.each([
    ["contact.get", {}, "who"],
    ["contact.get", { who: 1 }, "who"],
    ["contact.get", { who: "x".repeat(513) }, "who"],
    ["contact.get", { who: "a", more: 1 }, "more"],
    ["contact.get", ["a"], "params"],
    ["account.status", { more: 1 }, "more"],
    ["message.list", { who: "a", limit: 501 }, "limit"],
    ["message.list", { who: "a", before: "A" }, "before"],
    ["message.send", { who: "a", text: "b", id: "z".repeat(32) }, "id"],
    ["account.confirmWords", { checks: [{ position: 0, word: "a" }] }, "checks.0.position"],
    ["events.subscribe", { after: -2 }, "after"],
  ])("%s with %j is PARAMS_INVALID and names %s", async (method, params, rule) => {
    const { engine, ask } = connectByHand();
    expect(await ask(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }))).toMatchObject({
      id: 1,
      error: { code: -32602, data: { code: "PARAMS_INVALID", details: { rule } } },
    });
    expect(engine.calls).toEqual([]);
  });

  test("every optional parameter may be left out or given", async () => {
    const { engine, client } = connect();
    await client.call("account.create", {});
    await client.call("account.create", { handle: "a", pin: "1234" });
    await client.call("account.setPin", {});
    await client.call("account.setPin", { oldPin: "1234", newPin: "4321" });
    await client.call("invite.create", {});
    await client.call("invite.create", { expiresInMs: 5 });
    await client.call("invite.join", { invite: "i", text: "t" });
    await client.call("contact.add", { who: "a" });
    await client.call("contact.add", { who: "a", text: "t", name: "n" });
    await client.call("message.list", { who: "a", before: "0".repeat(32), limit: 500 });
    expect(engine.calls.length).toBe(10);
  });

  test("more requests at once than the bound are refused, the others answered", async () => {
    const { engine, client } = connect();
    const release: (() => void)[] = [];
    engine.answer = () => new Promise((resolve) => release.push(() => resolve({})));
    const calls = Array.from({ length: 257 }, () => client.call("account.status", {}));
    await expect(calls[256]).rejects.toMatchObject({ details: { rule: "requests-under-way", limit: 256 } });
    for (const each of release) each();
    await Promise.all(calls.slice(0, 256));
    expect(engine.calls.length).toBe(256);
  });

  test("an answer longer than the bound is refused with its size", async () => {
    const { engine, client } = connect();
    engine.answer = () => "x".repeat(16 * 1024 * 1024);
    await expect(client.call("chat.list", {})).rejects.toMatchObject({
      code: "PARAMS_INVALID",
      details: { rule: "answer" },
    });
  });

  test.prop([fc.array(fc.oneof(fc.string({ unit: "binary" }), fc.json()), { maxLength: 20 })])(
    "no sequence of lines reaches the engine by accident or stops the server",
    async (lines) => {
      const { engine, ask } = connectByHand();
      for (const line of lines) expect(await ask(line)).toHaveProperty("error");
      expect(engine.calls).toEqual([]);
      expect(await ask('{"jsonrpc":"2.0","id":7,"method":"account.status"}')).toHaveProperty("result");
    },
  );
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
