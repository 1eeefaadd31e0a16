import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_ADDRESS_BYTES } from "../limits.ts";
import { addressToBytes, bytesToAddress } from "./address-bytes.ts";
import { CERTHASH } from "./fixtures.ts";

test.each([
  ["/ip4/203.0.113.7/tcp/4001", 7],
  ["/ip4/127.0.0.1/tcp/0/ws", 7],
  ["/ip6/2001:db8::7/tcp/443/wss", 19],
  ["/ip6/::/tcp/1/tls/ws", 19],
  ["/ip6/1:2:3:4:5:6:7:8/udp/65535/quic-v1", 19],
  ["/ip6/1:0:0:2::3/tcp/1", 19],
  ["/ip6/1:0:2:3:4:5:6:7/tcp/1", 19],
  ["/dns/relay.example/tcp/443/wss", 17],
  ["/dns4/relay.example/tcp/443/tls/ws", 17],
  ["/dns6/relay.example/tcp/443", 17],
  [`/ip4/203.0.113.7/udp/4001/webrtc-direct/certhash/${CERTHASH}`, 39],
  ["/ip4/203.0.113.7/udp/4001/webrtc-direct", 7],
])("%s takes %i bytes", (address, size) => {
  const encoded = addressToBytes(address);
  expect(encoded).toHaveLength(size);
  expect(bytesToAddress(encoded)).toBe(address);
});

test.each([
  "/ip4/1.2.3/tcp/1",
  "/ip4/01.2.3.4/tcp/1",
  "/ip4/1..2.3/tcp/1",
  "/ip4/1.2.3.4/tcp/65536",
  "/ip4/1.2.3.4/tcp/01",
  "/ip4/1.2.3.4/udp/1/tls/ws",
  "/ip6/2001:DB8::7/tcp/443",
  "/ip6/0:0:0:0:0:0:0:1/tcp/1",
  "/ip6/fe80::1%25eth0/tcp/1",
  "/ip6/::ffff:1.2.3.4/tcp/1",
  "/ip6/1::2::3/tcp/1",
  "/ip4/1.2.3.4/udp/1/webrtc-direct/certhash/uEiA",
  `/ip4/1.2.3.4/udp/1/webrtc-direct/certhash/${CERTHASH}/certhash/${CERTHASH}`,
  "/dns4/relay.example/tcp/443/tls/sni/relay.example/ws",
  "/unix/socket",
])("%s stays text and reads back", (address) => {
  const encoded = addressToBytes(address);
  expect(encoded[0]).toBe(0xff);
  expect(bytesToAddress(encoded)).toBe(address);
});

test("every IPv6 address of the short form survives", () => {
  const group = fc.oneof(fc.constant(0), fc.nat(0xffff));
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
      const bytes = Uint8Array.from([0x10, ...groups.flatMap((each) => [each >> 8, each & 0xff]), 0, 1]);
      const address = bytesToAddress(bytes);
      expect(address).not.toBeNull();
      expect(addressToBytes(address ?? "")).toEqual(bytes);
    }),
  );
});

test("short forms cut or lengthened anywhere are no addresses", () => {
  for (const address of ["/ip4/1.2.3.4/tcp/1", "/ip6/::1/tcp/1", "/dns/a.example/tcp/1"]) {
    const encoded = addressToBytes(address);
    for (let length = 0; length < encoded.length; length++) {
      expect(bytesToAddress(encoded.slice(0, length))).toBeNull();
    }
    expect(bytesToAddress(Uint8Array.from([...encoded, 0]))).toBeNull();
  }
});

test("unknown kinds, control characters and overlong texts are no addresses", () => {
  expect(bytesToAddress(Uint8Array.of(0x06, 1, 2, 3, 4, 0, 1))).toBeNull();
  expect(bytesToAddress(Uint8Array.of(0x50, 1, 2, 3, 4, 0, 1))).toBeNull();
  expect(bytesToAddress(Uint8Array.of(0xff))).toBeNull();
  expect(bytesToAddress(Uint8Array.of(0xff, 0x2f, 0x0a))).toBeNull();
  expect(bytesToAddress(Uint8Array.of(0x20, 1, 0x2f, 0, 1))).toBeNull();
  expect(bytesToAddress(new Uint8Array(MAX_ADDRESS_BYTES + 2).fill(0x61).with(0, 0xff))).toBeNull();
});

test("random bytes never throw, and what is read can be written", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const address = bytesToAddress(bytes);
      if (address !== null) expect(bytesToAddress(addressToBytes(address))).toBe(address);
    }),
    { numRuns: 500 },
  );
});
