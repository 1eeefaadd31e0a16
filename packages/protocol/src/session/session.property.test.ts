import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { equalBytes, toHex, utf8 } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import { MAX_RECEIVER_CHAINS } from "../limits.ts";
import { createSeededRandom } from "../testing/seeded-random.ts";
import { createSessionDevice } from "../testing/session-device.ts";
import { createSessionParty, type SessionParty } from "../testing/session-party.ts";
import { encodeSessionRecord } from "./session-record.ts";
import { decodeReceivedMessage } from "./wire.ts";

/** A step of a schedule; `pick` chooses among the messages it applies to. */
interface Step {
  readonly kind: "send" | "deliver" | "duplicate" | "tamper" | "restart";
  readonly who: 0 | 1;
  readonly pick: number;
}

interface Sent {
  readonly to: 0 | 1;
  readonly plaintext: Uint8Array;
  readonly bytes: Uint8Array;
  readonly ratchetKey: string;
  isDelivered: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("send", "send", "send", "deliver", "deliver", "deliver", "duplicate", "tamper", "restart"),
  who: fc.constantFrom(0, 1),
  pick: fc.nat(10_000),
});

/** A run of a schedule: two parties, the network between them, and the chains each has seen, oldest first. */
class Schedule {
  readonly #parties: readonly [SessionParty, SessionParty];
  readonly #sent: Sent[] = [];
  readonly #chains: readonly [string[], string[]] = [[], []];

  constructor(parties: readonly [SessionParty, SessionParty]) {
    this.#parties = parties;
  }

  async play({ kind, who, pick }: Step): Promise<void> {
    const party = this.#parties[who];
    if (kind === "restart") return party.restart();
    if (kind === "send") return this.#send(who);
    const wanted = kind === "tamper" ? undefined : kind === "duplicate";
    const candidates = this.#sent.filter(
      (each) => each.to === who && (each.isDelivered === wanted || wanted === undefined),
    );
    const each = candidates[pick % Math.max(1, candidates.length)];
    if (each === undefined) return;
    if (kind === "tamper") return this.#tamper(each, pick);
    return this.#deliver(each);
  }

  async #send(who: 0 | 1): Promise<void> {
    const party = this.#parties[who];
    if (party.record.current === null) return;
    const plaintext = utf8(`${who}/${this.#sent.length}`.padEnd(this.#sent.length * 3, "."));
    const bytes = await party.send(plaintext);
    const decoded = decodeReceivedMessage(bytes);
    if (!decoded.ok) throw new Error(decoded.error.code);
    const ratchetKey = toHex(decoded.value.message.ratchetKey);
    this.#sent.push({ to: who === 0 ? 1 : 0, plaintext, bytes, ratchetKey, isDelivered: false });
  }

  async #deliver(each: Sent): Promise<void> {
    const chains = this.#chains[each.to];
    const age = chains.length - chains.indexOf(each.ratchetKey);
    const isGone = chains.includes(each.ratchetKey) && age > MAX_RECEIVER_CHAINS;
    if (each.isDelivered) return this.#expectRefusal(each.to, each.bytes, "duplicate");
    if (isGone) return this.#expectRefusal(each.to, each.bytes, "not-authentic");
    const received = await this.#receive(each.to, each.bytes);
    expect(received).toEqual({ ok: true, value: each.plaintext });
    each.isDelivered = true;
    if (!chains.includes(each.ratchetKey)) chains.push(each.ratchetKey);
  }

  /** Changes one byte: refused, or, where v4 authenticates nothing around the inner message, of no effect. */
  async #tamper(each: Sent, pick: number): Promise<void> {
    const bytes = each.bytes.slice();
    bytes[pick % bytes.length] = (bytes[pick % bytes.length] as number) ^ (1 + (pick % 255));
    const party = this.#parties[each.to];
    const before = party.record;
    const encoded = encodeSessionRecord(before);
    const received = await this.#receive(each.to, bytes);
    if (received.ok) {
      const inner = decodeReceivedMessage(each.bytes);
      expect(inner.ok && inner.value.kind).toBe("prekey");
      expect(received.value).toEqual(each.plaintext);
      each.isDelivered = true;
      const chains = this.#chains[each.to];
      if (!chains.includes(each.ratchetKey)) chains.push(each.ratchetKey);
      return;
    }
    expect(party.record).toBe(before);
    expect(equalBytes(encodeSessionRecord(before), encoded)).toBe(true);
  }

  async #expectRefusal(to: 0 | 1, bytes: Uint8Array, code: string): Promise<void> {
    const encoded = encodeSessionRecord(this.#parties[to].record);
    expect(await this.#receive(to, bytes)).toEqual({ ok: false, error: { code } });
    expect(equalBytes(encodeSessionRecord(this.#parties[to].record), encoded)).toBe(true);
  }

  #receive(to: 0 | 1, bytes: Uint8Array): ReturnType<SessionParty["receive"]> {
    return this.#parties[to].receive(bytes, this.#parties[to === 0 ? 1 : 0].device);
  }
}

describe("any schedule of sending, loss, reordering, duplicates, tampering and restarts", () => {
  it("delivers what was sent, once, and changes nothing on a refusal", async () => {
    const seeds = createSeededRandom("devices");
    const aliceDevice = await createSessionDevice(nobleSuite, seeds);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
        const context = { suite: nobleSuite, random: createSeededRandom("schedule"), nowMs: 1 };
        const bobDevice = await createSessionDevice(nobleSuite, createSeededRandom("bob"));
        const alice = createSessionParty(context, aliceDevice);
        const bob = createSessionParty(context, bobDevice);
        await alice.start(bobDevice, 0);
        const schedule = new Schedule([alice, bob]);
        for (const each of steps) await schedule.play(each);
      }),
      { numRuns: 15 },
    );
  });
});
