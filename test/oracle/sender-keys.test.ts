/** Sender keys against libsignal-client, both ways: a sender of either kind, members of both. */
import { cryptoSuite } from "@kith/client";
import {
  addSenderKey,
  type CryptoSuite,
  createSenderChain,
  decodeSenderChain,
  decodeSenderKeyRecord,
  decryptWithSenderKey,
  distributeSenderChain,
  encodeSenderChain,
  encodeSenderKeyRecord,
  encryptWithSenderKey,
  fromHex,
  nobleSuite,
  type Result,
  type SenderKeyRecord,
  toHex,
  utf8,
} from "@kith/protocol";
import * as signal from "@signalapp/libsignal-client";
import { describe, expect, it } from "vitest";
import { webSuite } from "./backends.ts";
import { plain } from "./signal-party.ts";
import { SenderKeys } from "./signal-stores.ts";

const MESSAGES = 200;
const SENDER: signal.ProtocolAddress = signal.ProtocolAddress.new("sender", 1);
const NOW = { nowMs: 1_700_000_000_000 };
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

/** The lengths of a few blocks, so that every padding occurs. */
const textOf = (i: number): Uint8Array => utf8(`${i} `.padEnd(1 + (i % 70), "."));

function unwrap<T>(result: Result<T, { readonly code: string }>): T {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

/** Positions in an order that loses a fifth and swaps neighbours. */
function arrivals(count: number): readonly number[] {
  const kept = Array.from({ length: count }, (_, i) => i).filter(() => (random(1)[0] as number) > 51);
  for (let i = 0; i + 4 < kept.length; i += 3) kept.push(...kept.splice(i, 1));
  return kept;
}

/** A member that runs on Kith and stores its record after each message. */
class KithMember {
  #record: SenderKeyRecord | null = null;
  readonly #suite: CryptoSuite;

  constructor(suite: CryptoSuite) {
    this.#suite = suite;
  }

  add(distribution: Uint8Array): void {
    this.#record = unwrap(addSenderKey(NOW, this.#record, distribution));
  }

  /** Null when it is refused; then nothing has changed. */
  async receive(message: Uint8Array): Promise<Uint8Array | null> {
    if (this.#record === null) return null;
    const record = unwrap(decodeSenderKeyRecord(encodeSenderKeyRecord(this.#record)));
    const received = await decryptWithSenderKey({ suite: this.#suite, ...NOW }, record, message);
    if (!received.ok) return null;
    this.#record = received.value.record;
    return received.value.plaintext;
  }
}

/** A member that runs on libsignal. */
class SignalMember {
  readonly #store = new SenderKeys();

  async add(distribution: Uint8Array): Promise<void> {
    const parsed = signal.SenderKeyDistributionMessage.deserialize(distribution);
    await signal.processSenderKeyDistributionMessage(SENDER, parsed, this.#store);
  }

  async receive(message: Uint8Array): Promise<Uint8Array | null> {
    return signal.groupDecrypt(SENDER, this.#store, message).then(plain, () => null);
  }
}

type Member = KithMember | SignalMember;

/** Each message that arrives is read once by everyone, a copy never, and one changed in any byte by nobody. */
async function deliver(messages: readonly Uint8Array[], members: readonly Member[]): Promise<void> {
  for (const i of arrivals(messages.length)) {
    const message = messages[i] as Uint8Array;
    const damaged = plain(message);
    const at = (i * 7) % damaged.length;
    damaged[at] = (damaged[at] as number) ^ (1 << (i % 8));
    for (const member of members) {
      expect(await member.receive(damaged)).toBeNull();
      const opened = await member.receive(message);
      expect(opened === null ? "refused" : toHex(opened)).toBe(toHex(textOf(i)));
      expect(await member.receive(message)).toBeNull();
    }
  }
}

describe.each([cryptoSuite, nobleSuite, webSuite])("sender keys on the $name backend", (suite: CryptoSuite) => {
  it("of Kith are read by libsignal and by Kith", async () => {
    const members = [new KithMember(suite), new SignalMember()];
    for (let rotation = 0; rotation < 3; rotation++) {
      let chain = await createSenderChain({ suite, random }, fromHex("00112233445566778899aabbccddeeff"));
      for (const member of members) await member.add(distributeSenderChain(chain));
      const messages: Uint8Array[] = [];
      for (let i = 0; i < MESSAGES / 4; i++) {
        const sent = await encryptWithSenderKey(
          { suite },
          unwrap(decodeSenderChain(encodeSenderChain(chain))),
          textOf(i),
        );
        chain = sent.chain;
        messages.push(sent.message);
      }
      await deliver(messages, members);
    }
  });

  it("of libsignal are read by Kith and by libsignal", async () => {
    const store = new SenderKeys();
    const members = [new KithMember(suite), new SignalMember()];
    const distributionId = "fedcba98-7654-4210-8123-456789abcdef";
    const first = plain((await signal.SenderKeyDistributionMessage.create(SENDER, distributionId, store)).serialize());
    for (const member of members) await member.add(first);
    const messages: Uint8Array[] = [];
    for (let i = 0; i < MESSAGES; i++) {
      messages.push(plain((await signal.groupEncrypt(SENDER, distributionId, store, textOf(i))).serialize()));
    }
    await deliver(messages, members);
    const late = new KithMember(suite);
    late.add(plain((await signal.SenderKeyDistributionMessage.create(SENDER, distributionId, store)).serialize()));
    expect(await late.receive(messages[MESSAGES - 1] as Uint8Array)).toBeNull();
    const next = plain((await signal.groupEncrypt(SENDER, distributionId, store, textOf(1))).serialize());
    expect(await late.receive(next)).toEqual(textOf(1));
  });
});
