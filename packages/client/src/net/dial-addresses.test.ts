import type { RelayId } from "@kith/protocol";
import { describe, expect, test } from "vitest";
import { dialAddresses } from "./dial-addresses.ts";
import { chooseAddresses } from "./transports.browser.ts";

const relay = "12D3KooWQYV9dGMFoRzNStwpXztXaBUjtPqi6aU76ZgUriHhKust" as RelayId;
const TCP = "/ip4/1.2.3.4/tcp/5484";
const WS = "/ip4/1.2.3.4/tcp/5485/ws";
const WSS = "/dns4/relay.example/tcp/443/wss";
const TLS_WS = "/dns4/relay.example/tcp/443/tls/ws";
const LOOPBACK_WS = "/ip4/127.0.0.1/tcp/5485/ws";
const WEBRTC = "/ip4/1.2.3.4/udp/5484/webrtc-direct/certhash/uEiBpbxenNy17l8O_YmekHaIxZoLveiiF4Veqp_R-pE8Neg";

test("a node dials webrtc-direct only where nothing else is offered", () => {
  const dialled = (...addresses: readonly string[]) => dialAddresses({ relay, addresses }).map(String);
  expect(dialled(WEBRTC, TCP)).toEqual([`${TCP}/p2p/${relay}`]);
  expect(dialled(WEBRTC)).toEqual([`${WEBRTC}/p2p/${relay}`]);
});

test("what Kith does not dial leaves nothing", () => {
  expect(dialAddresses({ relay, addresses: ["/ip4/1.2.3.4/udp/1/quic-v1", "nonsense"] })).toEqual([]);
});

describe("in a page", () => {
  const all = [WEBRTC, TCP, WS, WSS, TLS_WS, LOOPBACK_WS];

  test("TCP is never dialled, and webrtc-direct after every websocket", () => {
    expect(chooseAddresses(all, "http:")).toEqual([WS, WSS, TLS_WS, LOOPBACK_WS, WEBRTC]);
  });

  test("that came over TLS, only what a browser lets it dial is left", () => {
    expect(chooseAddresses(all, "https:")).toEqual([WSS, TLS_WS, LOOPBACK_WS, WEBRTC]);
  });
});
