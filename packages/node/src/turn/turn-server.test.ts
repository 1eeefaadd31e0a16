import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { DEFAULT_TURN, type TurnConfig } from "../config/turn-config.ts";
import { probeStun } from "../stun/probe-stun.ts";
import { makeTemporaryFolder } from "../testing/temporary-folder.ts";
import { writeCoturnFile } from "./coturn-file.ts";
import { makeTurnName } from "./turn-name.ts";
import { TurnServer } from "./turn-server.ts";

const isInstalled = spawnSync("turnserver", ["--version"]).error === undefined;
// A machine without it says so: a run that tested nothing must not look like one that passed.
if (!isInstalled) process.stderr.write("TURN for real: skipped, turnserver (package coturn) is not installed\n");

const HOST = "127.0.0.1";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function makeServer(given: Partial<TurnConfig> = {}) {
  const config = { ...DEFAULT_TURN, port: await freePort(), ...given };
  const events: string[] = [];
  const folder = join(await makeTemporaryFolder(), "turn");
  const log = (_: string, event: string, fields: object = {}): number =>
    events.push(`${event} ${Object.keys(fields).join()}`);
  const server = new TurnServer({ config, host: HOST, folder, log });
  onTestFinished(() => server.stop());
  return { server, events, folder, config };
}

describe("the configuration of coturn", () => {
  const place = { host: "0.0.0.0", secret: "s3cret", folder: "/f" };

  test("asks for names by the secret, logs nothing and relays to no private address", () => {
    const lines = writeCoturnFile(DEFAULT_TURN, place).split("\n");
    expect(lines).toEqual(expect.arrayContaining(["use-auth-secret", "static-auth-secret=s3cret", "no-cli"]));
    expect(lines).toEqual(expect.arrayContaining(["log-file=/dev/null", "no-stdout-log", "no-tcp-relay"]));
    expect(lines).toContain("denied-peer-ip=127.0.0.0-127.255.255.255");
    expect(lines).toContain("denied-peer-ip=10.0.0.0-10.255.255.255");
    expect(lines).not.toContain("allow-loopback-peers");
    // Such a range refuses every peer: coturn compares families before addresses.
    expect(lines.filter((line) => line.startsWith("denied-peer-ip=::-"))).toEqual([]);
    expect(lines.filter((line) => line.startsWith("listening-ip"))).toEqual([]);
  });

  test("listens at one address where the relay does, and tells the public one where it differs", () => {
    const config = { ...DEFAULT_TURN, externalAddress: "203.0.113.7", allowsPrivatePeers: true };
    const lines = writeCoturnFile(config, { ...place, host: "192.0.2.1" }).split("\n");
    expect(lines).toEqual(expect.arrayContaining(["listening-ip=192.0.2.1", "relay-ip=192.0.2.1"]));
    expect(lines).toEqual(expect.arrayContaining(["external-ip=203.0.113.7", "allow-loopback-peers"]));
    expect(lines.filter((line) => line.startsWith("denied-peer-ip"))).toEqual([]);
  });
});

test("a name says when it ends, and its password is the HMAC of it under the secret", () => {
  const [one, other] = [makeTurnName("secret", 1_000_000), makeTurnName("secret", 1_000_000)];
  expect(one.name).toMatch(/^44200:[\w-]{12}$/);
  expect(one.lifeMs).toBe(43_200_000);
  expect(other.name).not.toBe(one.name);
  expect(Buffer.from(one.password, "base64")).toHaveLength(20);
});

test("a coturn that is not installed is named, and nothing is offered", async () => {
  const { server } = await makeServer({ program: "turnserver-that-is-not-there" });
  await expect(server.start()).rejects.toMatchObject({
    code: "TURN",
    message: expect.stringContaining("not installed"),
  });
  expect(server.makeOffer()).toEqual({});
});

test("a port that another program has is PORT_BUSY", async () => {
  const { server, config } = await makeServer();
  const other = createServer().listen(config.port, HOST);
  await once(other, "listening");
  onTestFinished(() => void other.close());
  await expect(server.start()).rejects.toMatchObject({ code: "PORT_BUSY" });
});

describe.skipIf(!isInstalled)("a coturn beside the relay", () => {
  test("answers, is offered while it runs, and ends with the relay", async () => {
    const { server, folder, config, events } = await makeServer();
    await server.start();
    expect(server.makeOffer()).toMatchObject({ stunPort: config.port, turn: { port: config.port } });
    expect((await stat(join(folder, "turnserver.conf"))).mode & 0o777).toBe(0o600);
    const pid = server.pid ?? 0;
    await server.stop();
    expect(server.makeOffer()).toEqual({});
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    expect(events).toEqual(["turn.listening port"]);
  });

  test("is started again when it ends, and not offered meanwhile", async () => {
    const { server, config, events } = await makeServer();
    await server.start();
    process.kill(server.pid ?? 0, "SIGKILL");
    await expect.poll(() => server.makeOffer()).toEqual({});
    await expect.poll(() => server.makeOffer(), { timeout: 30_000 }).toMatchObject({ stunPort: config.port });
    expect(await probeStun(HOST, config.port, 1000)).toBe(true);
    expect(events).toEqual(["turn.listening port", "turn.ended how,pauseMs", "turn.listening port"]);
  });

  test("of a relay that was killed is ended by the next start, and no other process is", async () => {
    const { server, folder, config } = await makeServer();
    await server.start();
    const file = join(folder, "turnserver.conf");
    await server.stop();
    const orphan = spawn("turnserver", ["-c", file], { stdio: "ignore" });
    onTestFinished(() => void orphan.kill("SIGKILL"));
    expect(await probeStun(HOST, config.port, 5000)).toBe(true);
    expect((await readFile(join(folder, "pid"), "utf8")).trim()).toBe(String(orphan.pid));
    const ended = once(orphan, "exit");
    const next = new TurnServer({ config, host: HOST, folder, log: () => undefined });
    onTestFinished(() => next.stop());
    await next.start();
    await ended;

    await next.stop();
    await writeFile(join(folder, "pid"), String(process.pid));
    const last = new TurnServer({ config, host: HOST, folder, log: () => undefined });
    onTestFinished(() => last.stop());
    await last.start();
    expect(last.makeOffer().stunPort).toBe(config.port);
  });
});
