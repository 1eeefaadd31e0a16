import { describe, expect, it } from "vitest";
import { hostOf, isDialable, pickAddresses, scopeOf, stripPeerId, transportOf } from "./addresses.ts";

const CERT = "/certhash/uEiAsGPzpiPGQzSlVHRXrUCT5EkTV7YFrV4VZ3hpEKTd_zg";

describe("addresses", () => {
  it.each([
    ["/ip4/1.2.3.4/tcp/1", "tcp"],
    ["/ip6/2001:db8::1/tcp/1", "tcp"],
    ["/dns4/relay.example/tcp/443/wss", "ws"],
    ["/dns/relay.example/tcp/443/tls/ws", "ws"],
    ["/dns/relay.example/tcp/443/tls/sni/relay.example/ws", "ws"],
    ["/ip4/1.2.3.4/tcp/80/ws", "ws"],
    [`/ip4/1.2.3.4/udp/9/webrtc-direct${CERT}`, "webrtc-direct"],
  ])("dials %s as %s", (address, transport) => {
    expect([isDialable(address), transportOf(address)]).toEqual([true, transport]);
  });

  it.each([
    "",
    "nonsense",
    "/memory/x",
    "/unix/tmp/socket",
    "/dnsaddr/bootstrap.example",
    "/ip4/1.2.3.4/udp/9/webrtc-direct",
    "/ip4/1.2.3.4/tcp/1/p2p/12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5/p2p-circuit",
    `/dns4/${"a".repeat(300)}/tcp/1`,
  ])("does not dial %s", (address) => {
    expect(isDialable(address)).toBe(false);
  });

  it.each([
    ["/ip4/127.0.0.1/tcp/1", "loopback"],
    ["/ip6/::1/tcp/1", "loopback"],
    ["/ip4/10.0.0.1/tcp/1", "private"],
    ["/ip4/172.16.0.1/tcp/1", "private"],
    ["/ip4/172.32.0.1/tcp/1", "public"],
    ["/ip4/192.168.1.1/tcp/1", "private"],
    ["/ip4/169.254.0.1/tcp/1", "private"],
    ["/ip4/100.64.0.1/tcp/1", "private"],
    ["/ip4/100.128.0.1/tcp/1", "public"],
    ["/ip6/fe80::1/tcp/1", "private"],
    ["/ip6/fd00::1/tcp/1", "private"],
    ["/ip6/2001:db8::1/tcp/1", "public"],
    ["/dns4/relay.example/tcp/1", "public"],
    ["/dns4/fe80.example/tcp/1", "public"],
  ])("%s reaches as far as %s", (address, scope) => {
    expect(scopeOf(address)).toBe(scope);
  });

  it("tells others one address of each transport, the farthest reaching first", () => {
    expect(
      pickAddresses([
        "/ip4/127.0.0.1/tcp/1",
        "/ip4/192.168.1.2/tcp/1",
        "/ip4/9.9.9.9/tcp/1",
        "/ip4/192.168.1.2/tcp/2/ws",
        "/ip4/9.9.9.9/tcp/2/ws",
        `/ip4/192.168.1.2/udp/1/webrtc-direct${CERT}`,
      ]),
    ).toEqual(["/ip4/9.9.9.9/tcp/1", "/ip4/9.9.9.9/tcp/2/ws", `/ip4/192.168.1.2/udp/1/webrtc-direct${CERT}`]);
  });

  it("fills up with further addresses, names none twice, and never more than three", () => {
    const many = ["/ip4/10.0.0.1/tcp/1", "/ip4/10.0.0.1/tcp/1", "/ip4/10.0.0.2/tcp/1", "/ip4/10.0.0.3/tcp/1"];
    expect(pickAddresses([...many, "/ip4/10.0.0.4/tcp/1"])).toEqual([many[0], many[2], many[3]]);
  });

  it("tells loopback addresses only when there is nothing else", () => {
    const loopback = "/ip4/127.0.0.1/tcp/1";
    expect(pickAddresses([loopback])).toEqual([loopback]);
    expect(pickAddresses([loopback, "/ip4/10.0.0.1/tcp/1"])).toEqual(["/ip4/10.0.0.1/tcp/1"]);
    expect(pickAddresses(["/memory/x"])).toEqual([]);
  });

  it("strips the peer id and finds the host", () => {
    expect(stripPeerId("/ip4/1.2.3.4/tcp/1/p2p/12D3KooWabc")).toBe("/ip4/1.2.3.4/tcp/1");
    expect(stripPeerId("/ip4/1.2.3.4/tcp/1")).toBe("/ip4/1.2.3.4/tcp/1");
    expect([hostOf("/dns4/a.example/tcp/1"), hostOf("/memory/x")]).toEqual(["a.example", null]);
  });
});
