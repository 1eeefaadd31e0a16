import { randomBytes } from "node:crypto";
import { afterEach, expect, it } from "vitest";
import type { GossipVerdict } from "./gossip.ts";
import { createLibp2pNetwork, type Libp2pNetwork } from "./libp2p-network.ts";

const nodes: Libp2pNetwork[] = [];

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop()));
});

interface Listener {
  readonly network: Libp2pNetwork;
  readonly heard: string[];
}

/** A node that judges notes by their first letter: "i" is ignored, "r" rejected, the rest passed on. */
async function startNode(...knows: readonly Libp2pNetwork[]): Promise<Listener> {
  const heard: string[] = [];
  const network = await createLibp2pNetwork({
    seed: randomBytes(32),
    listen: ["/ip4/127.0.0.1/tcp/0"],
    mdns: false,
    dht: "off",
    gossips: true,
    knownPeers: () => knows.flatMap((each) => each.self() ?? []),
  });
  nodes.push(network);
  network.gossip.listen("heads", async (note): Promise<GossipVerdict> => {
    const text = Buffer.from(note).toString();
    heard.push(text);
    return text.startsWith("i") ? "ignore" : text.startsWith("r") ? "reject" : "accept";
  });
  return { network, heard };
}

it("passes on what was accepted, and nothing else", async () => {
  const first = await startNode();
  const middle = await startNode(first.network);
  const last = await startNode(middle.network);
  let told = 0;
  await expect
    .poll(
      () => {
        first.network.gossip.tell("heads", Buffer.from(`a good note ${told}`));
        for (const kind of ["i", "r"]) middle.network.gossip.tell("relays", Buffer.from(`${kind} other topic`));
        first.network.gossip.tell("heads", Buffer.from(`i ${told}`));
        first.network.gossip.tell("heads", Buffer.from(`r ${told}`));
        told += 1;
        return last.heard.length;
      },
      { interval: 300, timeout: 60_000 },
    )
    .toBeGreaterThan(0);
  expect(middle.heard.some((note) => note.startsWith("i"))).toBe(true);
  expect(last.heard.filter((note) => !note.startsWith("a good note"))).toEqual([]);
  expect(first.heard).toEqual([]);
});

it("is silent on a network that does not gossip", async () => {
  const network = await createLibp2pNetwork({ listen: [], mdns: false, dht: "off" });
  nodes.push(network);
  expect(() => network.gossip.tell("heads", Uint8Array.of(1))).not.toThrow();
});
