/** `import-x`. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { serveClient } from "@kith/client";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { makeZip, SMALL_ARCHIVE } from "../../../../client/src/archive/fixtures.ts";
import { listenForControl } from "../../daemon/control-server.ts";
import { FakeClient } from "../../testing/fake-client.ts";
import { FakeTerminal } from "../../testing/fake-terminal.ts";
import { makeTemporaryFolder } from "../../testing/temporary-folder.ts";
import { runCli } from "../run-cli.ts";

let folder: string;
let file: string;
let client: FakeClient;
let terminal: FakeTerminal;

beforeEach(async () => {
  client = new FakeClient();
  terminal = new FakeTerminal();
  folder = await makeTemporaryFolder();
  file = join(await makeTemporaryFolder(), "twitter.zip");
  await writeFile(file, await makeZip(SMALL_ARCHIVE));
  const server = await listenForControl(folder, (carrier) => serveClient(client, carrier));
  onTestFinished(() => server.close());
});

const kith = (...words: string[]) =>
  runCli(["import-x", ...words, "--data", folder], { terminal, signal: new AbortController().signal });

describe("import-x", () => {
  test("reads a file here and hands the node its records", async () => {
    expect(await kith(file)).toBe(0);
    expect(client.callsOf("archive.begin")).toMatchObject([{ owner: { accountId: "1000", handle: "noor_h" } }]);
    const records = client.callsOf("archive.append").flatMap((params) => (params as { records: object[] }).records);
    expect(records.length).toBe(13);
    expect(client.callsOf("archive.finish").length).toBe(1);
    expect(client.callsOf("archive.cancel")).toEqual([]);
    expect(terminal.out.at(-1)).toContain("Imported from your X archive, unsigned");
  });

  test.each([
    ["cut off", (bytes: Uint8Array) => bytes.slice(0, 1200), 8, "ARCHIVE_DAMAGED"],
    ["none", () => new Uint8Array(100), 4, "ARCHIVE_INVALID"],
  ] as const)("a file that is %s has its code, and nothing is begun", async (_, change, code, name) => {
    await writeFile(file, change(await makeZip(SMALL_ARCHIVE)));
    expect(await kith(file, "--json")).toBe(code);
    expect(JSON.stringify([...terminal.out, ...terminal.notes])).toContain(name);
    expect(client.callsOf("archive.begin")).toEqual([]);
  });

  test("shows what was imported, its people and its conversations", async () => {
    expect(await kith()).toBe(0);
    expect(terminal.out[0]).toContain("X id 1000");
    expect(await kith("--people", "following")).toBe(0);
    expect(terminal.out.slice(-2)).toEqual([expect.stringContaining("@asha"), "X id 2002"]);
    expect(await kith("--threads")).toBe(0);
    expect(terminal.out.at(-1)).toMatch(/^0 {2}.*@asha.*: 2 messages, 2026-11-22$/);
    expect(await kith("--thread", "0")).toBe(0);
    expect(terminal.out.slice(-3)).toEqual([
      expect.stringMatching(/^2026-11-22 12:00 {2}.*@asha.*: hello$/),
      expect.stringMatching(/you: look \(1 picture or film, not imported\)$/),
      expect.stringContaining("unsigned"),
    ]);
  });

  test("looks handles up, or removes, only when that was said", async () => {
    client.overrides["directory.lookup"] = ({ handle }) => ({
      handle,
      asked: 3,
      isWeak: false,
      isSuspect: false,
      candidates: [],
    });
    expect(await kith("--people", "following", "--look-up")).toBe(2);
    expect(await kith("--remove")).toBe(2);
    expect([...client.callsOf("directory.lookup"), ...client.callsOf("archive.remove")]).toEqual([]);
    expect(await kith("--people", "following", "--look-up", "--yes")).toBe(0);
    expect(client.callsOf("directory.lookup")).toEqual([{ handle: "asha" }]);
    expect(terminal.out.at(-1)).toContain("no proof");
    expect(await kith("--remove", "--yes")).toBe(0);
    expect(terminal.out.at(-1)).toBe("The imported archive is removed.");
  });

  test.each([
    [["--people", "friends"]],
    [["--people", "following", "--threads"]],
    [["--look-up"]],
    [["--thread", "x"]],
    [["no-such-file.zip"]],
  ])("%j is wrong use", async (words) => {
    expect(await kith(...words)).toBe(2);
  });
});
