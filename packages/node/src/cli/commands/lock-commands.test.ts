/** `auto-lock`, `erase`, `backup` and `restore`. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MessengerError, serveClient } from "@kith/client";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { type ControlServer, listenForControl } from "../../daemon/control-server.ts";
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
});

const kith = (...words: string[]) =>
  runCli([...words, "--data", folder], { terminal, signal: new AbortController().signal });

async function startNode(): Promise<ControlServer> {
  const server = await listenForControl(folder, (carrier) => serveClient(client, carrier));
  onTestFinished(() => server.close());
  return server;
}

describe("auto-lock", () => {
  beforeEach(startNode);

  test("is shown, and changes only what is given", async () => {
    expect(await kith("auto-lock")).toBe(0);
    expect(terminal.out).toEqual([expect.stringContaining("There is no PIN")]);
    expect(await kith("auto-lock", "5m", "--hidden", "on", "--erase-after", "10")).toBe(0);
    expect(terminal.out.slice(1)).toEqual([
      "The account locks after 5 minutes without use.",
      "A page locks it as soon as nobody sees the page.",
      "After 10 wrong PINs in a row everything on this device is erased.",
    ]);
    expect(await kith("auto-lock", "never", "--erase-after", "never", "--json")).toBe(0);
    expect(client.callsOf("account.setLock")).toEqual([
      { idleMs: 300_000, whenHidden: true, eraseAfterTries: 10 },
      { idleMs: 0, eraseAfterTries: 0 },
    ]);
  });

  test.each([[["soon"]], [["--hidden", "maybe"]], [["--erase-after", "few"]]])(
    "%j is wrong use and changes nothing",
    async (words) => {
      expect(await kith("auto-lock", ...words)).toBe(2);
      expect(client.callsOf("account.setLock")).toEqual([]);
    },
  );
});

describe("erase", () => {
  test("asks the running node, and waits for its end", async () => {
    const server = await startNode();
    const call = client.call.bind(client);
    client.call = async (method, params) => {
      const result = await call(method, params);
      if (method === "account.erase") setImmediate(() => void server.close());
      return result;
    };
    expect(await kith("erase", "--confirm", "erase")).toBe(0);
    expect(client.callsOf("account.erase")).toEqual([{ confirm: "erase" }]);
    expect(terminal.out.at(-1)).toContain("Everything is erased.");
  });

  test("erases the folder of a node that is stopped", async () => {
    await mkdir(join(folder, "account"));
    await writeFile(join(folder, "device.secret"), "x".repeat(32));
    expect(await kith("erase", "--confirm", "erase", "--json")).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });

  test("without the word, or in a folder that is not Kith's, erases nothing", async () => {
    await mkdir(join(folder, "account"));
    expect(await kith("erase", "--confirm", "erase")).toBe(8);
    await writeFile(join(folder, "device.secret"), "x".repeat(32));
    for (const words of [[], ["--confirm", "yes"]]) expect(await kith("erase", ...words)).toBe(2);
    expect((await readdir(folder)).sort()).toEqual(["account", "device.secret"]);
  });
});

describe("backup and restore", () => {
  let file: string;
  let passphrase: string;

  beforeEach(async () => {
    await startNode();
    const place = await makeTemporaryFolder();
    file = join(place, "kith.backup");
    passphrase = join(place, "passphrase");
    await writeFile(passphrase, "seven green rivers\n");
  });

  test("write the pieces of a backup into a file, and hand them back", async () => {
    expect(await kith("backup", file, "--passphrase-file", passphrase)).toBe(0);
    expect(await readFile(file, "utf8")).toBe("backup");
    expect(client.callsOf("backup.export")).toEqual([{ passphrase: "seven green rivers" }]);
    expect(terminal.out[0]).toContain("6 bytes");
    expect(await kith("restore", file, "--passphrase-file", passphrase)).toBe(0);
    const data = Buffer.from("backup").toString("base64");
    expect(client.callsOf("backup.append")).toEqual([{ id: "b".repeat(32), data }]);
    expect(client.callsOf("backup.finish").length).toBe(1);
  });

  test("replace no file, and leave none behind when the node refuses", async () => {
    await writeFile(file, "mine");
    expect(await kith("backup", file, "--passphrase-file", passphrase)).toBe(2);
    expect(await readFile(file, "utf8")).toBe("mine");
    const other = `${file}.2`;
    const call = client.call.bind(client);
    client.call = async (method, params) => {
      if (method === "backup.next") throw new MessengerError("BACKUP_GONE", "gone");
      return await call(method, params);
    };
    expect(await kith("backup", other, "--passphrase-file", passphrase)).toBe(4);
    expect((await readdir(join(other, ".."))).sort()).toEqual(["kith.backup", "passphrase"]);
  });

  test("a backup that is not there is wrong use", async () => {
    expect(await kith("restore", file, "--passphrase-file", passphrase)).toBe(2);
    expect(client.callsOf("backup.restore")).toEqual([]);
  });
});
