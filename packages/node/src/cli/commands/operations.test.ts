import { type Message, MessengerError, serveClient } from "@kith/client";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { listenForControl } from "../../daemon/control-server.ts";
import { createNodeService } from "../../daemon/node-methods.ts";
import { FakeClient, NOOR } from "../../testing/fake-client.ts";
import { FakeNode } from "../../testing/fake-node.ts";
import { FakeTerminal } from "../../testing/fake-terminal.ts";
import { makeTemporaryFolder } from "../../testing/temporary-folder.ts";
import { runCli } from "../run-cli.ts";

let folder: string;
let client: FakeClient;
let terminal: FakeTerminal;

const OURS = `aaaa1111${"0".repeat(24)}`;
const ZOYA = { ...NOOR, account: "kith1zoya", name: "Zoya", handle: "zoya" };

beforeEach(async () => {
  client = new FakeClient();
  client.contacts.push(ZOYA);
  terminal = new FakeTerminal();
  folder = await makeTemporaryFolder();
  const server = await listenForControl(folder, (carrier) => {
    serveClient(client, carrier, [createNodeService(new FakeNode(client), () => void server.close())]);
  });
  onTestFinished(() => server.close());
  client.receive("how are you?");
  await client.call("message.send", { who: "@noor", text: "fine", id: OURS });
  client.calls.length = 0;
});

const kith = (...words: string[]) =>
  runCli([...words, "--data", folder], { terminal, signal: new AbortController().signal });
const printed = () => terminal.out.join("\n");
const theirs = () => client.messages[0]?.id ?? "";

describe("the timer of a chat", () => {
  test("is shown, set and ended", async () => {
    expect(await kith("timer", "@noor")).toBe(0);
    expect(await kith("timer", "@noor", "1d")).toBe(0);
    expect(await kith("timer", "@noor", "off", "--json")).toBe(0);
    expect(client.callsOf("chat.setTimer")).toEqual([{ who: "@noor", afterMs: 86_400_000 }, { who: "@noor" }]);
    expect(terminal.out[0]).toBe("Messages of this chat stay.");
    expect(terminal.out[1]).toContain("vanish 1 day after");
    expect(JSON.parse(terminal.out.at(-1) ?? "")).toEqual({ account: NOOR.account });
  });

  test("that is no time is wrong use", async () => {
    expect(await kith("timer", "@noor", "soon")).toBe(2);
    expect(client.callsOf("chat.setTimer")).toEqual([]);
  });
});

describe("a message to be seen once", () => {
  const insert = (id: string, inside: { text?: string }) => {
    client.receive("x");
    client.messages[client.messages.length - 1] = {
      ...(client.messages.at(-1) as Message),
      id,
      text: "",
      once: { state: "unopened", what: "text" },
    };
    client.overrides["message.open"] = () => {
      const [message] = client.messages.slice(-1);
      if (message?.once?.state !== "unopened") throw new MessengerError("MESSAGE_OPENED", "gone");
      client.change(id, { once: { state: "opened" } });
      return { message, ...inside };
    };
  };

  test("is sent as one, and opened by the beginning of its id or as the last one", async () => {
    expect(await kith("send", "@noor", "--once", "burn", "this")).toBe(0);
    expect(client.callsOf("message.send")).toMatchObject([{ who: "@noor", text: "burn this", isOnce: true }]);
    const id = `bbbb2222${"0".repeat(24)}`;
    insert(id, { text: "the blue pot" });
    expect(await kith("open", "@noor", "last")).toBe(0);
    expect(printed()).toContain("the blue pot");
    expect(printed()).toContain("gone from this device");
    expect(await kith("open", "@noor", id)).toBe(4);
  });

  test("shows no words in lists", async () => {
    insert(`cccc3333${"0".repeat(24)}`, { text: "the blue pot" });
    expect(await kith("read", "@noor")).toBe(0);
    expect(printed()).toContain("(a text to be seen once; kith open shows it)");
    expect(printed()).not.toContain("blue pot");
  });
});

describe("the timer of new chats", () => {
  test("is shown, set and ended; what is no time is wrong use", async () => {
    expect(await kith("new-timer")).toBe(0);
    expect(await kith("new-timer", "1w")).toBe(0);
    expect(await kith("new-timer", "off", "--json")).toBe(0);
    expect(await kith("new-timer", "soon")).toBe(2);
    expect(client.callsOf("account.setNewChatTimer")).toEqual([{ afterMs: 7 * 86_400_000 }, {}]);
    expect(terminal.out[0]).toContain("from now on stay");
    expect(terminal.out[1]).toContain("a timer of 1 week");
    expect(JSON.parse(terminal.out.at(-1) ?? "")).toEqual({});
  });
});

