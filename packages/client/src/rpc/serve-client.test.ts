import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { connect, connectByHand } from "./fixtures.ts";

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
