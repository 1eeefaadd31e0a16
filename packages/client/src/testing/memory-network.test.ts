import { describe, expect, it } from "vitest";
import type { Acceptor, Channel } from "../ports.ts";
import { createMemoryNetwork, createRandom, FakeClock, type MemoryFaults, NETWORK_CONFORMANCE } from "./index.ts";
import type { MemoryNode } from "./memory-network.ts";

const echo: Acceptor = () => async (request) => request;

function makePair(faults: Partial<MemoryFaults> = {}, seed = "pair") {
  const clock = new FakeClock();
  const hub = createMemoryNetwork(clock, createRandom(seed), faults);
  const server = hub.addNode({ listens: true });
  const client = hub.addNode({ listens: false });
  async function settle<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const done = () => {
      isSettled = true;
    };
    promise.then(done, done);
    while (await clock.runNext()) if (isSettled) break;
    if (!isSettled) throw new Error("nothing is left to happen");
    return await promise;
  }
  return { clock, hub, server, client, settle };
}

async function connect(pair: ReturnType<typeof makePair>, acceptor: Acceptor): Promise<Channel> {
  pair.server.serve("relay", acceptor);
  const opened = await pair.settle(pair.client.open(refOf(pair.server), "relay", "send"));
  if (!opened.ok) throw new Error(opened.error.code);
  return opened.value;
}

function refOf(node: MemoryNode) {
  return { relay: node.id, addresses: [node.address] };
}

describe("memory network", () => {
  for (const each of NETWORK_CONFORMANCE) {
    it(each.name, async () => {
      await each.run(async () => makePair({ minDelayMs: 1, maxDelayMs: 20 }));
    });
  }

  it("loses requests: the handler never runs and the sender sees a timeout", async () => {
    const pair = makePair({ requestLoss: 1 });
    let handled = 0;
    const channel = await connect(pair, () => async (request) => {
      handled += 1;
      return request;
    });
    expect(await pair.settle(channel.request(Uint8Array.of(1)))).toEqual({ ok: false, error: { code: "timeout" } });
    expect([handled, pair.clock.monotonicMs()]).toEqual([0, 10_001]);
  });

  it("loses answers: the handler ran and the sender sees a timeout", async () => {
    const pair = makePair({ answerLoss: 1 });
    let handled = 0;
    const channel = await connect(pair, () => async (request) => {
      handled += 1;
      return request;
    });
    expect(await pair.settle(channel.request(Uint8Array.of(1)))).toEqual({ ok: false, error: { code: "timeout" } });
    expect(handled).toBe(1);
  });

  it("delivers requests twice and one answer", async () => {
    const pair = makePair({ duplication: 1 });
    let handled = 0;
    const channel = await connect(pair, () => async () => Uint8Array.of(++handled));
    expect(await pair.settle(channel.request(Uint8Array.of(9)))).toEqual({ ok: true, value: Uint8Array.of(1) });
    expect(handled).toBe(2);
  });

  it("draws the same faults from the same seed", async () => {
    const run = async (seed: string) => {
      const pair = makePair({ requestLoss: 0.3, answerLoss: 0.2, maxDelayMs: 50 }, seed);
      const channel = await connect(pair, echo);
      const results = await pair.settle(
        Promise.all(Array.from({ length: 40 }, () => channel.request(new Uint8Array(1)))),
      );
      return `${results.map((result) => (result.ok ? "." : "x")).join("")} ${pair.clock.monotonicMs()}`;
    };
    expect(await run("a")).toBe(await run("a"));
    expect(await run("a")).not.toBe(await run("b"));
    expect(await run("a")).toMatch(/^(?=.*x)(?=.*\.)/);
  });

  it("partitions: channels fall silent, dials fail, and both work again when healed", async () => {
    const pair = makePair();
    const channel = await connect(pair, echo);
    pair.hub.partition([[pair.server]]);
    expect(await pair.settle(channel.request(Uint8Array.of(1)))).toMatchObject({ error: { code: "timeout" } });
    expect(await pair.settle(pair.client.open(refOf(pair.server), "relay", "once"))).toMatchObject({
      error: { code: "unreachable" },
    });
    pair.hub.heal();
    expect(await pair.settle(channel.request(Uint8Array.of(1)))).toMatchObject({ ok: true });
  });

  it("breaks the channels of a node that goes down, and serves again when it is up", async () => {
    const pair = makePair();
    const channel = await connect(pair, echo);
    let isClosed = false;
    channel.onClose(() => {
      isClosed = true;
    });
    const pending = channel.request(Uint8Array.of(1));
    pair.server.goDown();
    expect(await pending).toEqual({ ok: false, error: { code: "closed" } });
    expect(isClosed).toBe(true);
    expect(await pair.settle(pair.client.probe(refOf(pair.server)))).toBe(false);
    pair.server.comeUp();
    expect(await pair.settle((await connect(pair, echo)).request(Uint8Array.of(1)))).toMatchObject({ ok: true });
  });

  it("moves a node: its old address leads nowhere and it says so", async () => {
    const pair = makePair();
    pair.server.serve("relay", echo);
    const old = refOf(pair.server);
    let changes = 0;
    pair.server.onChange(() => {
      changes += 1;
    });
    pair.server.move();
    expect(changes).toBe(1);
    expect(await pair.settle(pair.client.open(old, "relay", "send"))).toEqual({
      ok: false,
      error: { code: "unreachable", tried: old.addresses },
    });
    expect(await pair.settle(pair.client.probe(refOf(pair.server)))).toBe(true);
  });

  it("routes to the nodes that serve the directory and can be reached, nearest first", async () => {
    const pair = makePair();
    const nodes = Array.from({ length: 12 }, () => pair.hub.addNode({ listens: true }));
    for (const node of nodes.slice(0, 10)) node.serve("directory", echo);
    nodes[0]?.goDown();
    const key = Uint8Array.of(1, 2, 3);
    const near = await pair.settle(pair.client.closestPeers(key));
    expect(near.length).toBe(8);
    expect(near).toEqual(await pair.settle(pair.server.closestPeers(key)));
    expect(near.some((ref) => ref.relay === nodes[0]?.id || ref.relay === nodes[11]?.id)).toBe(false);
  });
});