describe("answering", () => {
  test("reply takes the id of a message and shows whose words are answered", async () => {
    expect(await kith("reply", "@noor", theirs(), "very", "well")).toBe(0);
    expect(client.callsOf("message.send")).toEqual([
      { who: "@noor", text: "very well", replyTo: theirs(), id: expect.stringMatching(/^[0-9a-f]{32}$/) },
    ]);
    expect(printed()).toMatch(/queued, answering \u2068Noor\u2069: \u2068how are you\?\u2069, \u2068very well\u2069$/);
  });

  test("last is their newest for an answer and our newest for an edit", async () => {
    expect(await kith("reply", "@noor", "last", "well")).toBe(0);
    expect(client.callsOf("message.send")).toMatchObject([{ replyTo: theirs() }]);
    await client.call("message.delete", { who: "@noor", id: client.messages.at(-1)?.id ?? "", isForEveryone: true });
    expect(await kith("edit", "@noor", "last", "not", "fine")).toBe(0);
    expect(client.callsOf("message.edit")).toMatchObject([{ id: OURS, text: "not fine" }]);
  });

  test("reply - reads the answer from standard input", async () => {
    terminal.input = "line 1\nline 2\n";
    expect(await kith("reply", "@noor", "last", "-")).toBe(0);
    expect(client.callsOf("message.send")).toMatchObject([{ text: "line 1\nline 2" }]);
  });

  test("--json prints the message with its quote", async () => {
    expect(await kith("reply", "@noor", theirs(), "well", "--json")).toBe(0);
    expect(JSON.parse(printed())).toMatchObject({ text: "well", replyTo: { id: theirs(), state: "checked" } });
  });
});

describe("naming a message", () => {
  test("last passes over what cannot be meant: timers, and for an edit what has no words", async () => {
    client.messages.push({ ...client.messages.at(-1), id: "b".repeat(32), text: "", timer: {} } as never);
    client.messages.push({ ...client.messages.at(-1), id: "c".repeat(32), timer: undefined } as never);
    expect(await kith("edit", "@noor", "last", "good")).toBe(0);
    expect(client.callsOf("message.edit")).toMatchObject([{ id: OURS }]);
    expect(await kith("unsend", "@noor", "last")).toBe(0);
    expect(client.callsOf("message.delete")).toMatchObject([{ id: "c".repeat(32) }]);
  });

  test("the beginning of an id is enough while it fits one message", async () => {
    expect(await kith("edit", "@noor", "AAAA", "good")).toBe(0);
    expect(client.callsOf("message.edit")).toMatchObject([{ id: OURS }]);
  });

  test("one that fits several is exit code 2 and changes nothing", async () => {
    client.receive("another");
    expect(await kith("react", "@noor", "0000", "👍")).toBe(2);
    expect(client.callsOf("message.react")).toEqual([]);
    expect(terminal.notes[0]).toContain("several messages");
  });

  test("one that fits none is exit code 4", async () => {
    expect(await kith("react", "@noor", "bbbb", "👍")).toBe(4);
    expect(await kith("react", "@zoya", "last", "👍")).toBe(4);
    expect(client.callsOf("message.react")).toEqual([]);
  });

  test.each(["abc", "newest", "12345678x", "-1"])("%s names nothing: exit code 2", async (name) => {
    expect(await kith("edit", "@noor", name, "good")).toBe(2);
    expect(client.callsOf("message.edit")).toEqual([]);
  });

  test("read and search show the beginnings of ids when asked", async () => {
    expect(await kith("read", "@noor", "--ids")).toBe(0);
    expect(terminal.out[1]).toMatch(/^aaaa1111 {2}you, /);
    client.overrides["message.search"] = () => ({
      found: [{ contact: NOOR, message: client.messages[0] ?? (undefined as never), matches: [] }],
      isComplete: true,
    });
    terminal.out.length = 0;
    expect(await kith("search", "how", "--ids")).toBe(0);
    expect(printed()).toMatch(/^00000000 {2}\u2068Noor/);
  });

  test("a search says in which group something was said and who said it, and looks in one place only", async () => {
    const author = { account: NOOR.account, name: "Noor", isOwn: false, isContact: true };
    const group = "ab".repeat(32);
    const message = {
      id: "c0ffee00".repeat(4),
      group,
      chat: group,
      author,
      isOwn: false,
      text: "how about noon",
      sentAtMs: Date.UTC(2026, 10, 2),
      state: "received" as const,
    };
    client.overrides["message.search"] = () => ({
      found: [{ group: { group, name: "Garden" }, message, matches: [] }],
      isComplete: true,
    });
    expect(await kith("search", "how", "--in", "Garden")).toBe(0);
    expect(client.callsOf("message.search")).toEqual([{ text: "how", limit: 20, group: "Garden" }]);
    expect(printed()).toMatch(/^in \u2068Garden\u2069: c0ffee00 {2}\u2068Noor\u2069, .*how about noon/);
    expect(await kith("search", "how", "--in", "Garden", "--with", "@noor")).toBe(2);
    expect(client.callsOf("message.search")).toHaveLength(1);
  });
});

