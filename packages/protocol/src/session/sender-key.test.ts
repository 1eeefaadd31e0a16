import { describe, expect, it } from "vitest";
import recorded from "../../test/vectors/sender-key.vectors.json" with { type: "json" };
import { concat, equalBytes, fromHex, toHex, utf8 } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import { MAX_JUMP, MAX_SENDER_CHAINS, MAX_SKIPPED_KEY_AGE_MS, MAX_SKIPPED_KEYS } from "../limits.ts";
import type { Result } from "../result.ts";
import { createSeededRandom } from "../testing/seeded-random.ts";
import {
  addSenderKey,
  createSenderChain,
  decryptWithSenderKey,
  distributeSenderChain,
  encryptWithSenderKey,
  type SenderChain,
  type SenderKeyRecord,
} from "./sender-key.ts";
import {
  decodeSenderChain,
  decodeSenderKeyRecord,
  encodeSenderChain,
  encodeSenderKeyRecord,
} from "./sender-key-codec.ts";

const GROUP = new Uint8Array(16).fill(7);
const NOW = { nowMs: 1_700_000_000_000 };
const HOUR_MS = 3_600_000;

function unwrap<T>(result: Result<T, { readonly code: string }>): T {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

/** A sender whose chain moves on with each message, and a member that was given its start. */
async function createPair(seed: string) {
  const context = { suite: nobleSuite, random: createSeededRandom(seed), ...NOW };
  const sender = {
    chain: await createSenderChain(context, GROUP),
    async send(text: string) {
      const sent = await encryptWithSenderKey(context, this.chain, utf8(text));
      this.chain = sent.chain;
      return sent.message;
    },
  };
  const member = { record: unwrap(addSenderKey(NOW, null, distributeSenderChain(sender.chain))), ...NOW };
  const receive = async (message: Uint8Array) => {
    const received = await decryptWithSenderKey({ suite: nobleSuite, nowMs: member.nowMs }, member.record, message);
    if (received.ok) member.record = received.value.record;
    return received.ok ? new TextDecoder().decode(received.value.plaintext) : received.error;
  };
  return { context, sender, member, receive };
}

/** A chain moved on by `steps` messages without making them. */
async function skip(chain: SenderChain, steps: number): Promise<SenderChain> {
  let { chainKey } = chain;
  for (let i = 0; i < steps; i++) chainKey = nobleSuite.hmacSha256(chainKey, Uint8Array.of(2));
  return { ...chain, chainKey, iteration: chain.iteration + steps };
}

describe("sender keys", () => {
  it("read what arrives once, in any order", async () => {
    const { sender, receive } = await createPair("order");
    const messages: Uint8Array[] = [];
    for (let i = 0; i < 6; i++) messages.push(await sender.send(`text ${i}`));
    for (const i of [0, 3, 1, 5, 2, 4]) expect(await receive(messages[i] as Uint8Array)).toBe(`text ${i}`);
    for (const message of messages) expect(await receive(message)).toEqual({ code: "duplicate" });
  });

  it("read nothing from before their distribution", async () => {
    const { sender, context } = await createPair("late");
    const early = await sender.send("early");
    const record = unwrap(addSenderKey(NOW, null, distributeSenderChain(sender.chain)));
    const received = await decryptWithSenderKey(context, record, early);
    expect(received).toEqual({ ok: false, error: { code: "duplicate" } });
  });

  it("refuse a change of any byte and leave the record as it was", async () => {
    const { sender, member, receive } = await createPair("tampering");
    const message = await sender.send("genuine");
    const before = toHex(encodeSenderKeyRecord(member.record));
    for (let at = 0; at < message.length; at++) {
      const damaged = message.slice();
      damaged[at] = (damaged[at] as number) ^ 1;
      expect(await receive(damaged)).toMatchObject({ code: expect.stringMatching(/malformed|unknown|not-authentic/) });
    }
    for (let length = 0; length < message.length; length++) {
      expect(await receive(message.subarray(0, length))).toHaveProperty("code");
    }
    expect(await receive(concat(message, Uint8Array.of(0)))).toHaveProperty("code");
    expect(toHex(encodeSenderKeyRecord(member.record))).toBe(before);
    expect(await receive(message)).toBe("genuine");
  });

  it("name a chain that was never distributed", async () => {
    const { receive } = await createPair("one");
    const other = await createPair("another");
    expect(await receive(await other.sender.send("who?"))).toEqual({ code: "unknown-sender-key" });
  });

  it("bound a jump and what is kept of it", async () => {
    const { sender, receive, member } = await createPair("jump");
    const start = sender.chain;
    sender.chain = await skip(start, MAX_JUMP + 1);
    expect(await receive(await sender.send("too far"))).toEqual({
      code: "too-far-ahead",
      gap: MAX_JUMP + 1,
      limit: MAX_JUMP,
    });
    sender.chain = await skip(start, MAX_SKIPPED_KEYS + 500);
    expect(await receive(await sender.send("far"))).toBe("far");
    expect(member.record.chains[0]?.skipped.count).toBe(MAX_SKIPPED_KEYS);
    sender.chain = await skip(start, 500);
    expect(await receive(await sender.send("the oldest kept"))).toBe("the oldest kept");
    sender.chain = await skip(start, 499);
    expect(await receive(await sender.send("pushed out"))).toEqual({ code: "duplicate" });
  });

  it("forget skipped keys after 30 days", async () => {
    const { sender, member, receive } = await createPair("age");
    const late = await sender.send("late");
    expect(await receive(await sender.send("second"))).toBe("second");
    const { record } = member;
    member.nowMs += MAX_SKIPPED_KEY_AGE_MS;
    expect(await receive(late)).toBe("late");
    member.record = record;
    member.nowMs += 1;
    expect(await receive(late)).toEqual({ code: "duplicate" });
  });

  it("keep five chains, and retired ones 30 days", async () => {
    const { context, sender, member, receive } = await createPair("rotation");
    const messages = [await sender.send("0")];
    for (let i = 1; i <= MAX_SENDER_CHAINS; i++) {
      sender.chain = await createSenderChain(context, GROUP);
      member.record = unwrap(addSenderKey(NOW, member.record, distributeSenderChain(sender.chain)));
      messages.push(await sender.send(`${i}`));
    }
    expect(await receive(messages[0] as Uint8Array)).toEqual({ code: "unknown-sender-key" });
    expect(await receive(messages[1] as Uint8Array)).toBe("1");
    member.nowMs += MAX_SKIPPED_KEY_AGE_MS + HOUR_MS;
    expect(await receive(messages[2] as Uint8Array)).toEqual({ code: "unknown-sender-key" });
    expect(await receive(messages[5] as Uint8Array)).toBe("5");
    expect(member.record.chains).toHaveLength(1);
  });

  it("are not turned back by a repeated distribution", async () => {
    const { sender, member, receive } = await createPair("repeated");
    const distribution = distributeSenderChain(sender.chain);
    const message = await sender.send("once");
    expect(await receive(message)).toBe("once");
    const { record } = member;
    expect(unwrap(addSenderKey(NOW, record, distribution))).toBe(record);
    expect(await receive(message)).toEqual({ code: "duplicate" });
  });

  it("refuse a distribution of another group, and any that is not whole", async () => {
    const { context, sender, member } = await createPair("distribution");
    const other = await createSenderChain(context, new Uint8Array(16));
    const refused = addSenderKey(NOW, member.record, distributeSenderChain(other));
    expect(refused).toEqual({ ok: false, error: { code: "other-distribution" } });
    const whole = distributeSenderChain(sender.chain);
    for (let length = 0; length < whole.length; length++) {
      expect(addSenderKey(NOW, null, whole.subarray(0, length)).ok).toBe(false);
    }
    expect(addSenderKey(NOW, null, concat(whole, Uint8Array.of(0)))).toEqual({
      ok: false,
      error: { code: "malformed" },
    });
    expect(addSenderKey(NOW, null, concat(Uint8Array.of(0x44), whole.subarray(1)))).toEqual({
      ok: false,
      error: { code: "unknown-version" },
    });
    await expect(createSenderChain(context, new Uint8Array(15))).rejects.toThrow(RangeError);
  });

  it("are stored and loaded whole, and damaged bytes are refused", async () => {
    const { sender, member, receive } = await createPair("stored");
    const late = await sender.send("late");
    await receive(await sender.send("early"));
    const record = encodeSenderKeyRecord(member.record);
    member.record = unwrap(decodeSenderKeyRecord(record));
    expect(await receive(late)).toBe("late");
    const chain = encodeSenderChain(sender.chain);
    expect(unwrap(decodeSenderChain(chain))).toEqual(sender.chain);
    for (const [bytes, decode] of [
      [record, decodeSenderKeyRecord],
      [chain, decodeSenderChain],
    ] as const) {
      for (let length = 0; length < bytes.length; length++) expect(decode(bytes.subarray(0, length)).ok).toBe(false);
      expect(decode(concat(bytes, Uint8Array.of(0))).ok).toBe(false);
      expect(decode(concat(Uint8Array.of(9), bytes.subarray(1))).ok).toBe(false);
    }
  });
});

describe("the recorded sender key", () => {
  const chain: SenderChain = {
    distributionId: fromHex(recorded.distributionId),
    chainId: recorded.chainId,
    signingSeed: fromHex(recorded.signingSeed),
    signingKey: fromHex(recorded.signingKey),
    chainKey: fromHex(recorded.chainKey),
    iteration: 0,
  };

  it("is reproduced byte for byte", async () => {
    expect(toHex(distributeSenderChain(chain))).toBe(recorded.distribution);
    let next = chain;
    for (const { plaintext, message } of recorded.messages) {
      const sent = await encryptWithSenderKey({ suite: nobleSuite }, next, utf8(plaintext));
      expect(toHex(sent.message)).toBe(message);
      next = sent.chain;
    }
  });

  it("reads what libsignal sent under its own", async () => {
    const { distribution, messages } = recorded.libsignal;
    let record: SenderKeyRecord = unwrap(addSenderKey(NOW, null, fromHex(distribution)));
    for (const { plaintext, message } of messages) {
      const received = unwrap(await decryptWithSenderKey({ suite: nobleSuite, ...NOW }, record, fromHex(message)));
      expect(equalBytes(received.plaintext, utf8(plaintext))).toBe(true);
      record = received.record;
    }
    expect(record.chains[0]?.counter).toBe(messages.length);
  });
});
