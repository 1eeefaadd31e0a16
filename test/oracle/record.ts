/**
 * Records the conversations that `npm test` replays:
 *
 *     node scripts/run.mjs --conditions=source test/oracle/record.ts > packages/protocol/src/session/libsignal-transcript.vectors.json
 */
import { toHex, utf8 } from "@kith/protocol";
import {
  createRecordedParty,
  newestEpoch,
  type RecordedBundle,
  type RecordedConversation,
  type RecordedStep,
  recordBundle,
} from "@kith/protocol/testing";
import { SignalParty } from "./signal-party.ts";

const TURNS = 120;
const NOW_MS = 1_700_000_000_000;

/** Every so many turns libsignal's messages swap places, or one of either side is lost. */
const SWAP_EVERY = 9;
const LOSE_EVERY = 7;

async function recordConversation(first: "kith" | "signal"): Promise<RecordedConversation> {
  const seed = `recorded with libsignal, ${first} first`;
  const kith = await createRecordedParty(seed, NOW_MS);
  const signal = new SignalParty();
  const publicKey = signal.identityKey;
  const from = { local: { identityKey: { publicKey, privateKey: new Uint8Array(32) }, registrationId: 0 } };
  const steps: RecordedStep[] = [];
  const sendOurs = async (plaintext: string, isLost: boolean): Promise<void> => {
    const message = await kith.send(utf8(plaintext));
    steps.push({ action: "sent", plaintext, message: toHex(message) });
    if (!isLost) await signal.receive(message);
  };
  const takeTheirs = async (plaintext: string, message: Uint8Array): Promise<void> => {
    const received = await kith.receive(message, from);
    if (!received.ok) throw new Error(received.error.code);
    steps.push({ action: "received", plaintext, message: toHex(message) });
  };
  let signalBundle: RecordedBundle | null = null;
  if (first === "kith") {
    const bundle = await signal.createBundle(true);
    signalBundle = recordBundle(bundle);
    await kith.startFrom(bundle);
    await sendOurs("first", false);
  } else {
    await signal.start(kith.device.createBundle(0));
  }
  for (let turn = 0; turn < TURNS; turn++) {
    const texts = turn % SWAP_EVERY === 0 ? [`${turn} early`, `${turn} late`] : [`${turn}`];
    const sent: { readonly text: string; readonly message: Uint8Array }[] = [];
    for (const text of texts) sent.push({ text, message: await signal.send(utf8(text)) });
    if (turn % LOSE_EVERY === 3) sent.shift();
    for (const { text, message } of sent.reverse()) await takeTheirs(text, message);
    await sendOurs(`answer ${turn}`, turn % LOSE_EVERY === 5);
  }
  const signalIdentityKey = toHex(publicKey);
  return { seed, nowMs: NOW_MS, signalIdentityKey, signalBundle, steps, epoch: newestEpoch(kith) };
}

const conversations = [await recordConversation("kith"), await recordConversation("signal")];
process.stdout.write(`${JSON.stringify(conversations, null, 1)}\n`);
