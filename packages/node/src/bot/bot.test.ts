import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MessengerError } from "@kith/client";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { FakeClient, NOOR } from "../testing/fake-client.ts";
import { makeTemporaryFolder } from "../testing/temporary-folder.ts";
import { createBot } from "./bot.ts";
import { createFilePosition, createMemoryPosition } from "./bot-position.ts";
import { createEchoBot, meetNode } from "./echo-bot.ts";

let client: FakeClient;
let stop: AbortController;

beforeEach(() => {
  client = new FakeClient();
  stop = new AbortController();
  onTestFinished(() => stop.abort());
});

const sent = () => client.messages.filter(({ isOwn }) => isOwn).map(({ text }) => text);

/** Lets a stranger ask for contact with some messages. */
function ask(...texts: string[]): void {
  const contact = { ...NOOR, account: "kith1asker", relation: "requesting" } as const;
  client.contacts.push(contact);
  const messages = texts.map((text) => client.receive(text, contact));
  client.overrides["request.list"] = () =>
    client.callsOf("request.accept").length > 0 ? [] : [{ contact, messages, groups: 0 }];
  client.emit({ type: "request.received", contact });
}

describe("a bot", () => {
  test("each text of somebody else gets its answer, in order", async () => {
    const run = createBot(client)
      .on("text", (context) => context.reply(context.text.toUpperCase()))
      .run(stop.signal);
    for (const text of ["a", "b", "c"]) client.receive(text);
    await vi.waitFor(() => expect(sent()).toEqual(["A", "B", "C"]));
    stop.abort();
    await run;
  });

  test("own messages and those of a newer version are left alone", async () => {
    const handler = vi.fn();
    void createBot(client).on("text", handler).run(stop.signal);
    const own = client.receive("own");
    client.emit({ type: "message.received", message: { ...own, id: "x", isOwn: true } });
    client.emit({ type: "message.received", message: { ...own, id: "y", isUnsupported: true } });
    client.receive("last");
    await vi.waitFor(() => expect(handler).toHaveBeenCalledTimes(2));
    expect(handler.mock.calls.map(([{ text }]) => text)).toEqual(["own", "last"]);
  });

  test("after a restart it goes on where it was, and nothing is sent twice", async () => {
    const position = createMemoryPosition();
    const echo = () => createBot(client, { position }).on("text", (context) => context.reply(context.text));
    const first = echo().run(stop.signal);
    client.receive("a");
    await vi.waitFor(() => expect(sent()).toEqual(["a"]));
    await vi.waitFor(async () => expect(await position.load()).toBe(1));
    stop.abort();
    await first;
    client.receive("b");
    stop = new AbortController();
    void echo().run(stop.signal);
    await vi.waitFor(() => expect(sent()).toEqual(["a", "b"]));
  });

  test("a crash before the place was kept repeats the work and not the message", async () => {
    const position = { load: async () => 0, save: async () => undefined };
    for (let start = 0; start < 2; start += 1) {
      const abort = new AbortController();
      const calls = client.callsOf("message.send").length;
      const run = createBot(client, { position })
        .on("text", async (context) => {
          await context.reply("1");
          await context.reply("2");
        })
        .run(abort.signal);
      if (start === 0) client.receive("a");
      await vi.waitFor(() => expect(client.callsOf("message.send")).toHaveLength(calls + 2));
      abort.abort();
      await run;
    }
    expect(sent()).toEqual(["1", "2"]);
  });

  test("who asks is accepted, and what came with the request is answered once", async () => {
    void createBot(client)
      .on("text", (context) => context.reply(context.text))
      .run(stop.signal);
    ask("salām");
    await vi.waitFor(() => expect(client.callsOf("request.accept")).toEqual([{ who: "kith1asker" }]));
    client.receive("after");
    await vi.waitFor(() => expect(sent()).toEqual(["salām", "after"]));
  });

  test("requests from before the start are accepted too", async () => {
    ask("early");
    client.happened.length = 0;
    void createBot(client)
      .on("text", (context) => context.reply(context.text))
      .run(stop.signal);
    await vi.waitFor(() => expect(sent()).toEqual(["early"]));
  });

  test("a bot that accepts nobody leaves requests for its owner", async () => {
    const onRequest = vi.fn();
    void createBot(client, { acceptsRequests: false }).on("request", onRequest).run(stop.signal);
    ask();
    await vi.waitFor(() => expect(onRequest).toHaveBeenCalledTimes(1));
    expect(client.callsOf("request.accept")).toEqual([]);
  });

  test("a handler that fails is told, and the next message is handled", async () => {
    const onError = vi.fn();
    void createBot(client)
      .on("text", (context) => {
        if (context.text === "bad") throw new RangeError("no");
        return context.reply("ok");
      })
      .on("error", onError)
      .run(stop.signal);
    client.receive("bad");
    client.receive("good");
    await vi.waitFor(() => expect(sent()).toEqual(["ok"]));
    expect(onError).toHaveBeenCalledWith(expect.any(RangeError));
  });

  test("a node that goes away ends the bot with STOPPED", async () => {
    client.overrides["message.send"] = () => {
      throw new MessengerError("STOPPED", "gone");
    };
    const run = createBot(client)
      .on("text", (context) => context.reply("x"))
      .run(stop.signal);
    client.receive("a");
    await expect(run).rejects.toMatchObject({ code: "STOPPED" });
  });
});

