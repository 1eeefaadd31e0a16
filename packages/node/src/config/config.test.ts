import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { DEFAULT_NETWORK_PARAMETERS } from "@kith/client";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeTemporaryFolder } from "../testing/temporary-folder.ts";
import { findDataFolder, prepareDataFolder, type SystemPlace } from "./data-folder.ts";
import { createDeviceSecretFile } from "./device-secret.ts";
import { loadNetwork, parseNetworkText, settle } from "./network-file.ts";
import { choosePorts, readSavedPorts } from "./node-config.ts";
import { openPageToken } from "./page-token.ts";
import { groupRelayAddresses, parseRelayAddress } from "./relay-address.ts";

const PEER = "12D3KooWGQmdpbHvtgmiHcmRq4JPpYBmhJdCjWqG1Yh5sC5iCqvA";
const isWindows = process.platform === "win32";

function place(platform: NodeJS.Platform, env: SystemPlace["env"] = {}): SystemPlace {
  return { platform, home: "/home/noor", env };
}

/** Binds a port as another program would. */
async function occupy(port = 0): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ host: "127.0.0.1", port }, resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new TypeError("no port");
  return address.port;
}

describe("the data folder", () => {
  test.each([
    [undefined, place("linux"), "/home/noor/.local/share/kith"],
    [undefined, place("linux", { XDG_DATA_HOME: "/data" }), "/data/kith"],
    [undefined, place("linux", { XDG_DATA_HOME: "relative" }), "/home/noor/.local/share/kith"],
    [undefined, place("linux", { KITH_DATA: "/mine", XDG_DATA_HOME: "/data" }), "/mine"],
    [undefined, place("darwin"), "/home/noor/Library/Application Support/kith"],
    ["/given", place("linux", { KITH_DATA: "/mine" }), "/given"],
  ])("%s in %j is %s", (given, system, expected) => {
    expect(findDataFolder("personal", given, system)).toBe(expected);
  });

  test("a relay and Echo have their own folders beside it", () => {
    expect(findDataFolder("relay", undefined, place("linux"))).toBe("/home/noor/.local/share/kith-relay");
    expect(findDataFolder("echo", undefined, place("linux", { KITH_DATA: "/a/mine" }))).toBe("/a/kith-echo");
    expect(findDataFolder("echo", "/given", place("linux"))).toBe("/given");
  });

  test.skipIf(isWindows)("it is made for its owner alone, and an open one is closed", async () => {
    const folder = join(await makeTemporaryFolder(), "a", "b");
    await prepareDataFolder(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await chmod(folder, 0o755);
    await prepareDataFolder(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  test("a file in its place is DATA_FOLDER and stays as it is", async () => {
    const path = join(await makeTemporaryFolder(), "file");
    await writeFile(path, "mine");
    await expect(prepareDataFolder(path)).rejects.toMatchObject({ code: "DATA_FOLDER" });
    expect(await readFile(path, "utf8")).toBe("mine");
  });
});

describe("the device secret", () => {
  test("it is 32 bytes, the same at each call and after a restart", async () => {
    const folder = await makeTemporaryFolder();
    const file = createDeviceSecretFile(folder);
    const [first, second] = await Promise.all([file.load(), file.load()]);
    expect(first.length).toBe(32);
    expect(second).toEqual(first);
    expect(await createDeviceSecretFile(folder).load()).toEqual(first);
  });

  test.skipIf(isWindows)("only its owner can read it, and one that others can read is refused", async () => {
    const folder = await makeTemporaryFolder();
    const path = join(folder, "device.secret");
    await createDeviceSecretFile(folder).load();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await chmod(path, 0o644);
    await expect(createDeviceSecretFile(folder).load()).rejects.toMatchObject({ code: "SECRET_FILE" });
  });

  test("one of another length is refused and not replaced", async () => {
    const folder = await makeTemporaryFolder();
    const path = join(folder, "device.secret");
    await writeFile(path, "short", { mode: 0o600 });
    await expect(createDeviceSecretFile(folder).load()).rejects.toMatchObject({ code: "SECRET_FILE" });
    expect(await readFile(path, "utf8")).toBe("short");
  });
});

describe("the token of the local page", () => {
  test("it is 32 bytes of base64url, the same after a restart, and only its owner can read it", async () => {
    const folder = await makeTemporaryFolder();
    const { value } = await openPageToken(folder);
    expect(Buffer.from(value, "base64url")).toHaveLength(32);
    expect((await openPageToken(folder)).value).toBe(value);
    expect((await openPageToken(await makeTemporaryFolder())).value).not.toBe(value);
    if (!isWindows) expect((await stat(join(folder, "page.token"))).mode & 0o777).toBe(0o600);
  });

  test("only itself matches it", async () => {
    const token = await openPageToken(await makeTemporaryFolder());
    const { value } = token;
    expect(token.matches(value)).toBe(true);
    for (const given of ["", value.slice(1), `${value}=`, value.toLowerCase(), ` ${value}`]) {
      expect(token.matches(given)).toBe(false);
    }
  });

  test("a renewed one replaces it on disk too; two renewals at once agree", async () => {
    const folder = await makeTemporaryFolder();
    const token = await openPageToken(folder);
    const before = token.value;
    await Promise.all([token.renew(), token.renew()]);
    expect(token.value).not.toBe(before);
    expect([token.matches(before), token.matches(token.value)]).toEqual([false, true]);
    expect((await openPageToken(folder)).value).toBe(token.value);
    const second = token.value;
    await token.renew();
    expect(token.value).not.toBe(second);
  });

  test("a damaged one is refused and not replaced", async () => {
    const folder = await makeTemporaryFolder();
    const path = join(folder, "page.token");
    await writeFile(path, "short", { mode: 0o600 });
    await expect(openPageToken(folder)).rejects.toMatchObject({ code: "SECRET_FILE" });
    expect(await readFile(path, "utf8")).toBe("short");
  });

  test.skipIf(isWindows)("one that others can read is refused", async () => {
    const folder = await makeTemporaryFolder();
    await openPageToken(folder);
    await chmod(join(folder, "page.token"), 0o644);
    await expect(openPageToken(folder)).rejects.toMatchObject({ code: "SECRET_FILE" });
  });
});

describe("the network file", () => {
  test("the shipped one is the main network of the engine, with nothing overridden", async () => {
    const network = await loadNetwork(undefined);
    expect(network.parameters).toEqual(DEFAULT_NETWORK_PARAMETERS);
    expect(network.relayWork).toEqual({ create: 20, bundleGet: 16, boxPut: 18 });
    expect(network.overridden).toEqual([]);
  });

  test("another one states only what differs, and that is listed", async () => {
    const path = join(await makeTemporaryFolder(), "network.json");
    const parameters = { claimBits: 8, receiptDelayMs: 30_000, relayWork: { boxPut: 4 } };
    const seedRelays = [`/ip4/192.0.2.1/tcp/5484/p2p/${PEER}`, `/ip4/192.0.2.1/tcp/5485/ws/p2p/${PEER}`];
    await writeFile(path, JSON.stringify({ netId: "lab", parameters, seedRelays }));
    const network = await loadNetwork(path);
    expect(network.parameters).toMatchObject({ netId: "lab", claimBits: 8, retryFirstMs: 5000 });
    expect(network.parameters.seedRelays).toEqual([
      { relay: PEER, addresses: ["/ip4/192.0.2.1/tcp/5484", "/ip4/192.0.2.1/tcp/5485/ws"] },
    ]);
    expect(network.relayWork).toEqual({ create: 20, bundleGet: 16, boxPut: 4 });
    expect(network.overridden).toEqual(["netId=lab", "claimBits=8", "relayWork.boxPut=4"]);
  });

  test.each([
    ["not JSON", "{", "not JSON"],
    ["no network id", "{}", "netId"],
    ["a wrong network id", '{"netId":"Main Net"}', "netId"],
    ["an unknown entry", '{"netId":"a","more":1}', "more"],
    ["too many bits", '{"netId":"a","parameters":{"claimBits":41}}', "claimBits"],
    ["a time that is no number", '{"netId":"a","parameters":{"retryMaxMs":"1"}}', "retryMaxMs"],
    ["a seed without identity", '{"netId":"a","seedRelays":["/ip4/1.2.3.4/tcp/1"]}', "seedRelays.0"],
    ["a file over the bound", " ".repeat(64 * 1024 + 1), "characters"],
  ])("%s is NETWORK_FILE and named", (_, content, named) => {
    expect(() => parseNetworkText(content)).toThrow(
      expect.objectContaining({ code: "NETWORK_FILE", message: expect.stringContaining(named) }),
    );
  });

  test("waits that contradict each other are NETWORK_FILE", () => {
    expect(() => settle({ netId: "a", parameters: { retryFirstMs: 10, retryMaxMs: 9 } })).toThrow(
      expect.objectContaining({ code: "NETWORK_FILE" }),
    );
  });

  test("a file that is not there is NETWORK_FILE", async () => {
    await expect(loadNetwork("/nowhere/network.json")).rejects.toMatchObject({ code: "NETWORK_FILE" });
  });
});

describe("relay addresses", () => {
  test.each([
    "",
    "/p2p/x",
    "/ip4/1.2.3.4/tcp/1",
    `x/p2p/${PEER}`,
    `/ip4/1.2.3.4/tcp/1/p2p/${PEER}/more`,
    `/${"a".repeat(400)}/p2p/${PEER}`,
  ])("%s is none", (address) => {
    expect(parseRelayAddress(address)).toBeNull();
  });

  test("addresses of one relay are joined, once each", () => {
    const parse = (address: string) => parseRelayAddress(`${address}/p2p/${PEER}`) ?? [];
    const refs = [parse("/ip4/1.2.3.4/tcp/1"), parse("/dns4/a.example/tcp/2/ws"), parse("/ip4/1.2.3.4/tcp/1")].flat();
    expect(groupRelayAddresses(refs)).toEqual([
      { relay: PEER, addresses: ["/ip4/1.2.3.4/tcp/1", "/dns4/a.example/tcp/2/ws"] },
    ]);
  });
});

describe("the ports", () => {
  test("a port that was asked for is taken and saved", async () => {
    const folder = await makeTemporaryFolder();
    const [peer, ws, page, peerPage] = [await freePort(), await freePort(), await freePort(), await freePort()];
    const ports = { peer, ws, page, peerPage };
    expect(await choosePorts(folder, "127.0.0.1", ports)).toEqual(ports);
    expect(await readSavedPorts(folder)).toEqual(ports);
  });

  test("a saved port that became busy gives way to the next free one, which is saved", async () => {
    const folder = await makeTemporaryFolder();
    const busy = await occupy();
    const ports = { peer: busy, ws: await freePort(), page: await freePort(), peerPage: await freePort() };
    await writeFile(join(folder, "config.json"), JSON.stringify({ ports }));
    const chosen = await choosePorts(folder, "127.0.0.1", {});
    expect(chosen.peer).toBeGreaterThan(busy);
    expect(await readSavedPorts(folder)).toEqual(chosen);
  });

  test("a port that was asked for and is busy is PORT_BUSY, and nothing is saved", async () => {
    const folder = await makeTemporaryFolder();
    const busy = await occupy();
    await expect(choosePorts(folder, "127.0.0.1", { peer: 0, ws: busy, page: 0, peerPage: 0 })).rejects.toMatchObject({
      code: "PORT_BUSY",
    });
    expect(await readSavedPorts(folder)).toBeNull();
  });

  test("an address of another machine is USAGE", async () => {
    const folder = await makeTemporaryFolder();
    await expect(choosePorts(folder, "203.0.113.7", {})).rejects.toMatchObject({ code: "USAGE" });
    expect(await readSavedPorts(folder)).toBeNull();
  });

  test("any free port is never saved", async () => {
    const folder = await makeTemporaryFolder();
    const any = { peer: 0, ws: 0, page: 0, peerPage: 0 };
    expect(await choosePorts(folder, "127.0.0.1", any)).toEqual(any);
    expect(await readSavedPorts(folder)).toBeNull();
  });

  test("a folder from before there was a page for peers gets its usual port, and keeps the others", async () => {
    const folder = await makeTemporaryFolder();
    await writeFile(join(folder, "config.json"), '{"ports":{"peer":1,"ws":2,"page":3}}');
    expect(await readSavedPorts(folder)).toEqual({ peer: 1, ws: 2, page: 3, peerPage: 5481 });
  });

  test.each(["{", "{}", '{"ports":{"peer":0,"ws":1,"page":2}}', '{"ports":{"peer":1,"ws":2,"page":3},"more":1}'])(
    "the config file %s is CONFIG_FILE and stays as it is",
    async (content) => {
      const folder = await makeTemporaryFolder();
      await writeFile(join(folder, "config.json"), content);
      await expect(choosePorts(folder, "127.0.0.1", {})).rejects.toMatchObject({ code: "CONFIG_FILE" });
      expect(await readFile(join(folder, "config.json"), "utf8")).toBe(content);
    },
  );
});

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ host: "127.0.0.1", port: 0 }, resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (typeof address !== "object" || address === null) throw new TypeError("no port");
  return address.port;
}
