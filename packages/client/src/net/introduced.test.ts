import type { RelayId, RelayRef } from "@kith/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { circuitAddresses, introducedAddresses, introducedDials } from "./introduced.ts";

const [ONE, TWO, PEER] = [
  "12D3KooWQYV9dGMFoRzNStwpXztXaBUjtPqi6aU76ZgUriHhKust",
  "12D3KooWAfPDpPRRRBrmqy9is2zjU5srQ4hKuZitiGmh4NTTpS2d",
  "12D3KooWRm8J3iL796zPFi2EtGGtUJn58AG67gcRzeUu1qm5NvJV",
] as RelayId[] as [RelayId, RelayId, RelayId];
const TCP = "/ip4/1.2.3.4/tcp/5484";
const WS = "/ip4/1.2.3.4/tcp/5485/ws";
const WSS = "/dns4/relay.example/tcp/443/wss";
const WEBRTC = "/ip4/1.2.3.4/udp/5484/webrtc-direct/certhash/uEiBpbxenNy17l8O_YmekHaIxZoLveiiF4Veqp_R-pE8Neg";

const at = (base: string, relay: RelayId) => `${base}/p2p/${relay}/p2p-circuit/webrtc`;

describe("addresses of an introduction", () => {
  test("are those that pages can dial, with TLS first, of each relay in turn, and at most three", () => {
    const one: RelayRef = { relay: ONE, addresses: [TCP, WEBRTC, WS, WSS] };
    const two: RelayRef = { relay: TWO, addresses: [WS] };
    expect(introducedAddresses([one])).toEqual([at(WSS, ONE), at(WS, ONE), at(WEBRTC, ONE)]);
    expect(introducedAddresses([one, two])).toEqual([at(WSS, ONE), at(WS, TWO), at(WS, ONE)]);
    expect(introducedAddresses([{ relay: ONE, addresses: [TCP] }])).toEqual([]);
  });

  test("fit what a payload carries", () => {
    const long = { relay: ONE, addresses: [`/dns4/${"a".repeat(180)}/tcp/443/wss`] };
    expect(introducedAddresses([long])).toEqual([]);
  });

  test("are dialled with the peer's id, and a relay is asked at each of its own", () => {
    expect(introducedDials({ relay: PEER, addresses: [at(WS, ONE)] }).map(String)).toEqual([
      `${at(WS, ONE)}/p2p/${PEER}`,
    ]);
    expect(circuitAddresses({ relay: ONE, addresses: [WS] }).map(String)).toEqual([`${WS}/p2p/${ONE}/p2p-circuit`]);
  });

  test("that are nothing of the kind lead nowhere and throw nothing", () => {
    const wrong = [WS, `${WS}/p2p/${ONE}/p2p-circuit`, `/unix/x/p2p/${ONE}/p2p-circuit/webrtc`, at(at(WS, ONE), TWO)];
    expect(introducedDials({ relay: PEER, addresses: wrong })).toEqual([]);
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 300 })), (parts) => {
        const addresses = [...parts, parts.join("/"), at(`/ip4/${parts.join("")}/tcp/1/ws`, ONE)];
        expect(introducedDials({ relay: PEER, addresses }).length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
