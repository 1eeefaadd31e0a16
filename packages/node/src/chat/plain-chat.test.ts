import { MessengerError } from "@kith/client";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { FakeClient, NOOR } from "../testing/fake-client.ts";
import { FakeTerminal } from "../testing/fake-terminal.ts";
import { runPlainChat } from "./plain-chat.ts";

let client: FakeClient;
let terminal: FakeTerminal;
let stop: AbortController;

beforeEach(() => {
  client = new FakeClient();
  terminal = new FakeTerminal();
  stop = new AbortController();
  onTestFinished(() => stop.abort());
});

const open = (isJson = false) => runPlainChat({ client, who: "@noor", terminal, signal: stop.signal, isJson });

describe("a plain chat", () => {
  test("the history comes first, one line a message, and is marked as read", async () => {
    client.receive("one");
    client.receive("two");
    const run = open();
    await vi.waitFor(() => expect(terminal.out).toHaveLength(2));
    expect(terminal.out[0]).toMatch(/^\u2068Noor\u2069, \d{4}-\d\d-\d\d \d\d:\d\d, received, \u2068one\u2069$/);
    expect(client.callsOf("message.markRead")).toEqual([{ who: NOOR.account }]);
    terminal.end();
    await run;
  });

  test("a typed line is sent and printed with its state; each new state is a line of its own", async () => {
    const run = open();
    terminal.type("hello");
    await vi.waitFor(() => expect(terminal.out).toHaveLength(1));
    const [message] = client.messages;
    client.change(message?.id ?? "", { state: "sent", heldBy: { relays: 2, isDirect: false } });
    await vi.waitFor(() => expect(terminal.out).toHaveLength(2));
    client.change(message?.id ?? "", { state: "delivered" });
    await vi.waitFor(() => expect(terminal.out).toHaveLength(3));
    expect(terminal.out.map((line) => line.split(", ")[2])).toEqual(["queued", "kept by 2 relays", "delivered"]);
    terminal.end();
    await run;
  });

  test("an edit, a deletion and a reaction are lines of their own; nothing is printed twice", async () => {
    const { id } = client.receive("one");
    const run = open();
    await vi.waitFor(() => expect(terminal.out).toHaveLength(1));
    client.change(id, { text: "two", editedAtMs: 1 });
    client.change(id, {});
    client.change(id, { reactions: [{ emoji: "👍", isOwn: false }] });
    client.change(id, { text: "", isDeleted: true, reactions: [] });
    await vi.waitFor(() => expect(terminal.out).toHaveLength(4));
    expect(terminal.out.map((line) => line.split(", received, ")[1])).toEqual([
      "\u2068one\u2069",
      "\u2068two\u2069 (edited)",
      "\u2068two\u2069 (edited) [👍 \u2068Noor\u2069]",
      "(deleted by its author)",
    ]);
    terminal.end();
    await run;
  });

  test("an event that overtakes the answer to a send is not undone by it", async () => {
    client.overrides["message.send"] = ({ text, id = "" }) => {
      const queued = { id, chat: NOOR.account, isOwn: true, text, sentAtMs: 0, state: "queued" } as const;
      client.messages.push(queued);
      client.change(id, { state: "delivered" });
      return vi.waitFor(() => {
        expect(terminal.out).toHaveLength(1);
        return queued;
      }) as never;
    };
    const run = open();
    terminal.type("hello");
    terminal.end();
    await run;
    expect(terminal.out.map((line) => line.split(", ")[2])).toEqual(["delivered"]);
  });

  test("what arrives is printed once and marked as read; other chats are not shown", async () => {
    const run = open();
    await vi.waitFor(() => expect(client.callsOf("message.markRead")).toHaveLength(1));
    client.receive("elsewhere", { ...NOOR, account: "kith1other" });
    client.receive("here");
    await vi.waitFor(() => expect(terminal.out).toHaveLength(1));
    await vi.waitFor(() => expect(client.callsOf("message.markRead")).toHaveLength(2));
    expect(terminal.out[0]).toContain("here");
    terminal.end();
    await run;
  });

  test("a line that cannot be sent is said and the chat goes on", async () => {
    const run = open();
    client.overrides["message.send"] = () => {
      throw new MessengerError("CONTACT_BLOCKED", "blocked");
    };
    terminal.type("hello");
    await vi.waitFor(() => expect(terminal.notes).toHaveLength(2));
    expect(terminal.out).toEqual([]);
    delete client.overrides["message.send"];
    terminal.type("hello again");
    await vi.waitFor(() => expect(terminal.out).toHaveLength(1));
    terminal.end();
    await run;
  });

  test("the end of standard input ends it after everything was sent", async () => {
    for (const line of ["a", "", "b"]) terminal.type(line);
    terminal.end();
    await open();
    expect(client.callsOf("message.send")).toMatchObject([{ text: "a" }, { text: "b" }]);
    expect(client.openStreams).toBe(0);
  });

  test("the signal ends it", async () => {
    const run = open();
    await vi.waitFor(() => expect(client.openStreams).toBe(1));
    stop.abort();
    await run;
    expect(client.openStreams).toBe(0);
  });

  test("a person nobody knows is WHO_UNKNOWN and leaves no stream open", async () => {
    client.contacts.length = 0;
    await expect(open()).rejects.toMatchObject({ code: "WHO_UNKNOWN" });
    await vi.waitFor(() => expect(client.openStreams).toBe(0));
  });

  test("as JSON each line is a message", async () => {
    client.receive("one");
    terminal.end();
    await open(true);
    expect(JSON.parse(terminal.out[0] ?? "")).toMatchObject({ text: "one", isOwn: false });
  });
});
