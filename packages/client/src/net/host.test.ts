import type { QueryEvent } from "@libp2p/kad-dht";
import { afterEach, describe, expect, it } from "vitest";
import { type MainHost, startMainHost } from "./host.ts";
import { stopHost } from "./peer-client.ts";

const started: MainHost[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ host }) => stopHost(host)));
});

async function startDhtHost(): Promise<MainHost> {
  const main = await startMainHost({
    seed: null,
    listen: ["/ip4/127.0.0.1/tcp/0"],
    announce: [],
    dht: "server",
    relayCircuits: true,
    gossips: false,
    discovery: [],
    prepare: async () => undefined,
  });
  started.push(main);
  return main;
}

async function namesOf(events: AsyncIterable<QueryEvent> | undefined): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const event of events ?? []) names.push(event.name);
  return names;
}

describe("main host", () => {
  it("answers the DHT's routing questions and none about its records", async () => {
    const [a, b] = [await startDhtHost(), await startDhtHost()];
    await a.host.dial(b.host.getMultiaddrs());
    await expect.poll(() => a.dht?.routingTable.size, { interval: 20, timeout: 30_000 }).toBe(1);
    expect(await namesOf(a.dht?.getClosestPeers(Uint8Array.of(1)))).toContain("PEER_RESPONSE");
    const key = new TextEncoder().encode("/any/record");
    const events: string[] = [];
    const query = async () => {
      for await (const event of a.dht?.get(key) ?? []) events.push(event.name);
    };
    await query().catch((error: Error) => events.push(error.name));
    expect(events).toContain("QUERY_ERROR");
    expect(events).not.toContain("PEER_RESPONSE");
  });

  it("introduces peers over circuits, and says so to those that connect", async () => {
    const { host } = await startDhtHost();
    expect(host.getProtocols()).toContain("/libp2p/circuit/relay/0.2.0/hop");
  });
});
