import type { RelayId, RelayRef } from "@kith/protocol";
import type { Libp2p } from "@libp2p/interface";
import type { Multiaddr } from "@multiformats/multiaddr";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RelayKeeper } from "./relay-keeper.ts";

const IDS = [
  "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5",
  "12D3KooWJWoaqZhDaoEFshF7Rh1bpY9ohihFhzcW6d69Lr2NASuq",
  "12D3KooWRndVhVZPCiQwHBBBdg769GyrPUW13zxwqQyf9r3ANaba",
  "12D3KooWPT98FXMfDQYavZm66EeVjTqP9Nnehn1gyaydqV8L8BQw",
  "12D3KooWBvw5kaY4wGbGXF1vpdjJVPJmYZnFdKFMgTRPTgV6JKEr",
  "12D3KooWHFKTMzwerBtsVmtz4ZZEQy2heafxzWw6wNn5PPYkBxJ5",
];

function refOf(id: string): RelayRef {
  return { relay: id as RelayId, addresses: ["/ip4/127.0.0.1/tcp/1"] };
}

/** A host on which peers are there or not. */
class FakeHost {
  readonly peerId = { toString: () => "self" };
  readonly dialled: string[] = [];
  readonly connected = new Set<string>();
  up = new Set<string>();

  getPeers(): readonly string[] {
    return [...this.connected];
  }
  async dial(addresses: readonly Multiaddr[]): Promise<void> {
    const id = addresses[0]?.toString().split("/p2p/")[1] ?? "";
    this.dialled.push(id);
    if (!this.up.has(id)) throw new Error("nobody there");
    this.connected.add(id);
  }
}

describe("relay keeper", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function startKeeper(known: readonly string[]) {
    const host = new FakeHost();
    const keeper = new RelayKeeper(host as unknown as Libp2p, () => known.map(refOf));
    return { host, keeper };
  }

  it("connects to four of the known peers and then rests", async () => {
    const { host, keeper } = startKeeper(IDS);
    host.up = new Set(IDS);
    keeper.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([host.connected.size, host.dialled.length]).toEqual([4, 4]);
    keeper.stop();
  });

  it("dials a peer that is away ever more rarely, and again soon after a connection was lost", async () => {
    const { host, keeper } = startKeeper(IDS.slice(0, 1));
    keeper.start();
    await vi.advanceTimersByTimeAsync(3_600_000);
    const inFirstHour = host.dialled.length;
    expect(inFirstHour).toBeGreaterThan(12);
    expect(inFirstHour).toBeLessThan(40);
    host.up = new Set(IDS);
    await vi.advanceTimersByTimeAsync(460_000);
    expect(host.connected.size).toBe(1);
    host.connected.clear();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(host.connected.size).toBe(1);
    keeper.stop();
  });

  it("dials nobody once stopped, and never itself", async () => {
    const { host, keeper } = startKeeper(["self"]);
    keeper.start();
    await vi.advanceTimersByTimeAsync(10_000);
    keeper.stop();
    const other = startKeeper(IDS);
    other.keeper.stop();
    other.keeper.start();
    await vi.advanceTimersByTimeAsync(10_000);
    expect([host.dialled, other.host.dialled]).toEqual([[], []]);
  });
});
