import { beforeAll, describe, expect, it } from "vitest";
import { equalBytes, toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import { MAX_JUMP, MAX_PQ_EPOCHS, MAX_SKIPPED_KEY_AGE_MS, MAX_SKIPPED_KEYS } from "../limits.ts";
import { createSeededRandom } from "../testing/seeded-random.ts";
import { ByteReader } from "./byte-reader.ts";
import { writeBytes } from "./byte-writer.ts";
import { readPqRatchet, writePqRatchet } from "./pq-codec.ts";
import {
  dropExpiredPqSecrets,
  oldestPqSecretMs,
  type PqRatchetState,
  receivePqRatchet,
  sendPqRatchet,
  startPqRatchet,
} from "./pq-ratchet.ts";

const random = createSeededRandom("post-quantum ratchet");
const context = { suite: nobleSuite, random, nowMs: 1_000 };

interface Side {
  state: PqRatchetState;
}

function pair(): { readonly alice: Side; readonly bob: Side } {
  const secret = random(32);
  return {
    alice: { state: startPqRatchet(nobleSuite, secret, true) },
    bob: { state: startPqRatchet(nobleSuite, secret, false) },
  };
}

async function send(side: Side): Promise<{ readonly message: Uint8Array; readonly key: Uint8Array }> {
  const sent = await sendPqRatchet(context, side.state);
  side.state = sent.state;
  return sent;
}

async function receive(side: Side, message: Uint8Array): Promise<Uint8Array | string> {
  const received = await receivePqRatchet(context, side.state, message, MAX_JUMP);
  if (!received.ok) return received.error.code;
  side.state = received.value.state;
  return received.value.key;
}

function encode(state: PqRatchetState): Uint8Array {
  return writeBytes((sink) => writePqRatchet(sink, state));
}

function newestEpoch({ state }: Side): number {
  return state.epochs.at(-1)?.epoch ?? -1;
}

describe("the post-quantum ratchet", () => {
  it.each([0, 0.3, 0.6])("gives both sides the same keys and new epochs at a loss of %f", async (loss) => {
    const { alice, bob } = pair();
    const phases = new Set<string>();
    for (let i = 0; i < 260; i++) {
      for (const [from, to] of [
        [alice, bob],
        [bob, alice],
      ] as const) {
        const { message, key } = await send(from);
        phases.add(from.state.braid.phase);
        if ((random(1)[0] as number) < loss * 256) continue;
        expect(await receive(to, message)).toEqual(key);
        // What is stored is read back to the same bytes, in every phase.
        const bytes = encode(to.state);
        const reader = new ByteReader(bytes);
        to.state = readPqRatchet(reader);
        expect(reader.isAtEnd() && equalBytes(encode(to.state), bytes)).toBe(true);
      }
    }
    expect(newestEpoch(alice)).toBeGreaterThanOrEqual(loss > 0.5 ? 1 : 3);
    expect(Math.abs(newestEpoch(alice) - newestEpoch(bob))).toBeLessThanOrEqual(1);
    expect(phases.size).toBeGreaterThanOrEqual(6);
    expect(alice.state.epochs.length).toBeLessThanOrEqual(MAX_PQ_EPOCHS);
  });

  it("opens late messages of earlier epochs and forgets the sending chains of those", async () => {
    const { alice, bob } = pair();
    const late = await send(alice);
    while (newestEpoch(bob) < 2 || newestEpoch(alice) < 2) {
      await receive(bob, (await send(alice)).message);
      await receive(alice, (await send(bob)).message);
    }
    expect(await receive(bob, late.message)).toEqual(late.key);
    expect(await receive(bob, late.message)).toBe("duplicate");
    const sending = bob.state.epochs.filter((each) => each.sending !== null);
    expect(sending.length).toBeLessThanOrEqual(2);
  });

  it("does not change a state it was given", async () => {
    const { alice, bob } = pair();
    for (let i = 0; i < 130; i++) {
      const [before, beforeBob] = [alice.state, bob.state].map((state) => ({ state, hex: toHex(encode(state)) }));
      const { message } = await send(alice);
      await receive(bob, message);
      expect(toHex(encode(before?.state as PqRatchetState))).toBe(before?.hex);
      expect(toHex(encode(beforeBob?.state as PqRatchetState))).toBe(beforeBob?.hex);
      await receive(alice, (await send(bob)).message);
    }
  });
});

describe("the bounds of the post-quantum ratchet", () => {
  let far: Uint8Array;
  let keys: readonly Uint8Array[];
  let messages: readonly Uint8Array[];
  let bob: Side;

  beforeAll(async () => {
    const sides = pair();
    bob = sides.bob;
    const sent: { readonly message: Uint8Array; readonly key: Uint8Array }[] = [];
    for (let i = 0; i < MAX_SKIPPED_KEYS + 3; i++) sent.push(await send(sides.alice));
    messages = sent.map((each) => each.message);
    keys = sent.map((each) => each.key);
    far = messages.at(-1) as Uint8Array;
  });

  it("refuse a jump that is too far", async () => {
    const gap = MAX_SKIPPED_KEYS + 2;
    const refused = await receivePqRatchet(context, bob.state, far, gap - 1);
    expect(refused).toEqual({ ok: false, error: { code: "too-far-ahead", gap, limit: gap - 1 } });
  });

  it("keep the newest 2,000 keys of a jump, for 30 days", async () => {
    const side: Side = { state: bob.state };
    expect(await receive(side, far)).toEqual(keys.at(-1));
    expect(side.state.epochs[0]?.skipped.count).toBe(MAX_SKIPPED_KEYS);
    const jumped = side.state;
    expect(await receive(side, messages[1] as Uint8Array)).toBe("duplicate");
    expect(await receive(side, messages[2] as Uint8Array)).toEqual(keys[2]);
    expect(oldestPqSecretMs(jumped)).toBe(context.nowMs);
    const later = dropExpiredPqSecrets(jumped, context.nowMs + MAX_SKIPPED_KEY_AGE_MS + 1);
    expect(later.epochs[0]?.skipped.count).toBe(0);
    expect(await receive({ state: later }, messages[2] as Uint8Array)).toBe("duplicate");
  });

  it("refuse parts that are none, of an epoch to come, or that contradict the negotiation", async () => {
    const { alice, bob: other } = pair();
    expect(await receive(other, Uint8Array.of(1, 1, 1))).toBe("malformed");
    expect(await receive(other, Uint8Array.of(1, 3, 1, 0))).toBe("not-authentic");
    const parts: Uint8Array[] = [];
    for (let i = 0; i < 3; i++) parts.push((await send(alice)).message);
    for (const part of parts) part[part.length - 1] = (part.at(-1) as number) ^ 1;
    await receive(other, parts[0] as Uint8Array);
    await receive(other, parts[1] as Uint8Array);
    const before = toHex(encode(other.state));
    expect(await receive(other, parts[2] as Uint8Array)).toBe("not-authentic");
    expect(toHex(encode(other.state))).toBe(before);
  });
});
