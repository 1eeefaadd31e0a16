import type { Prober } from "@kith/client";
import { createRandom, FakeClock } from "@kith/client/testing";
import { nobleSuite, publicKeyToRelay, type RelayRef, signRelayRecord, verifyRelayRecord } from "@kith/protocol";
import { describe, expect, test } from "vitest";
import { DAY_MS, DEFAULT_RELAY_LIMITS, resolveRelayLimits } from "./relay-limits.ts";
import { StableTime } from "./stable-time.ts";
import { RELAY_ID, RelayFixture } from "./testing/relay-fixture.ts";
import { addressToSource, BucketTable } from "./token-bucket.ts";

describe("limits", () => {
  test("are the defaults, overridden one by one, and frozen", () => {
    expect(resolveRelayLimits({ queueMessages: 5 })).toEqual({ ...DEFAULT_RELAY_LIMITS, queueMessages: 5 });
    expect(Object.isFrozen(resolveRelayLimits())).toBe(true);
  });

  test.each([{ queueMessages: 0 }, { relayBytes: 1.5 }, { work: { create: 65, bundleGet: 1, boxPut: 1 } }])(
    "%j is refused",
    (given) => {
      expect(() => resolveRelayLimits(given)).toThrow(RangeError);
    },
  );
});

describe("token buckets", () => {
  test("allow a burst and then the rate, and say how long to wait", () => {
    const table = new BucketTable({ perSecond: 2, burst: 3 }, 10);
    expect([1, 2, 3].map(() => table.take("a", 0))).toEqual([null, null, null]);
    expect(table.take("a", 0)).toBe(500);
    expect(table.take("a", 500)).toBeNull();
    expect(table.take("b", 500)).toBeNull();
  });

  test("remember a bounded number of names", () => {
    const table = new BucketTable({ perSecond: 1, burst: 1 }, 2);
    for (const name of ["a", "b", "c"]) table.take(name, 0);
    expect(table.take("a", 0)).toBeNull();
    expect(table.take("c", 0)).toBe(1000);
  });

  test.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["2001:db8:0:1:5:6:7:8", "2001:db8:0:1::/64"],
    ["2001:DB8::1", "2001:db8:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
  ])("the source of %s is %s", (address, source) => {
    expect(addressToSource(address)).toBe(source);
  });
});

describe("stable time", () => {
  test("follows small corrections forward and never goes back for them", () => {
    const clock = new FakeClock({ nowMs: 1000 * DAY_MS });
    const time = new StableTime(clock);
    clock.setWall(1000 * DAY_MS + 5000);
    expect(time.nowMs()).toBe(1000 * DAY_MS + 5000);
    clock.setWall(1000 * DAY_MS);
    expect(time.nowMs()).toBe(1000 * DAY_MS + 5000);
    expect(time.isSettled()).toBe(true);
  });

  test("believes a large jump after an hour, backwards too, and starts anew when the time moves again", async () => {
    const clock = new FakeClock({ nowMs: 1000 * DAY_MS });
    const time = new StableTime(clock);
    clock.setWall(900 * DAY_MS);
    expect(time.isSettled()).toBe(false);
    await clock.advance(59 * 60_000);
    expect(time.day()).toBe(1000);
    clock.setWall(800 * DAY_MS);
    expect(time.day()).toBe(1000);
    await clock.advance(59 * 60_000);
    expect(time.isSettled()).toBe(false);
    await clock.advance(60_000);
    expect(time.day()).toBe(800);
    expect(time.isSettled()).toBe(true);
  });
});

