import type { RelayId } from "@kith/protocol";
import { expect, test } from "vitest";
import { dialAddresses } from "./dial-addresses.ts";

const relay = "12D3KooWQYV9dGMFoRzNStwpXztXaBUjtPqi6aU76ZgUriHhKust" as RelayId;
const TCP = "/ip4/1.2.3.4/tcp/5484";
const WEBRTC = "/ip4/1.2.3.4/udp/5484/webrtc-direct/certhash/uEiBpbxenNy17l8O_YmekHaIxZoLveiiF4Veqp_R-pE8Neg";

test("webrtc-direct is dialled only where nothing else is offered, or where there is no TCP", () => {
  const dialled = (addresses: readonly string[], hasTcp: boolean) =>
    dialAddresses({ relay, addresses }, hasTcp).map(String);
  expect(dialled([WEBRTC, TCP], true)).toEqual([`${TCP}/p2p/${relay}`]);
  expect(dialled([WEBRTC], true)).toEqual([`${WEBRTC}/p2p/${relay}`]);
  expect(dialled([WEBRTC, TCP], false)).toEqual([`${WEBRTC}/p2p/${relay}`, `${TCP}/p2p/${relay}`]);
});

test("what Kith does not dial leaves nothing", () => {
  expect(dialAddresses({ relay, addresses: ["/ip4/1.2.3.4/udp/1/quic-v1", "nonsense"] })).toEqual([]);
});