describe("the place of a bot", () => {
  test("it is kept in a file; a damaged one counts as none", async () => {
    const path = join(await makeTemporaryFolder(), "bot.json");
    const position = createFilePosition(path);
    expect(await position.load()).toBe(0);
    await position.save(7);
    expect(await createFilePosition(path).load()).toBe(7);
    await writeFile(path, '{"seq":');
    expect(await position.load()).toBe(0);
  });
});

describe("Echo", () => {
  const connectTo =
    (close = vi.fn()) =>
    async () => ({ call: client.call.bind(client), close });

  test("it repeats what is written and keeps its place in its folder", async () => {
    const folder = await makeTemporaryFolder();
    const run = createEchoBot(client, folder).run(stop.signal);
    client.receive("salām");
    await vi.waitFor(() => expect(sent()).toEqual(["salām"]));
    await vi.waitFor(async () => expect(await createFilePosition(join(folder, "echo.json")).load()).toBe(1));
    stop.abort();
    await run;
  });

  test("a running node joins by the invite, gets an account first if needed, and calls it Echo", async () => {
    client.status = { state: "none" };
    const close = vi.fn();
    const meeting = await meetNode("kith:i/x", "kith1echo", "/data", connectTo(close));
    expect(meeting).toMatchObject({ state: "met", contact: { name: "Echo" }, madeAccount: "kith1me" });
    expect(client.callsOf("account.create")).toHaveLength(1);
    expect(client.callsOf("invite.join")).toEqual([{ invite: "kith:i/x" }]);
    expect(close).toHaveBeenCalledTimes(1);
  });

  test("a node that knows it already joins nothing", async () => {
    client.contacts.push({ ...NOOR, account: "kith1echo" });
    expect(await meetNode("kith:i/x", "kith1echo", "/data", connectTo())).toMatchObject({ state: "known" });
    expect(client.callsOf("invite.join")).toEqual([]);
  });

  test("a join that fails is told with its code", async () => {
    client.overrides["invite.join"] = () => {
      throw new MessengerError("INVITE_UNREACHABLE", "m");
    };
    const meeting = await meetNode("kith:i/x", "kith1echo", "/data", connectTo());
    expect(meeting).toMatchObject({ state: "failed", error: { code: "INVITE_UNREACHABLE" } });
  });

  test("no running node is no failure", async () => {
    expect(await meetNode("kith:i/x", "kith1echo", await makeTemporaryFolder())).toEqual({ state: "no-node" });
  });
});
