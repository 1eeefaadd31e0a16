import { createSocket } from "node:dgram";
import type { MulticastDNSComponents } from "@libp2p/mdns";
import { describe, expect, it } from "vitest";
import { Lan } from "./lan.ts";

const log = Object.assign(() => undefined, { error: () => undefined, trace: () => undefined });

describe("peers on the local network", () => {
  it("warns once and goes on when multicast cannot be bound", async () => {
    const blocker = createSocket({ type: "udp4", reuseAddr: false });
    await new Promise<void>((resolve) => blocker.bind(0, resolve));
    const warnings: string[] = [];
    const lan = new Lan(
      { onChange: () => undefined, onWarning: (text) => warnings.push(text) },
      blocker.address().port,
    );
    const components = { addressManager: { getAddresses: () => [] }, logger: { forComponent: () => log } };
    const service = lan.discovery()(components as unknown as MulticastDNSComponents) as unknown as {
      start(): Promise<void>;
      stop(): Promise<void>;
    };
    await service.start();
    await expect.poll(() => warnings, { interval: 5, timeout: 5000 }).toHaveLength(1);
    expect(warnings[0]).toMatch(/local network.*EADDRINUSE/);
    await service.stop();
    blocker.close();
    expect([warnings.length, lan.nearby]).toEqual([1, []]);
  });
});
