import { createSocket } from "node:dgram";
import type { Libp2p, PeerId } from "@libp2p/interface";
import type { MulticastDNSComponents } from "@libp2p/mdns";
import { peerIdFromString } from "@libp2p/peer-id";
import { type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import { describe, expect, it } from "vitest";
import { flushMicrotasks } from "../testing/fake-clock.ts";
import { Lan } from "./lan.ts";

const RELAY = "/kith/relay/1.0.0";
const KITH = "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5";
const OTHER = "12D3KooWJWoaqZhDaoEFshF7Rh1bpY9ohihFhzcW6d69Lr2NASuq";

/** A host that knows the protocols of some peers and reaches everyone. */
class FakeHost extends EventTarget {
  readonly dialled: string[] = [];
  readonly peerStore = {
    get: async (id: PeerId) => ({ protocols: id.toString() === KITH ? [RELAY] : ["/other/1.0.0"] }),
  };
  async dial(addresses: readonly Multiaddr[]): Promise<void> {
    this.dialled.push(...addresses.map(String));
  }
}

const log = Object.assign(() => undefined, { error: () => undefined, trace: () => undefined });

interface Service extends EventTarget {
  start(): Promise<void>;
  stop(): Promise<void>;
}

function serviceOf(lan: Lan): Service {
  const components = { addressManager: { getAddresses: () => [] }, logger: { forComponent: () => log } };
  return lan.discovery()(components as unknown as MulticastDNSComponents) as unknown as Service;
}

function announce(service: Service, id: string, addresses: readonly string[]): void {
  const detail = { id: peerIdFromString(id), multiaddrs: addresses.map((address) => multiaddr(address)) };
  service.dispatchEvent(new CustomEvent("peer", { detail }));
}

describe("peers on the local network", () => {
  it("are met once they have said that they are Kith, also when they said it before", async () => {
    let changes = 0;
    const onChange = () => {
      changes += 1;
    };
    const lan = new Lan({ onChange, onWarning: () => undefined });
    const service = serviceOf(lan);
    const host = new FakeHost();
    announce(service, KITH, ["/ip4/192.168.1.2/tcp/1", "/ip4/127.0.0.1/tcp/1"]);
    lan.attach(host as unknown as Libp2p);
    announce(service, OTHER, ["/ip4/192.168.1.3/tcp/1"]);
    await flushMicrotasks();
    const met = { relay: KITH, addresses: ["/ip4/192.168.1.2/tcp/1"] };
    expect([lan.nearby, changes]).toEqual([[met], 1]);
    announce(service, KITH, ["/ip4/192.168.1.2/tcp/1"]);
    await flushMicrotasks();
    expect([lan.nearby, changes]).toEqual([[met], 1]);
    announce(service, KITH, ["/ip4/192.168.1.9/tcp/1"]);
    await flushMicrotasks();
    expect([lan.nearby, changes]).toEqual([[{ relay: KITH, addresses: ["/ip4/192.168.1.9/tcp/1"] }], 2]);
  });

  it("cannot make this process dial elsewhere", async () => {
    const lan = new Lan({ onChange: () => undefined, onWarning: () => undefined });
    const service = serviceOf(lan);
    const host = new FakeHost();
    lan.attach(host as unknown as Libp2p);
    announce(service, KITH, ["/ip4/9.9.9.9/tcp/1", "/dns4/victim.example/tcp/1"]);
    announce(service, KITH, ["/ip4/9.9.9.9/tcp/1", "/ip4/10.0.0.1/tcp/1"]);
    await flushMicrotasks();
    expect(host.dialled).toEqual([`/ip4/10.0.0.1/tcp/1/p2p/${KITH}`]);
  });

  it("warns once and goes on when multicast cannot be bound", async () => {
    const blocker = createSocket({ type: "udp4", reuseAddr: false });
    await new Promise<void>((resolve) => blocker.bind(0, resolve));
    const warnings: string[] = [];
    const lan = new Lan(
      { onChange: () => undefined, onWarning: (text) => warnings.push(text) },
      blocker.address().port,
    );
    const service = serviceOf(lan);
    await service.start();
    await expect.poll(() => warnings, { interval: 5, timeout: 30_000 }).toHaveLength(1);
    expect(warnings[0]).toMatch(/local network.*EADDRINUSE/);
    await service.stop();
    blocker.close();
    expect([warnings.length, lan.nearby]).toEqual([1, []]);
  });
});
