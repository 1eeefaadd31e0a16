import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MessengerError, MUTED_FOREVER_MS, serveClient } from "@kith/client";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { listenForControl } from "../daemon/control-server.ts";
import { createNodeService } from "../daemon/node-methods.ts";
import { FakeClient, NOOR } from "../testing/fake-client.ts";
import { FakeNode } from "../testing/fake-node.ts";
import { FakeTerminal } from "../testing/fake-terminal.ts";
import { makeTemporaryFolder } from "../testing/temporary-folder.ts";
import { COMMANDS } from "./command-list.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { runCli } from "./run-cli.ts";

let folder: string;
let client: FakeClient;
let node: FakeNode;
let terminal: FakeTerminal;
let stop: AbortController;

beforeEach(() => {
  client = new FakeClient();
  node = new FakeNode(client);
  terminal = new FakeTerminal();
  stop = new AbortController();
});

async function startNode(): Promise<void> {
  folder = await makeTemporaryFolder();
  const server = await listenForControl(folder, (carrier) => {
    serveClient(client, carrier, [createNodeService(node, () => void server.close())]);
  });
  onTestFinished(() => server.close());
}

const kith = (...words: string[]) => runCli(words, { terminal, signal: stop.signal });
const onNode = (...words: string[]) => kith(...words, "--data", folder);
const printed = () => terminal.out.join("\n");
const json = () => JSON.parse(terminal.out.join("\n"));

