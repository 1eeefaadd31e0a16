/** `storage`. */
import { serveClient } from "@kith/client";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { listenForControl } from "../../daemon/control-server.ts";
import { FakeClient, NOOR } from "../../testing/fake-client.ts";
import { FakeTerminal } from "../../testing/fake-terminal.ts";
import { makeTemporaryFolder } from "../../testing/temporary-folder.ts";
import { runCli } from "../run-cli.ts";

let folder: string;
let client: FakeClient;
let terminal: FakeTerminal;

beforeEach(async () => {
  client = new FakeClient();
  terminal = new FakeTerminal();
  folder = await makeTemporaryFolder();
  const server = await listenForControl(folder, (carrier) => serveClient(client, carrier));
  onTestFinished(() => server.close());
});

const kith = (...words: string[]) =>
  runCli([...words, "--data", folder], { terminal, signal: new AbortController().signal });

describe("storage", () => {
  test("adds up the slices of every chat, and prints one line of JSON for programs", async () => {
    expect(await kith("storage")).toBe(0);
    expect(terminal.out).toEqual([
      "  3.8 MB  \u2068Noor\u2069: 2005 messages, 2 files (3.0 MB)",
      "The index for the search takes 40 KB.",
      "About 3.8 MB together.",
    ]);
    terminal.out.length = 0;
    expect(await kith("storage", "--json")).toBe(0);
    const noor = { account: NOOR.account, name: "Noor", messages: 2005, messageBytes: 702_000, previewBytes: 50_000 };
    expect(JSON.parse(terminal.out[0] ?? "")).toEqual({
      chats: [{ ...noor, files: 2, fileBytes: 3_000_000, bytes: 3_752_000 }],
      searchBytes: 40_000,
      bytes: 3_792_000,
    });
  });

  test("clean removes files until nothing is left to remove", async () => {
    let calls = 0;
    client.overrides["storage.removeFiles"] = () => {
      calls += 1;
      return { files: 100, bytes: 1_000_000, isDone: calls === 3 };
    };
    expect(await kith("storage", "clean", "@noor", "--files", "--older-than", "30d", "--yes")).toBe(0);
    const asked = { who: NOOR.account, olderThanMs: 30 * 24 * 3600 * 1000 };
    expect(client.callsOf("storage.removeFiles")).toEqual([asked, asked, asked]);
    expect(terminal.out.at(-1)).toBe("300 files were removed: 3.0 MB");
  });

  test("groups are measured beside chats, and files of one group go", async () => {
    const group = "ab".repeat(32);
    client.overrides["storage.list"] = () => ({
      chats: [],
      groups: [{ group: { group, name: "Garden" }, files: 3, fileBytes: 5_000_000 }],
      searchBytes: 0,
    });
    client.overrides["group.get"] = () => ({ group }) as never;
    expect(await kith("storage")).toBe(0);
    expect(terminal.out[0]).toBe("  5.8 MB  \u2068Garden\u2069: 2005 messages, 3 files (5.0 MB)");
    const after = `${"1".repeat(14)}/${"a".repeat(32)}`;
    expect(client.callsOf("storage.measure")).toEqual([{ group }, { group, after }]);
    expect(await kith("storage", "clean", "Garden", "--group", "--files", "--yes")).toBe(0);
    expect(client.callsOf("storage.removeFiles")).toEqual([{ group }]);
  });

  test("clean forgets the history of one chat", async () => {
    expect(await kith("storage", "clean", "@noor", "--history", "--yes")).toBe(0);
    expect(client.callsOf("storage.clearChat")).toEqual([{ who: NOOR.account }]);
    expect(terminal.out.at(-1)).toBe("2005 messages were removed from this device.");
  });

  test("clean forgets the history of one group, named by what it is called", async () => {
    const group = "ab".repeat(32);
    client.overrides["group.get"] = () => ({ group, name: "Garden" }) as never;
    expect(await kith("storage", "clean", "Garden", "--group", "--history", "--yes")).toBe(0);
    expect(client.callsOf("group.get")).toEqual([{ group: "Garden" }]);
    expect(client.callsOf("storage.clearChat")).toEqual([{ group }]);
    expect(terminal.out.at(-1)).toBe("2005 messages were removed from this device.");
  });

  test.each([
    [["clean", "--files"]],
    [["clean", "@noor", "--history"]],
    [["clean", "--history", "--yes"]],
    [["clean", "@noor", "--yes"]],
    [["clean", "@noor", "--files", "--history", "--yes"]],
    [["clean", "@noor", "--history", "--older-than", "30d", "--yes"]],
    [["clean", "--files", "--older-than", "soon", "--yes"]],
    [["clean", "Garden", "--group", "--history"]],
    [["clean", "--group", "--history", "--yes"]],
    [["clean", "--group", "--files", "--yes"]],
    [["sweep"]],
  ])("%j is wrong use, or was not confirmed, and removes nothing", async (words) => {
    expect(await kith("storage", ...words)).toBe(2);
    expect([...client.callsOf("storage.removeFiles"), ...client.callsOf("storage.clearChat")]).toEqual([]);
  });
});