describe("changing", () => {
  test("edit says that the other device still has the old words until it has the new ones", async () => {
    expect(await kith("edit", "@noor", OURS, "not", "fine", "--id", "f".repeat(32))).toBe(0);
    expect(client.callsOf("message.edit")).toEqual([
      { who: "@noor", id: OURS, text: "not fine", editId: "f".repeat(32) },
    ]);
    expect(printed()).toMatch(/\u2068not fine\u2069 \(edited; their device still has the old words\)$/);
    client.change(OURS, { change: { kind: "edit", state: "delivered" } });
    terminal.out.length = 0;
    expect(await kith("read", "@noor")).toBe(0);
    expect(terminal.out[1]).toMatch(/\u2068not fine\u2069 \(edited\)$/);
  });

  test("unsend asks everyone, says that it is a request, and leaves a tombstone", async () => {
    expect(await kith("unsend", "@noor", "last")).toBe(0);
    expect(client.callsOf("message.delete")).toEqual([{ who: "@noor", id: OURS, isForEveryone: true }]);
    expect(printed()).toContain("is asked to delete it");
    terminal.out.length = 0;
    expect(await kith("read", "@noor")).toBe(0);
    expect(terminal.out[1]).toMatch(/, \(deleted by you; their device has not been asked yet\)$/);
    expect(printed()).not.toContain("fine");
  });

  test("unsend --here forgets on this device, also what others wrote", async () => {
    expect(await kith("unsend", "@noor", theirs(), "--here", "--json")).toBe(0);
    expect(client.callsOf("message.delete")).toEqual([{ who: "@noor", id: theirs(), isForEveryone: false }]);
    expect(JSON.parse(printed())).toEqual({ deleted: true });
  });

  test("what somebody else wrote cannot be unsent: exit code 7, and what can be done", async () => {
    client.overrides["message.delete"] = () => {
      throw new MessengerError("MESSAGE_NOT_OWN", "not own");
    };
    expect(await kith("unsend", "@noor", theirs())).toBe(7);
    expect(terminal.notes.join("\n")).toContain("kith unsend WHO ID --here");
  });

  test("react gives an emoji and takes it back without one", async () => {
    expect(await kith("react", "@noor", "last", "👍")).toBe(0);
    expect(printed()).toMatch(/\[👍 you\]$/);
    expect(await kith("react", "@noor", "last")).toBe(0);
    expect(client.callsOf("message.react")).toEqual([
      { who: "@noor", id: theirs(), emoji: "👍" },
      { who: "@noor", id: theirs() },
    ]);
  });

  test("introduce names both people, and says whom it introduced", async () => {
    expect(await kith("introduce", "@noor", "@zoya")).toBe(0);
    expect(client.callsOf("contact.introduce")).toMatchObject([
      { who: "@noor", to: "@zoya", id: expect.stringMatching(/^[0-9a-f]{32}$/) },
    ]);
    expect(printed()).toMatch(/\(you introduced \u2068@noor\u2069, kith1\S+\)$/);
    client.overrides["contact.introduce"] = () => {
      throw new MessengerError("HANDLE_NONE", "no handle");
    };
    expect(await kith("introduce", "@noor", "@zoya")).not.toBe(0);
  });

  test("forward names both chats and marks the copy", async () => {
    expect(await kith("forward", "@noor", theirs(), "@zoya")).toBe(0);
    expect(client.callsOf("message.forward")).toMatchObject([{ who: "@noor", id: theirs(), to: "@zoya" }]);
    expect(printed()).toMatch(/\u2068how are you\?\u2069 \(forwarded\)$/);
  });
});
