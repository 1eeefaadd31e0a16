import {
  claimHandle,
  encodeDirectoryResponse,
  type NetId,
  nobleSuite,
  ok,
  type PublishState,
  type RelayId,
  type RelayRef,
} from "@kith/protocol";
import { beforeEach, describe, expect, it } from "vitest";
import { LocalAccount } from "../account/local-account.ts";
import type { Core } from "../core.ts";
import { createRandom, FakeClock, flushMicrotasks, MemoryStore } from "../testing/index.ts";
import { Publisher } from "./publisher.ts";

const RELAY: RelayRef = { relay: "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5" as RelayId, addresses: [] };

const MINUTE_MS = 60_000;

let clock: FakeClock;
let answer: PublishState;
let requestCount: number;
let publisher: Publisher;

/** An account with a handle and a card, and one relay that publishes with the outcome of `answer`. */
async function createCore(): Promise<Core> {
  const suite = nobleSuite;
  const random = createRandom("publisher").bytes;
  const store = new MemoryStore();
  const { account } = await LocalAccount.create(store, suite, random, clock.nowMs());
  const signer = { type: "device", device: account.device } as const;
  const claimed = await claimHandle(suite, account.chain, { signer, atMs: clock.nowMs(), body: { written: "alice" } });
  if (claimed.ok) account.adoptChain(claimed.value);
  account.setCard(new Uint8Array(64));
  const request = async () => {
    requestCount += 1;
    return ok(encodeDirectoryResponse({ type: "published", receipts: 1, state: answer }));
  };
  const parts = {
    suite,
    random,
    store,
    account,
    clock,
    parameters: { netId: "test" as NetId, claimBits: 0 },
    events: { publish: () => undefined },
    book: { forBoxes: () => [RELAY] },
    network: { open: async () => ok({ request, close: () => undefined }) },
  };
  return parts as unknown as Core;
}

describe("publishing a handle", () => {
  beforeEach(async () => {
    clock = new FakeClock();
    answer = "weak";
    requestCount = 0;
    publisher = new Publisher(await createCore(), () => undefined);
    await publisher.refresh();
    return () => publisher.stop();
  });

  it("what is published weakly is tried again soon, and then ever later", async () => {
    expect([publisher.state, requestCount]).toEqual(["weak", 1]);
    await clock.advance(MINUTE_MS);
    const inFirstMinute = requestCount;
    await clock.advance(9 * MINUTE_MS);
    const inTenMinutes = requestCount;
    await clock.advance(MINUTE_MS);
    expect([inFirstMinute, requestCount - inTenMinutes <= 1]).toEqual([3, true]);
  });

  it("somebody new to ask ends a long wait within seconds, and many of them cause one try", async () => {
    await clock.advance(10 * MINUTE_MS);
    const before = requestCount;
    answer = "published";
    for (let i = 0; i < 5; i++) publisher.noticePeers();
    await clock.advance(1000);
    publisher.noticePeers();
    expect(requestCount).toBe(before);
    await clock.advance(1500);
    expect([publisher.state, requestCount]).toEqual(["published", before + 1]);
  });

  it("somebody new is no reason to repeat what is published", async () => {
    answer = "published";
    await publisher.refresh();
    const before = requestCount;
    publisher.noticePeers();
    await clock.advance(60 * MINUTE_MS);
    expect([publisher.state, requestCount]).toEqual(["published", before]);
  });

  it("a stopped publisher tries nothing any more", async () => {
    publisher.stop();
    publisher.noticePeers();
    await clock.advance(60 * MINUTE_MS);
    await flushMicrotasks();
    expect(requestCount).toBe(1);
  });
});
