/** Sessions and sender keys as checks of a backend, for the tests of each platform. A check fails by throwing. */
import { bytesToUint32, equalBytes, fromHex, utf8 } from "../src/bytes.ts";
import { nobleSuite } from "../src/crypto/noble.ts";
import type { CryptoSuite } from "../src/crypto/suite.ts";
import type { Result } from "../src/result.ts";
import recordedWithLibsignal from "../src/session/libsignal-transcript.vectors.json" with { type: "json" };
import {
  addSenderKey,
  createSenderChain,
  decryptWithSenderKey,
  distributeSenderChain,
  encryptWithSenderKey,
} from "../src/session/sender-key.ts";
import recorded from "../src/session/session-transcript.vectors.json" with { type: "json" };
import {
  createRecordedParty,
  newestEpoch,
  type RecordedConversation,
  readRecordedBundle,
} from "../src/testing/libsignal-transcript.ts";
import { createSeededRandom } from "../src/testing/seeded-random.ts";
import { createSessionDevice } from "../src/testing/session-device.ts";
import { createSessionParty } from "../src/testing/session-party.ts";
import { playTranscript } from "../src/testing/session-transcript.ts";
import senderKeys from "./vectors/sender-key.vectors.json" with { type: "json" };

/** One check. */
export interface SessionCheck {
  readonly name: string;
  /** @throws Error when something came out otherwise. */
  run(suite: CryptoSuite): Promise<void>;
}

const NOW_MS = 1_700_000_000_000;
const MESSAGES = 240;

function unwrap<T>(result: Result<T, { readonly code: string }>): T {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

function expectBytes(what: string, got: Uint8Array, expected: Uint8Array): void {
  if (!equalBytes(got, expected)) throw new Error(`${what} differs`);
}

/** A conversation that loses a fifth and swaps what is left. */
async function converse(suite: CryptoSuite): Promise<void> {
  const context = { suite, random: createSeededRandom("converse"), nowMs: NOW_MS };
  const parties = [
    createSessionParty(context, await createSessionDevice(suite, context.random)),
    createSessionParty(context, await createSessionDevice(suite, context.random)),
  ] as const;
  const chance = createSeededRandom("network");
  await parties[0].start(parties[1].device, 0);
  let waiting: { readonly to: 0 | 1; readonly text: string; readonly message: Uint8Array }[] = [];
  for (let i = 0; i < MESSAGES; i++) {
    const from = (i < 1 ? 0 : i % 2) as 0 | 1;
    if (parties[from].record.current === null) continue;
    const text = `message ${i}`;
    const message = await parties[from].send(utf8(text));
    if (i === 0 || bytesToUint32(chance(4)) % 5 !== 0) waiting.push({ to: from === 0 ? 1 : 0, text, message });
    if (i > 0 && bytesToUint32(chance(4)) % 3 === 0) continue;
    for (const each of waiting.reverse()) {
      const opened = await parties[each.to].receive(each.message, parties[1 - each.to]?.device ?? parties[0].device);
      expectBytes(each.text, unwrap(opened), utf8(each.text));
      const again = await parties[each.to].receive(each.message, parties[1 - each.to]?.device ?? parties[0].device);
      if (again.ok) throw new Error(`${each.text} was read twice`);
    }
    waiting = [];
    for (const party of parties) party.restart();
  }
  if (Math.min(...parties.map(newestEpoch)) < 1) throw new Error("the post-quantum epochs stand still");
}

/** Libsignal's recorded group messages, and own ones both ways. */
async function useSenderKeys(suite: CryptoSuite): Promise<void> {
  const context = { suite, random: createSeededRandom("group"), nowMs: NOW_MS };
  let record = unwrap(addSenderKey(context, null, fromHex(senderKeys.libsignal.distribution)));
  for (const { plaintext, message } of senderKeys.libsignal.messages) {
    const opened = unwrap(await decryptWithSenderKey(context, record, fromHex(message)));
    expectBytes(plaintext, opened.plaintext, utf8(plaintext));
    record = opened.record;
  }
  let chain = await createSenderChain(context, context.random(16));
  let own = unwrap(addSenderKey(context, null, distributeSenderChain(chain)));
  for (let i = 0; i < 10; i++) {
    const sent = await encryptWithSenderKey(context, chain, utf8(`own ${i}`));
    const opened = unwrap(await decryptWithSenderKey(context, own, sent.message));
    expectBytes(`own ${i}`, opened.plaintext, utf8(`own ${i}`));
    [chain, own] = [sent.chain, opened.record];
  }
}

/** What holds for each backend. */
export const SESSION_CHECKS: readonly SessionCheck[] = [
  { name: "a conversation with loss is read once each, and a post-quantum epoch ends", run: converse },
  { name: "sender keys are read, libsignal's too", run: useSenderKeys },
];

async function replay(conversation: RecordedConversation): Promise<void> {
  const kith = await createRecordedParty(conversation.seed, conversation.nowMs);
  const publicKey = fromHex(conversation.signalIdentityKey);
  const from = { local: { identityKey: { publicKey, privateKey: new Uint8Array(32) }, registrationId: 0 } };
  if (conversation.signalBundle !== null) await kith.startFrom(readRecordedBundle(conversation.signalBundle));
  for (const { action, plaintext, message } of conversation.steps) {
    if (action === "sent") expectBytes(plaintext, await kith.send(utf8(plaintext)), fromHex(message));
    else expectBytes(plaintext, unwrap(await kith.receive(fromHex(message), from)), utf8(plaintext));
  }
  if (newestEpoch(kith) !== conversation.epoch) throw new Error("another epoch was reached");
}

/** Recordings, which the portable backend reproduces byte for byte; native ones draw randomness of their own. */
export const RECORDED_CHECKS: readonly { readonly name: string; run(): Promise<void> }[] = [
  {
    name: "the recorded conversation",
    async run() {
      const played = await playTranscript(nobleSuite);
      if (JSON.stringify(played) !== JSON.stringify(recorded)) throw new Error("the conversation differs");
    },
  },
  ...(recordedWithLibsignal as readonly RecordedConversation[]).map((conversation) => ({
    name: conversation.seed,
    run: () => replay(conversation),
  })),
];
