import { randomBytes } from "node:crypto";
import type { RelayRef } from "@kith/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Acceptor } from "../ports.ts";
import { createLibp2pNetwork, type Libp2pNetwork } from "./libp2p-network.ts";

const echo: Acceptor = () => async (request) => request;
const networks: Libp2pNetwork[] = [];

async function startNode(options: { readonly knows: readonly RelayRef[]; readonly servesDirectory: boolean }) {
  const network = await createLibp2pNetwork({
    seed: randomBytes(32),
    listen: ["/ip4/127.0.0.1/tcp/0"],
    mdns: false,
    dht: "server",
    knownPeers: () => options.knows,
  });
  networks.push(network);
  if (options.servesDirectory) network.serve("directory", echo);
  const self = network.self();
  if (self === null) throw new Error("a node listens");
  return { network, self };
}

describe("routing", () => {
  let entry: Awaited<ReturnType<typeof startNode>>;
  let others: Awaited<ReturnType<typeof startNode>>[];
  let plain: Awaited<ReturnType<typeof startNode>>;

  beforeAll(async () => {
    entry = await startNode({ knows: [], servesDirectory: true });
    const knows = [entry.self];
    others = await Promise.all([1, 2, 3].map(() => startNode({ knows, servesDirectory: true })));
    plain = await startNode({ knows, servesDirectory: false });
  });

  afterAll(async () => {
    await Promise.all(networks.map((network) => network.stop()));
  });

  it("finds every directory node from every node, nearest first, and leaves out nodes that serve none", async () => {
    const expected = [entry, ...others].map((node) => node.self.relay).sort();
    const key = new Uint8Array(randomBytes(32));
    const idsFrom = async (node: { network: Libp2pNetwork }) =>
      (await node.network.routing.closestPeers(key)).map((ref) => ref.relay);
    await expect
      .poll(async () => (await Promise.all([...others, plain].map(idsFrom))).map((ids) => ids.sort()), {
        interval: 50,
        timeout: 30_000,
      })
      .toEqual([expected, expected, expected, expected]);
    const order = await idsFrom(plain);
    for (const node of others) expect(await idsFrom(node)).toEqual(order);
  });

  it("tells the size of its table without a walk, itself not counted", async () => {
    await expect.poll(() => entry.network.routingPeers, { interval: 50, timeout: 30_000 }).toBe(others.length + 1);
    const alone = await startNode({ knows: [], servesDirectory: true });
    expect(alone.network.routingPeers).toBe(0);
    await alone.network.stop();
    expect(alone.network.routingPeers).toBe(0);
  });

  it("gives references that can be dialled", async () => {
    const refs = await plain.network.routing.closestPeers(Uint8Array.of(1));
    expect(refs.length).toBeGreaterThan(0);
    for (const ref of refs) expect(await plain.network.probe(ref)).toBe(true);
  });

  it("answers at once when nobody is known: itself when it serves, else nobody", async () => {
    const alone = await startNode({ knows: [], servesDirectory: true });
    expect(await alone.network.routing.closestPeers(Uint8Array.of(1))).toEqual([alone.self]);
    const silent = await startNode({ knows: [], servesDirectory: false });
    expect(await silent.network.routing.closestPeers(Uint8Array.of(1))).toEqual([]);
  });
});
