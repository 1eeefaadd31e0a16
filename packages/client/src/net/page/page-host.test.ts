import type { Stream } from "@libp2p/interface";
import { byteStream } from "@libp2p/utils";
import { webSockets } from "@libp2p/websockets";
import { type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import { afterEach, describe, expect, it } from "vitest";
import { startMainHost } from "../host.ts";
import { stopHost } from "../peer-client.ts";
import { PageHost } from "./page-host.ts";

const ECHO = "/test/echo/1";
const SLOW_MS = 8_000;

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()));
});

/** A relay as nodes run it, on all of libp2p; it echoes. */
async function startRelay() {
  const { host } = await startMainHost({
    seed: null,
    listen: ["/ip4/127.0.0.1/tcp/0/ws"],
    announce: [],
    dht: "off",
    relayCircuits: true,
    gossips: false,
    discovery: [],
    prepare: (made) => made.handle(ECHO, echoOnce),
  });
  cleanups.push(() => stopHost(host));
  return { host, address: host.getMultiaddrs()[0] as Multiaddr };
}

async function startPage(): Promise<PageHost> {
  const host = await PageHost.start([webSockets()], 2_000);
  cleanups.push(() => stopHost(host));
  return host;
}

async function echoOnce(stream: Stream): Promise<void> {
  const bytes = byteStream(stream);
  await bytes.write((await bytes.read()) ?? new Uint8Array(0));
}

async function ask(stream: Stream, text: string): Promise<string> {
  const bytes = byteStream(stream);
  await bytes.write(new TextEncoder().encode(text));
  return new TextDecoder().decode((await bytes.read())?.subarray());
}

const soon = (): { readonly signal: AbortSignal } => ({ signal: AbortSignal.timeout(SLOW_MS) });

describe("a page's host", () => {
  it("talks with a libp2p host over a stream of a protocol that both have", async () => {
    const relay = await startRelay();
    const page = await startPage();
    const connection = await page.dial([relay.address], soon());
    expect(connection.remotePeer.equals(relay.host.peerId)).toBe(true);
    expect(await ask(await connection.newStream(ECHO, soon()), "salaam")).toBe("salaam");
  });

  it("says of a protocol that the other side does not have it, and goes on", async () => {
    const relay = await startRelay();
    const page = await startPage();
    const connection = await page.dial([relay.address], soon());
    await expect(connection.newStream("/test/nothing/1", soon())).rejects.toMatchObject({
      name: "UnsupportedProtocolError",
    });
    expect(await ask(await connection.newStream(ECHO, soon()), "still")).toBe("still");
  });

  it("makes one connection for callers at the same time, and gives it to those who come later", async () => {
    const relay = await startRelay();
    const page = await startPage();
    const both = await Promise.all([page.dial([relay.address], soon()), page.dial([relay.address], soon())]);
    expect(new Set([...both, await page.dial([relay.address], soon())]).size).toBe(1);
    await expect.poll(() => relay.host.getConnections().length, { timeout: SLOW_MS }).toBe(1);
  });

  it("takes the next address when one leads nowhere", async () => {
    const relay = await startRelay();
    const page = await startPage();
    const nowhere = multiaddr(`/ip4/127.0.0.1/tcp/9/ws/p2p/${relay.host.peerId}`);
    expect((await page.dial([nowhere, relay.address], soon())).status).toBe("open");
  });

  it("refuses a peer that is not the one in the address", async () => {
    const relay = await startRelay();
    const page = await startPage();
    const { peerId } = await startPage();
    const wrong = relay.address.decapsulate("/p2p").encapsulate(`/p2p/${peerId}`);
    await expect(page.dial([wrong], soon())).rejects.toThrow();
    expect(page.getConnections()).toEqual([]);
  });

  it("ends a dial for which nobody waits any more, and leaves the peer without it", async () => {
    const relay = await startRelay();
    const page = await startPage();
    const gaveUp = new AbortController();
    const dial = page.dial([relay.address], { signal: gaveUp.signal });
    gaveUp.abort(new Error("enough"));
    await expect(dial).rejects.toThrow("enough");
    expect((await page.dial([relay.address], soon())).status).toBe("open");
    await expect.poll(() => relay.host.getConnections().length, { timeout: SLOW_MS }).toBe(1);
  });

  it("is introduced by a relay that holds a place, and uses the circuit for nothing else", async () => {
    const relay = await startRelay();
    const [waiting, asking] = [await startPage(), await startPage()];
    let changes = 0;
    waiting.circuits.onPlaces(() => {
      changes += 1;
    });
    await waiting.circuits.reserve(relay.address.encapsulate("/p2p-circuit"));
    expect([...waiting.circuits.held()]).toEqual([relay.host.peerId.toString()]);
    await waiting.handle(ECHO, echoOnce, { runOnLimitedConnection: true });
    const circuit = relay.address.encapsulate(`/p2p-circuit/p2p/${waiting.peerId}`);
    const connection = await asking.dial([circuit], soon());
    expect(connection.remotePeer.equals(waiting.peerId)).toBe(true);
    await expect(connection.newStream(ECHO, soon())).rejects.toThrow();
    const stream = await connection.newStream(ECHO, { ...soon(), runOnLimitedConnection: true });
    expect(await ask(stream, "over the relay")).toBe("over the relay");
    expect(changes).toBe(1);
    await stopHost(relay.host);
    await expect.poll(() => [waiting.circuits.held().size, changes], { timeout: SLOW_MS }).toEqual([0, 2]);
  });

  it("is not introduced where no place is held", async () => {
    const relay = await startRelay();
    const [waiting, asking] = [await startPage(), await startPage()];
    await waiting.dial([relay.address], soon());
    const circuit = relay.address.encapsulate(`/p2p-circuit/p2p/${waiting.peerId}`);
    await expect(asking.dial([circuit], soon())).rejects.toThrow();
  });

  it("ends every connection and takes no more dials when it stops", async () => {
    const relay = await startRelay();
    const page = await startPage();
    await page.dial([relay.address], soon());
    await page.stop();
    await expect.poll(() => relay.host.getConnections().length, { timeout: SLOW_MS }).toBe(0);
    await expect(page.dial([relay.address], soon())).rejects.toThrow("the host has stopped");
  });
});
