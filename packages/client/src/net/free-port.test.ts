import { createSocket } from "node:dgram";
import { describe, expect, it } from "vitest";
import { withFreePorts } from "./free-port.ts";

describe("free ports", () => {
  it("leaves port 0 and addresses without a port alone", async () => {
    const listen = ["/ip4/127.0.0.1/tcp/0", "/memory/x"];
    expect(await withFreePorts(listen)).toEqual(listen);
  });

  it("moves a busy udp port up and keeps the rest of the address", async () => {
    const blocker = createSocket("udp4");
    await new Promise<void>((resolve) => blocker.bind(0, "127.0.0.1", resolve));
    const { port } = blocker.address();
    const [moved] = await withFreePorts([`/ip4/127.0.0.1/udp/${port}/webrtc-direct`]);
    blocker.close();
    const match = /^\/ip4\/127\.0\.0\.1\/udp\/(\d+)\/webrtc-direct$/.exec(moved ?? "");
    expect(Number(match?.[1])).toBeGreaterThan(port);
  });

  it("gives up past the last port", async () => {
    const blocker = createSocket("udp4");
    await new Promise<void>((resolve) => blocker.bind(65_535, "127.0.0.1", resolve));
    await expect(withFreePorts(["/ip4/127.0.0.1/udp/65535/webrtc-direct"])).rejects.toThrow("no free udp port");
    blocker.close();
  });
});
