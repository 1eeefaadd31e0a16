import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DEFAULT_RELAY_LIMITS } from "../relay/relay-limits.ts";
import { makeTemporaryFolder } from "../testing/temporary-folder.ts";
import {
  announcedAddresses,
  defaultRelayConfig,
  loadRelayConfig,
  parseRelayConfig,
  printRelayConfig,
} from "./relay-config.ts";
import { DEFAULT_TURN } from "./turn-config.ts";

const parse = (file: unknown) => parseRelayConfig(JSON.stringify(file), "/etc/kith");

describe("the configuration of a relay", () => {
  test("has a default for everything, and fills up what a file leaves out", () => {
    const { work: _, ...limits } = DEFAULT_RELAY_LIMITS;
    expect(parse({})).toEqual(defaultRelayConfig());
    expect(parse({})).toMatchObject({ web: null, metrics: null, mdns: true, limits });
    expect(parse({ limits: { relayQueues: 7 } }).limits).toEqual({ ...limits, relayQueues: 7 });
  });

  test("has TURN off, and on with the defaults for what the section leaves out", () => {
    expect(parse({}).turn).toBeNull();
    expect(parse({ turn: {} }).turn).toEqual(DEFAULT_TURN);
    expect(parse({ turn: { port: 3479 } }).turn).toEqual({ ...DEFAULT_TURN, port: 3479 });
  });

  test("takes paths relative to the file", () => {
    expect(parse({ dataFolder: "data", network: "/n.json" })).toMatchObject({
      dataFolder: "/etc/kith/data",
      network: "/n.json",
    });
  });

  test("printed, it is a file that says the same", () => {
    const web = { port: 443, certificate: "/c.pem", key: "/k.pem" };
    const config = parse({
      publicName: "relay.example.org",
      web,
      metrics: { port: 9464 },
      turn: { externalAddress: "203.0.113.7" },
      listen: { port: 5484 },
    });
    expect(parseRelayConfig(printRelayConfig(config), "/elsewhere")).toEqual(config);
  });

  test.each([
    [{ portt: 5484 }, '"portt": there is no such setting'],
    [{ listen: { port: 70_000 } }, '"listen.port"'],
    [{ listen: { host: "relay.example.org" } }, '"listen.host": an IP address'],
    [{ publicName: "https://relay.example.org" }, '"publicName": a host name'],
    [{ announce: ["/ip4/1.2.3.4/tcp/1/p2p/12D3"] }, '"announce.0": a multiaddr without /p2p'],
    [{ relays: ["relay.example.org"] }, '"relays.0": a multiaddr that ends in /p2p/PEERID'],
    [{ limits: { relayQueues: 0 } }, '"limits.relayQueues"'],
    [{ limits: { work: 3 } }, '"limits.work": there is no such setting'],
    [{ turn: { port: 0 } }, '"turn.port"'],
    [{ turn: { minPort: 3000, maxPort: 2000 } }, '"turn": minPort is above maxPort'],
    [{ turn: { externalAddress: "relay.example.org" } }, '"turn.externalAddress": an IP address'],
    [{ turn: { noAuth: true } }, '"turn.noAuth": there is no such setting'],
    [{ web: { port: 443 }, publicName: "a.example" }, '"web": it needs certificate and key, or isBehindProxy'],
    [
      { web: { port: 443, certificate: "c", key: "k" }, publicName: "a.example", listen: { wsPort: 0 } },
      '"web": it needs a listen.wsPort other than 0',
    ],
    [{ web: { port: 443, certificate: "c", key: "k" } }, '"web": browsers need publicName'],
    [
      { web: { port: 80, isBehindProxy: true, certificate: "c" }, publicName: "a.example" },
      '"web": behind a reverse proxy there is no certificate here',
    ],
  ])("%j is refused, and the entry is named", (file, message) => {
    expect(() => parse(file)).toThrow(expect.objectContaining({ code: "CONFIG_FILE" }));
    expect(() => parse(file)).toThrow(message);
  });

  test("a file that is missing, no JSON or huge is refused", async () => {
    const folder = await makeTemporaryFolder();
    const refusal = { code: "CONFIG_FILE" };
    await expect(loadRelayConfig(join(folder, "none.json"))).rejects.toMatchObject(refusal);
    for (const [name, text] of [
      ["broken.json", "{"],
      ["huge.json", `"${"x".repeat(70_000)}"`],
    ] as const) {
      await writeFile(join(folder, name), text);
      await expect(loadRelayConfig(join(folder, name))).rejects.toMatchObject(refusal);
    }
  });
});

describe("announced addresses", () => {
  const ports = { peer: 5484, ws: 5485 };

  test("are none by default, and those of the file as they are", () => {
    expect(announcedAddresses(parse({}), ports)).toEqual([]);
    const announce = ["/ip4/203.0.113.7/tcp/1"];
    expect(announcedAddresses(parse({ announce, publicName: "a.example" }), ports)).toEqual(announce);
  });

  test("follow from the public name and the ports", () => {
    expect(announcedAddresses(parse({ publicName: "2001:db8::1" }), ports)).toEqual([
      "/ip6/2001:db8::1/tcp/5484",
      "/ip6/2001:db8::1/tcp/5485/ws",
    ]);
    const web = { port: 8443, certificate: "c", key: "k" };
    expect(announcedAddresses(parse({ publicName: "a.example", web }), ports)).toEqual([
      "/dns/a.example/tcp/5484",
      "/dns/a.example/tcp/8443/tls/ws",
    ]);
  });

  test("behind a reverse proxy name the proxy's port", () => {
    const web = { port: 8080, isBehindProxy: true };
    const config = parse({ publicName: "a.example", web });
    expect(config.web).toMatchObject({ host: "127.0.0.1", publicPort: 443 });
    expect(announcedAddresses(config, ports)[1]).toBe("/dns/a.example/tcp/443/tls/ws");
  });
});
