/** `link` and `devices`. */
import { type LinkStatus, type OwnDevice, serveClient } from "@kith/client";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { listenForControl } from "../../daemon/control-server.ts";
import { FakeClient } from "../../testing/fake-client.ts";
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

const atMs = 1_800_000_000_000;
const NODE: OwnDevice = { device: "aa".repeat(32), name: "desk", kind: "node", isThis: true, addedAtMs: atMs };
const TAB: OwnDevice = {
  device: "bb".repeat(32),
  name: "My tab",
  kind: "browser",
  isThis: false,
  addedAtMs: atMs,
  lastSeenMs: atMs,
  copied: 100,
};

describe("devices", () => {
  beforeEach(() => {
    client.overrides["device.list"] = () => [NODE, TAB];
    client.overrides["device.rename"] = () => [NODE, { ...TAB, name: "Sofa" }];
    client.overrides["device.revoke"] = () => [NODE];
  });

  test("lists each with its name, what it is and when it was seen last", async () => {
    expect(await kith("devices")).toBe(0);
    expect(terminal.out).toEqual([
      expect.stringMatching(/^aaaaaaaa, .desk., node, added .*, this device$/),
      expect.stringMatching(/^bbbbbbbb, .My tab., browser, added .*, last seen .*, 100 messages copied to it so far$/),
    ]);
  });

  test("renames and revokes by name or by the beginning of the id", async () => {
    expect(await kith("devices", "rename", "my tab", "Sofa")).toBe(0);
    expect(await kith("devices", "revoke", "bbbbbbbb")).toBe(0);
    expect(client.callsOf("device.rename")).toEqual([{ device: TAB.device, name: "Sofa" }]);
    expect(client.callsOf("device.revoke")).toEqual([{ device: TAB.device }]);
    expect(terminal.out).toContain("Taken out. Nothing more is sent to it.");
  });

  test.each([[["revoke", "nobody"]], [["revoke"]], [["burn", "desk"]]])(
    "%j is wrong use and changes nothing",
    async (words) => {
      expect(await kith("devices", ...words)).toBe(2);
      expect(client.callsOf("device.revoke")).toEqual([]);
    },
  );
});

describe("link", () => {
  const words = ["able", "baby", "cake", "dad", "eager", "fade"];
  const waiting: LinkStatus = { side: "old", stage: "waiting", version: 1, code: "kith:l/AAAA", expiresAtMs: atMs };
  const compare: LinkStatus = {
    ...waiting,
    stage: "compare",
    version: 2,
    words,
    device: { name: "My tab", kind: "browser" },
  };

  function play(last: Partial<LinkStatus>): void {
    client.overrides["link.begin"] = () => waiting;
    client.overrides["link.get"] = ({ version }) =>
      version === 1 ? compare : ({ ...compare, version: 4, ...last } as LinkStatus);
    client.overrides["link.confirm"] = () => ({ ...compare, stage: "confirmed", version: 3 });
  }

  test("shows the code, then the words, and confirms once somebody says yes", async () => {
    play({ stage: "done" });
    terminal.type("yes");
    expect(await kith("link", "--name", "desk", "--history")).toBe(0);
    expect(client.callsOf("link.begin")).toEqual([{ name: "desk", kind: "node" }]);
    expect(client.callsOf("link.confirm")).toEqual([{ isSame: true, withHistory: true }]);
    expect(terminal.out).toContain("kith:l/AAAA");
    expect(terminal.out).toContain(words.join("  "));
    expect(terminal.out.at(-1)).toBe("Linked. Your contacts and settings are on their way to the new device.");
  });

  test("links nothing when the words differ, and says so", async () => {
    play({ stage: "failed", reason: "mismatch" });
    terminal.type("no");
    expect(await kith("link")).toBe(7);
    expect(client.callsOf("link.confirm")).toEqual([{ isSame: false, withHistory: false }]);
    expect(terminal.out.at(-1)).toContain("The words were not the same.");
  });

  test("uses a code of another device", async () => {
    client.overrides["link.join"] = () => ({ side: "new", stage: "failed", version: 1, reason: "unreachable" });
    expect(await kith("link", "kith:l/AAAA", "--name", "desk")).toBe(7);
    expect(client.callsOf("link.join")).toEqual([{ code: "kith:l/AAAA", name: "desk", kind: "node" }]);
    expect(terminal.out.at(-1)).toContain("No relay of the code answers.");
  });
});
