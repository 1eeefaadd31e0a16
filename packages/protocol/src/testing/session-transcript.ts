/** A fixed conversation of two devices with seeded randomness: recorded once, reproduced by every version and backend. */
import { toHex, utf8 } from "../bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { encodeSessionRecord } from "../session/session-record.ts";
import { createSeededRandom } from "./seeded-random.ts";
import { createSessionDevice, type SessionDevice } from "./session-device.ts";
import { createSessionParty, type SessionParty } from "./session-party.ts";

/** One message of the transcript; `deliveredAt` is its place in the order of arrival. */
export interface TranscriptMessage {
  readonly from: "alice" | "bob";
  readonly plaintext: string;
  readonly message: string;
  readonly deliveredAt: number;
}

/** The conversation as data; bytes are hex. */
export interface SessionTranscript {
  readonly seed: string;
  readonly nowMs: number;
  readonly alice: { readonly identityPrivate: string };
  readonly bob: {
    readonly identityPrivate: string;
    readonly signedPrekeyPrivate: string;
    readonly signedPrekeySignature: string;
    readonly kemSeed: string;
    readonly kemPrekeySignature: string;
    readonly oneTimePrekeyPrivate: string;
  };
  readonly messages: readonly TranscriptMessage[];
  /** SHA-256 of both encoded records at the end. */
  readonly aliceRecordSha256: string;
  readonly bobRecordSha256: string;
}

/** Who sends (a, b) and which message number arrives: two sends of Alice that swap places, a late one, and so on. */
const SCHEDULE: readonly ("a" | "b" | number)[] = [
  ...(["a", "a", "a"] as const),
  1,
  0,
  "b",
  "b",
  4,
  "a",
  "a",
  6,
  3,
  "b",
  7,
  5,
  "a",
  "b",
  8,
  9,
  "a",
  "b",
  11,
  10,
  2,
];

/** Plays the conversation. The seeded generator must see the same draws in the same order in every backend. */
export async function playTranscript(suite: CryptoSuite): Promise<SessionTranscript> {
  const seed = "kith session transcript 2";
  const nowMs = 1_700_000_000_000;
  const context = { suite, random: createSeededRandom(seed), nowMs };
  const alice = createSessionParty(context, await createSessionDevice(suite, context.random));
  const bob = createSessionParty(context, await createSessionDevice(suite, context.random));
  const keys = {
    alice: { identityPrivate: toHex(alice.device.local.identityKey.privateKey) },
    bob: bobKeys(bob.device),
  };
  await alice.start(bob.device, 0);
  const messages = await playSchedule(alice, bob);
  const digest = (party: SessionParty) => toHex(suite.sha256(encodeSessionRecord(party.record)));
  return { seed, nowMs, ...keys, messages, aliceRecordSha256: digest(alice), bobRecordSha256: digest(bob) };
}

async function playSchedule(alice: SessionParty, bob: SessionParty): Promise<readonly TranscriptMessage[]> {
  const sent: { from: "alice" | "bob"; plaintext: string; message: Uint8Array; deliveredAt: number }[] = [];
  let arrivals = 0;
  for (const step of SCHEDULE) {
    if (step === "a" || step === "b") {
      const [from, party] = step === "a" ? (["alice", alice] as const) : (["bob", bob] as const);
      const plaintext = `message ${sent.length} of ${from}`;
      sent.push({ from, plaintext, message: await party.send(utf8(plaintext)), deliveredAt: -1 });
      continue;
    }
    const each = sent[step];
    if (each === undefined) throw new RangeError(`message ${step} was not sent yet`);
    const [to, from] = each.from === "alice" ? [bob, alice] : [alice, bob];
    const received = await to.receive(each.message, from.device);
    if (!received.ok) throw new Error(`message ${step}: ${received.error.code}`);
    if (toHex(received.value) !== toHex(utf8(each.plaintext))) throw new Error(`message ${step} differs`);
    each.deliveredAt = arrivals++;
  }
  return sent.map((each) => ({ ...each, message: toHex(each.message) }));
}

function bobKeys(bob: SessionDevice): SessionTranscript["bob"] {
  return {
    identityPrivate: toHex(bob.local.identityKey.privateKey),
    signedPrekeyPrivate: toHex(bob.signedPrekey.keyPair.privateKey),
    signedPrekeySignature: toHex(bob.signedPrekey.signature),
    kemSeed: toHex(bob.kemPrekey.seed),
    kemPrekeySignature: toHex(bob.kemPrekey.signature),
    oneTimePrekeyPrivate: toHex(bob.oneTimePrekeys[0]?.keyPair.privateKey ?? new Uint8Array(0)),
  };
}