describe("help", () => {
  test("the program's names every command, the exit codes and the environment", async () => {
    expect(await kith("--help")).toBe(0);
    for (const { name } of COMMANDS) expect(printed()).toMatch(new RegExp(`^  ${name} +\\S`, "m"));
    for (const code of EXIT_CODES) expect(printed()).toMatch(new RegExp(`^  ${code}  \\S`, "m"));
    expect(printed()).toContain("NO_COLOR");
    expect(printed()).toContain("KITH_DATA");
  });

  test.each(COMMANDS.map(({ name }) => name))("kith %s --help says usage, options and exit codes", async (name) => {
    expect(await kith(name, "--help")).toBe(0);
    expect(printed()).toContain(`USAGE kith ${name}`);
    for (const option of ["--json", "--data", "--help"]) expect(printed()).toContain(option);
    expect(printed()).toMatch(/^ {2}3 {2}no node is running/m);
    expect(printed()).not.toContain("undefined");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: without a terminal there are no colours.
    expect(printed()).not.toMatch(/\u001b/);
  });

  test("no command shows the help with exit code 2", async () => {
    expect(await kith()).toBe(2);
    expect(printed()).toContain("Usage: kith");
  });

  test("an unknown command is exit code 2 on standard error", async () => {
    expect(await kith("fly")).toBe(2);
    expect(terminal.notes[0]).toContain('"fly"');
    expect(terminal.out).toEqual([]);
  });

  test("the version is a line", async () => {
    expect(await kith("--version")).toBe(0);
    expect(printed()).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe("commands without a node", () => {
  const exempt = ["start", "relay", "doctor", "echo", "erase"];
  const positions: Record<string, string[]> = {
    join: ["kith:i/a"],
    search: ["words"],
    lookup: ["@a"],
    introduce: ["@a", "@b"],
    check: ["@a"],
    contest: ["kith1a"],
    send: ["@a", "b"],
    reply: ["@a", "last", "b"],
    mark: ["@a", "--pinned"],
    group: ["show", "a"],
    edit: ["@a", "last", "b"],
    unsend: ["@a", "last"],
    react: ["@a", "last"],
    forward: ["@a", "last", "@b"],
    open: ["@a", "last"],
    timer: ["@a"],
    "send-file": ["@a", "b"],
    backup: ["a"],
    restore: ["a"],
  };
  test.each(COMMANDS.map(({ name }) => name).filter((name) => !exempt.includes(name)))(
    "kith %s says so with exit code 3",
    async (name) => {
      folder = await makeTemporaryFolder();
      const needsWho = [
        "add",
        "accept",
        "delete",
        "block",
        "unblock",
        "rename",
        "verify",
        "trust",
        "report",
        "chat",
      ].includes(name);
      expect(await onNode(name, ...(positions[name] ?? (needsWho ? ["@a"] : [])))).toBe(3);
      expect(terminal.notes.at(-1)).toBe("Start one with kith start.");
      terminal.out.length = 0;
      expect(await onNode(name, ...(positions[name] ?? (needsWho ? ["@a"] : [])), "--json")).toBe(3);
      expect(json()).toMatchObject({ error: { code: "NO_NODE" } });
    },
  );

  test("doctor checks what it can", async () => {
    folder = await makeTemporaryFolder();
    expect(await onNode("doctor", "--json")).toBe(0);
    expect(json()).toMatchObject({ ok: true, isRunning: false });
    expect(json().checks.map(({ subject }: { subject: string }) => subject)).toEqual([
      "node-version",
      "data-folder",
      "clock",
      "ports",
    ]);
  });
});

describe("commands with a node", () => {
  beforeEach(startNode);

  test("send takes several words, makes an id and prints the truth about the state", async () => {
    expect(await onNode("send", "@noor", "hello", "there")).toBe(0);
    expect(client.callsOf("message.send")).toEqual([
      { who: "@noor", text: "hello there", id: expect.stringMatching(/^[0-9a-f]{32}$/) },
    ]);
    expect(printed()).toMatch(/^you, \d{4}-\d\d-\d\d \d\d:\d\d, queued, \u2068hello there\u2069$/);
  });

  test("send - reads standard input without its last line break", async () => {
    terminal.input = "line 1\nline 2\n";
    expect(await onNode("send", "@noor", "-")).toBe(0);
    expect(client.callsOf("message.send")).toMatchObject([{ text: "line 1\nline 2" }]);
  });

  test("send - refuses more input than any message holds", async () => {
    terminal.input = "x".repeat(200 * 1024 + 1);
    expect(await onNode("send", "@noor", "-")).toBe(2);
    expect(client.callsOf("message.send")).toEqual([]);
  });

  test("a failure of the engine keeps its exit code over the socket", async () => {
    expect(await onNode("send", "@nobody", "hi")).toBe(4);
    client.overrides["message.send"] = () => {
      throw new MessengerError("ACCOUNT_LOCKED", "locked");
    };
    expect(await onNode("send", "@noor", "hi")).toBe(5);
    expect(terminal.notes).toContain("Unlock it with kith unlock.");
  });

  test("mark changes what was said and nothing else, and chats shows it", async () => {
    expect(await onNode("mark", "@noor", "--pinned", "--muted")).toBe(0);
    expect(client.callsOf("chat.set")).toEqual([{ who: "@noor", isPinned: true, mutedUntilMs: MUTED_FOREVER_MS }]);
    expect(printed()).toBe("\u2068Noor\u2069  [pinned, muted]");
    const beforeMs = Date.now();
    expect(await onNode("mark", "@noor", "--muted", "--for", "8h", "--no-pinned")).toBe(0);
    const [, { mutedUntilMs, ...rest }] = client.callsOf("chat.set") as [unknown, { mutedUntilMs: number }];
    expect(rest).toEqual({ who: "@noor", isPinned: false });
    expect(mutedUntilMs - beforeMs).toBeGreaterThanOrEqual(8 * 3600 * 1000);
    expect(terminal.out.at(-1)).toMatch(/\[muted until \d{4}-\d\d-\d\d \d\d:\d\d\]$/);
    expect(await onNode("mark", "@noor", "--no-muted", "--unread", "--no-archived")).toBe(0);
    expect(client.callsOf("chat.set").at(-1)).toEqual({
      who: "@noor",
      mutedUntilMs: 0,
      isMarkedUnread: true,
      isArchived: false,
    });
  });

  test("mark without anything to set, or a time that is none, is exit code 2 and changes nothing", async () => {
    for (const words of [[], ["--for", "8h"], ["--muted", "--for", "soon"]]) {
      expect(await onNode("mark", "@noor", ...words)).toBe(2);
    }
    expect(client.callsOf("chat.set")).toEqual([]);
  });

  test("chats leaves out what was put away, and --archived lists it", async () => {
    client.receive("hello");
    await onNode("mark", "@noor", "--archived");
    terminal.out.length = 0;
    expect(await onNode("chats")).toBe(0);
    expect(printed()).toBe("No conversations yet.");
    terminal.out.length = 0;
    expect(await onNode("chats", "--archived")).toBe(0);
    expect(printed()).toContain("[archived]");
    client.settings[NOOR.account] = { draft: { text: "I was\ngoing to" } };
    terminal.out.length = 0;
    expect(await onNode("chats")).toBe(0);
    expect(printed()).toMatch(/1 unread {2}draft: \u2068I was ⏎ going to\u2069$/);
  });

  test("report prints what the other side wrote as JSON and sends nothing", async () => {
    client.receive("bad words \u202e");
    await client.call("message.send", { who: "@noor", text: "my answer" });
    expect(await onNode("report", "@noor")).toBe(0);
    const report = JSON.parse(printed());
    expect(report).toMatchObject({
      format: "kith-report-1",
      account: NOOR.account,
      messages: [{ text: "bad words " }],
    });
    expect(printed()).not.toContain("my answer");
    expect(printed()).not.toContain("\u202e");
    expect(terminal.notes.at(-1)).toContain("Nothing was sent");
  });

  test("receipts says which it is, and turns them off and on", async () => {
    expect(await onNode("receipts")).toBe(0);
    expect(printed()).toContain("are on");
    expect(await onNode("receipts", "off", "--json")).toBe(0);
    expect(JSON.parse(terminal.out.at(-1) ?? "")).toEqual({ hasReadReceipts: false });
    expect(client.callsOf("account.setReadReceipts")).toEqual([{ isOn: false }]);
    expect(await onNode("receipts", "perhaps")).toBe(2);
  });

  test("typing says which it is, and turns the indicators off and on; chats show who writes", async () => {
    expect(await onNode("typing")).toBe(0);
    expect(printed()).toContain("are on");
    expect(await onNode("typing", "off", "--json")).toBe(0);
    expect(JSON.parse(terminal.out.at(-1) ?? "")).toEqual({ hasTypingIndicators: false });
    expect(client.callsOf("account.setTypingIndicators")).toEqual([{ isOn: false }]);
    expect(await onNode("typing", "perhaps")).toBe(2);
    client.settings[NOOR.account] = { isTyping: true };
    expect(await onNode("chats")).toBe(0);
    expect(terminal.out.at(-1)).toContain("is writing…");
  });

  test("profile shows what people are told, and changes only what is given", async () => {
    client.status = { ...client.status, state: "ready" };
    expect(await onNode("profile")).toBe(0);
    expect(printed()).toContain("tell people nothing");
    expect(await onNode("profile", "--name", "Ann", "--about", "hills")).toBe(0);
    expect(await onNode("profile", "--about", "", "--json")).toBe(0);
    expect(client.callsOf("account.setProfile")).toEqual([
      { name: "Ann", about: "hills" },
      { name: "Ann", about: "" },
    ]);
    expect(printed()).toContain("\u2068Ann\u2069");
  });

  test("profile takes a small picture as it is, and none that says more than its pixels", async () => {
    client.status = { ...client.status, state: "ready" };
    client.overrides["account.setPicture"] = ({ picture }) => ({
      ...client.status,
      ...(picture === undefined ? {} : { pictureId: "1" }),
    });
    const [plain, exif] = [join(folder, "me.jpg"), join(folder, "exif.jpg")];
    const bytes = Buffer.from("ffd8ffe000040102ffda0002", "hex");
    await writeFile(plain, bytes);
    await writeFile(exif, Buffer.from("ffd8ffe100064578696600ffda", "hex"));
    await writeFile(join(folder, "large.jpg"), Buffer.alloc(41 * 1024));
    expect(await onNode("profile", "--picture", plain)).toBe(0);
    expect(printed()).toContain("with a picture");
    for (const bad of [exif, join(folder, "large.jpg"), join(folder, "none.jpg")]) {
      expect(await onNode("profile", "--picture", bad)).toBe(2);
    }
    expect(await onNode("profile", "--picture", "")).toBe(0);
    expect(client.callsOf("account.setPicture")).toEqual([{ picture: bytes.toString("base64") }, {}]);
  });

  test("group picture shows the members a small picture, or none any more", async () => {
    const garden = { group: "0a".repeat(32), name: "Garden", standing: "joined", unread: 0, isForked: false } as const;
    client.overrides["group.setPicture"] = () => ({ ...garden, members: [], guests: [], waiting: [] });
    const [plain, large] = [join(folder, "garden.jpg"), join(folder, "large.jpg")];
    const bytes = Buffer.from("ffd8ffe000040102ffda0002", "hex");
    await writeFile(plain, bytes);
    await writeFile(large, Buffer.alloc(41 * 1024));
    expect(await onNode("group", "picture", "Garden", plain)).toBe(0);
    expect(printed()).toContain("The members are shown the picture.");
    expect(await onNode("group", "picture", "Garden", large)).toBe(2);
    expect(await onNode("group", "picture", "Garden")).toBe(2);
    expect(await onNode("group", "picture", "Garden", "off")).toBe(0);
    expect(printed()).toContain("The group has no picture any more.");
    expect(client.callsOf("group.setPicture")).toEqual([
      { group: "Garden", picture: bytes.toString("base64") },
      { group: "Garden" },
    ]);
  });

  test("group link shows the link of a group, turns it on and off, and join understands one", async () => {
    const by = { account: "kith1me", name: "me", isOwn: true, isContact: false };
    const zoe = { account: "kith1zoe", name: "zoe", isOwn: false, isContact: false };
    const link = { needsApproval: true, by, isHere: true };
    const garden = { group: "0a".repeat(32), name: "Garden", standing: "joined", role: "admin", unread: 0 } as const;
    const group = { ...garden, isForked: false, members: [], guests: [], waiting: [zoe], link };
    const knock = { group: garden.group, name: "Garden", host: zoe, needsApproval: true, askedAtMs: 0 };
    client.overrides["group.get"] = () => group;
    client.overrides["group.setLink"] = ({ isOn }) => ({ text: isOn ? "kith:g/AAAA" : null });
    client.overrides["group.knock"] = () => ({ ...knock, state: "asking" });
    client.overrides["group.letIn"] = () => ({ ...group, waiting: [] });
    expect(await onNode("group", "link", "Garden", "--new", "--approval")).toBe(0);
    expect(printed()).toContain("kith:g/AAAA");
    expect(printed()).toContain("can ask to join");
    expect(await onNode("group", "link", "Garden", "--off")).toBe(0);
    expect(printed()).toContain("The invite link is off.");
    expect(await onNode("group", "show", "Garden")).toBe(0);
    expect(printed()).toContain("came by the invite link, waits to be let in");
    expect(printed()).toContain("group let-in 0a0a0a0a WHO");
    expect(await onNode("group", "let-in", "Garden", "kith1zoe")).toBe(0);
    expect(await onNode("join", "kith:g/AAAA")).toBe(0);
    expect(await onNode("group", "join", "https://kith.example/#g=AAAA")).toBe(0);
    expect(printed()).toContain("waiting for the device that made the link to answer");
    client.overrides["group.knocks"] = () => [{ ...knock, state: "waiting" }];
    expect(await onNode("groups")).toBe(0);
    expect(printed()).toContain("waiting for an admin to let you in");
    client.overrides["group.giveUp"] = () => ({ isGivenUp: true });
    expect(await onNode("group", "leave", "Garden")).toBe(0);
    expect(printed()).toContain("You no longer ask to join.");
    expect(client.callsOf("group.setLink")).toEqual([
      { group: garden.group, isOn: true, needsApproval: true },
      { group: garden.group, isOn: false },
    ]);
    expect(client.callsOf("group.letIn")).toEqual([{ group: "Garden", who: "kith1zoe" }]);
    expect(client.callsOf("group.knock")).toEqual([{ link: "kith:g/AAAA" }, { link: "https://kith.example/#g=AAAA" }]);
    expect(client.callsOf("group.giveUp")).toEqual([{ group: garden.group }]);
  });

  test("read prints unread messages, one a line, and marks them", async () => {
    client.receive("first");
    client.receive("two\nlines \u001b[2Jwith tricks");
    expect(await onNode("read")).toBe(0);
    expect(terminal.out).toHaveLength(2);
    expect(terminal.out[1]).toMatch(/^\u2068Noor\u2069, .*, received, \u2068two ⏎ lines with tricks\u2069$/);
    expect(client.callsOf("message.markRead")).toEqual([{ who: NOOR.account }]);
  });

  test("read --peek marks nothing", async () => {
    client.receive("first");
    expect(await onNode("read", "@noor", "--peek")).toBe(0);
    expect(client.callsOf("message.markRead")).toEqual([]);
  });

  test("read --follow goes on with what arrives until it is ended", async () => {
    client.receive("before");
    const run = onNode("read", "@noor", "--follow");
    await vi.waitFor(() => expect(terminal.out).toHaveLength(1));
    client.receive("after");
    await vi.waitFor(() => expect(terminal.out).toHaveLength(2));
    stop.abort();
    expect(await run).toBe(0);
    expect(terminal.out[1]).toContain("after");
  });

  test("read WHO --follow leaves other chats out, unprinted and unmarked", async () => {
    const other = { ...NOOR, account: "kith1other", name: "Other", handle: "other" };
    client.contacts.push(other);
    const run = onNode("read", "@noor", "--follow");
    await vi.waitFor(() => expect(client.openStreams).toBe(1));
    client.receive("not for here", other);
    client.receive("for here");
    await vi.waitFor(() => expect(terminal.out).toHaveLength(1));
    stop.abort();
    expect(await run).toBe(0);
    expect(terminal.out[0]).toContain("for here");
    expect(client.callsOf("message.markRead")).toEqual([{ who: NOOR.account }]);
  });

  test("read --follow --json --after loses no event over a restart of the reader", async () => {
    for (const text of ["1", "2", "3"]) client.receive(text);
    const run = onNode("read", "--follow", "--json", "--after", "1");
    await vi.waitFor(() => expect(terminal.out).toHaveLength(2));
    stop.abort();
    expect(await run).toBe(0);
    expect(terminal.out.map((line) => JSON.parse(line).seq)).toEqual([2, 3]);
  });

  test("read --after without --follow and --json is exit code 2", async () => {
    expect(await onNode("read", "--after", "1")).toBe(2);
  });

  test.each(["invite", "join", "handle"])("kith %s makes the account first and asks nothing", async (name) => {
    client.status = { state: "none" };
    const words = { invite: [], join: ["kith:i/abc"], handle: ["@me"] }[name] ?? [];
    expect(await onNode(name, ...words)).toBe(0);
    expect(client.callsOf("account.create")).toEqual([{}]);
    expect(terminal.notes.join("\n")).toContain("kith words");
  });

  test("with an account none is made", async () => {
    expect(await onNode("invite", "--days", "2", "--json")).toBe(0);
    expect(client.callsOf("account.create")).toEqual([]);
    expect(client.callsOf("invite.create")).toEqual([{ expiresInMs: 2 * 24 * 3600 * 1000 }]);
    expect(json()).toMatchObject({ text: "kith:i/abc" });
  });

  test("contest says of another's claim that it is not one's own, and trust shows who said so", async () => {
    const account = "kith1rival";
    client.overrides["account.contestHandle"] = () => ({ state: "ready" });
    expect(await onNode("contest", account)).toBe(0);
    expect(client.callsOf("account.contestHandle")).toEqual([{ account }]);
    expect(printed()).toContain(account);
    client.overrides["contact.trust"] = () => ({
      contact: NOOR,
      isSendingBlocked: false,
      rivals: [],
      contest: { handle: "noor", account, atMs: 0 },
      steps: [],
    });
    expect(await onNode("trust", "@noor")).toBe(0);
    expect(terminal.out.at(-1)).toMatch(/the claim of .*@noor.* by .*kith1rival.* is not theirs/);
  });

  test("delete takes a request where one waits, else the contact", async () => {
    expect(await onNode("delete", "@noor")).toBe(0);
    client.contacts[0] = { ...NOOR, relation: "requesting" };
    expect(await onNode("delete", "@noor")).toBe(0);
    expect(client.callsOf("contact.delete")).toHaveLength(1);
    expect(client.callsOf("request.delete")).toHaveLength(1);
  });

  test("a look-up that finds nobody is exit code 4 and never says that there is nobody", async () => {
    client.overrides["directory.lookup"] = () => ({
      handle: "a",
      asked: 3,
      isWeak: false,
      isSuspect: false,
      candidates: [],
    });
    expect(await onNode("lookup", "@a")).toBe(4);
    expect(printed()).toContain("does not mean that it does not exist");
  });

  test("the words are shown in order, and confirmed by position", async () => {
    expect(await onNode("words")).toBe(0);
    expect(printed()).toContain(" 1 word1");
    expect(printed()).toContain("24 word24");
    expect(await onNode("words", "--confirm", "--check", "3=cow", "--check", "9=dog", "--check", "1=ant")).toBe(0);
    expect(client.callsOf("account.confirmWords")).toEqual([
      {
        checks: [
          { position: 3, word: "cow" },
          { position: 9, word: "dog" },
          { position: 1, word: "ant" },
        ],
      },
    ]);
  });

  test("words that are gone are exit code 4", async () => {
    client.overrides["account.words"] = () => ({ words: null });
    expect(await onNode("words")).toBe(4);
  });

  test("without a terminal nothing is asked", async () => {
    client.status = { state: "locked", hasPin: true };
    expect(await onNode("unlock")).toBe(2);
    expect(await onNode("words", "--confirm")).toBe(2);
    terminal.input = "1234\n";
    expect(await onNode("unlock", "--pin-file", "-")).toBe(0);
    expect(client.callsOf("account.unlock")).toEqual([{ pin: "1234" }]);
  });

  test("a missing PIN file is exit code 2", async () => {
    client.status = { state: "locked", hasPin: true };
    expect(await onNode("unlock", "--pin-file", "/nowhere/pin")).toBe(2);
  });

  test("status shows node and account", async () => {
    expect(await onNode("status")).toBe(0);
    expect(printed()).toContain("12D3");
    expect(printed()).toContain("kith1me");
  });

  test("doctor says what to do for what is not ok, and a fail is exit code 1", async () => {
    expect(await onNode("doctor")).toBe(0);
    expect(printed()).toContain("kith relays add");
    node.checks = [{ subject: "store", state: "fail", found: "damaged" }];
    expect(await onNode("doctor")).toBe(1);
  });

  test("stop waits until the node has let go", async () => {
    expect(await onNode("stop")).toBe(0);
    expect(await onNode("status")).toBe(3);
  });

  test("relays knows three actions", async () => {
    expect(await onNode("relays")).toBe(0);
    expect(await onNode("relays", "toString")).toBe(2);
    expect(await onNode("relays", "add")).toBe(2);
  });

  test("an interrupted command ends with exit code 1", async () => {
    client.overrides["directory.lookup"] = () => new Promise(() => undefined) as never;
    const run = onNode("lookup", "@a");
    await vi.waitFor(() => expect(client.callsOf("directory.lookup")).toHaveLength(1));
    stop.abort();
    expect(await run).toBe(1);
  });
});