describe("address records", () => {
  const addresses = ["/ip4/203.0.113.5/tcp/4001"];

  test("the own record is signed, told by INFO and RELAY-GET, and renewed when addresses change", async () => {
    let self: RelayRef | null = null;
    const fixture = await new RelayFixture({ ownAddresses: () => self }).start();
    const peer = fixture.peer();
    expect(await peer.info()).not.toHaveProperty("relayRecord");
    expect(await peer.ask({ type: "relayGet", relay: RELAY_ID })).toEqual({ type: "error", code: "unknown-queue" });
    self = { relay: RELAY_ID, addresses };
    const { relayRecord } = await peer.info();
    const read = await verifyRelayRecord(nobleSuite, relayRecord ?? new Uint8Array(), fixture.clock.nowMs());
    expect(read).toMatchObject({ ok: true, value: { relay: RELAY_ID, addresses } });
    expect(await peer.ask({ type: "relayGet", relay: RELAY_ID })).toEqual({ type: "relayRecord", record: relayRecord });
    self = { relay: RELAY_ID, addresses: ["/ip4/203.0.113.6/tcp/4001"] };
    const moved = await verifyRelayRecord(
      nobleSuite,
      (await peer.info()).relayRecord ?? new Uint8Array(),
      fixture.clock.nowMs(),
    );
    expect(moved.ok && read.ok && moved.value.seq > read.value.seq).toBe(true);
  });

  test("records of others are kept when genuine, the newest wins, and they end", async () => {
    const fixture = await new RelayFixture({ limits: { rememberedRelays: 1 } }).start();
    const seed = createRandom("other relay").bytes(32);
    const relay = publicKeyToRelay(await nobleSuite.ed25519PublicKey(seed));
    const sign = (seq: number) =>
      signRelayRecord(nobleSuite, seed, { relay, addresses, seq, expiresMs: fixture.clock.nowMs() + DAY_MS });
    const [older, newer] = [await sign(1), await sign(2)];
    const ask = () => fixture.peer().ask({ type: "relayGet", relay });
    const forged = newer.slice();
    forged[forged.length - 1] = (forged[forged.length - 1] ?? 0) ^ 1;
    expect(await fixture.service.rememberRelay(forged)).toMatchObject({ ok: false });
    expect(await ask()).toMatchObject({ type: "error" });
    for (const record of [newer, older])
      expect(await fixture.service.rememberRelay(record)).toMatchObject({ ok: true });
    expect(await ask()).toEqual({ type: "relayRecord", record: newer });
    await fixture.clock.advance(DAY_MS);
    expect(await ask()).toMatchObject({ type: "error" });
  });
});

describe("dial-back", () => {
  test("dials only the asker's own address, once a minute for each source", async () => {
    const dialled: RelayRef[] = [];
    const prober: Prober = {
      probe: async (target) => {
        dialled.push(target);
        return true;
      },
    };
    const fixture = await new RelayFixture({ prober }).start();
    const suffix = `/p2p/${RELAY_ID}`;
    const own = "/ip4/192.0.2.1/tcp/4001";
    const ask = (...list: string[]) => fixture.peer("192.0.2.1").ask({ type: "dialback", addresses: list });
    expect(await ask(own + suffix, `/ip4/192.0.2.99/tcp/4001${suffix}`, own)).toEqual({
      type: "dialback",
      reached: [true, false, false],
    });
    expect(dialled).toEqual([{ relay: RELAY_ID, addresses: [own] }]);
    expect(await ask(own + suffix)).toEqual({ type: "error", code: "rate-limited", retryAfterMs: 60_000 });
    await fixture.clock.advance(60_000);
    const circuit = `/ip4/192.0.2.1/tcp/4001/p2p/${RELAY_ID}/p2p-circuit${suffix}`;
    expect(await ask(circuit, `/dns4/example.org/tcp/1${suffix}`)).toMatchObject({ reached: [false, false] });
    expect(dialled).toHaveLength(1);
  });

  test("sees through the ways to write one IPv6 address", async () => {
    const prober: Prober = { probe: async () => true };
    const fixture = await new RelayFixture({ prober }).start();
    const addresses = [`/ip6/2001:db8:0:0:0:0:0:1/tcp/1/p2p/${RELAY_ID}`, `/ip6/2001:db8::2/tcp/1/p2p/${RELAY_ID}`];
    const answer = await fixture.peer("2001:DB8::1").ask({ type: "dialback", addresses });
    expect(answer).toEqual({ type: "dialback", reached: [true, false] });
  });

  test("is not offered without a prober", async () => {
    const fixture = await new RelayFixture().start();
    const answer = await fixture.peer().ask({ type: "dialback", addresses: ["/ip4/192.0.2.1/tcp/1"] });
    expect(answer).toEqual({ type: "error", code: "unsupported" });
  });
});
