/** The recipient is away: relays keep the messages, and one relay is lost for good. */
import { check, checkEqual, checkSequence } from "../check.ts";
import { type Draft, writeDrafts } from "../person.ts";
import type { DemoRelay, World } from "../world.ts";
import type { Step } from "./step.ts";

const COUNT = 100;
const KEPT_TIMEOUT_MS = 30_000;
const DRAIN_TIMEOUT_MS = 30_000;
const POLL_MS = 100;

/** Relays that must have given a receipt before a message counts as sent. */
const WANTED_RELAYS = 2;

/** A hundred messages through relays, one of which dies before anybody reads them. */
export const talkThroughRelays: Step = {
  name: "offline",
  title: `The recipient is away, ${COUNT} messages wait on relays, one relay dies, the recipient comes back`,
  async run(world) {
    const { recipient, transcript, sender } = world;
    checkEqual((await recipient.end("SIGTERM")).code, 0, "the exit code of the recipient's node");
    transcript.note(`${recipient.name} stops`);
    const drafts = writeDrafts(world.marker, "while you were away", COUNT);
    await keepAtRelays(world, drafts);
    const [lost] = world.relays;
    check(lost !== undefined, "there is a first relay");
    await lost.process.end("SIGKILL");
    transcript.note(`${lost.name} is killed and stays away`);
    const before = recipient.journal.received.length;
    transcript.note(`${recipient.name} is back, ready after ${await recipient.start()} ms`);
    await recipient.journal.waitFor(
      () => recipient.journal.received.length >= before + COUNT,
      DRAIN_TIMEOUT_MS,
      "the recipient has everything",
    );
    await checkDrained(world, drafts, before);
    transcript.flow("relay-2, relay-3", recipient.name, `${COUNT} messages, in order, each once`);
    const ids = drafts.map(({ id }) => id);
    await waitForState(world, ids, "delivered");
    transcript.flow(recipient.name, sender.name, `${COUNT} times "delivered"`);
    await recipient.client.call("message.markRead", { who: sender.account });
    await waitForState(world, ids, "read");
    transcript.flow(recipient.name, sender.name, `${COUNT} times "read"`);
  },
};

async function keepAtRelays(world: World, drafts: readonly Draft[]): Promise<void> {
  const { sender, recipient, transcript } = world;
  const ids = drafts.map(({ id }) => id);
  const before = await Promise.all(world.relays.map((relay) => world.totalsOf(relay)));
  await sender.sendAll(recipient, drafts);
  const isKept = (): boolean =>
    sender.journal.count(ids, ({ state, heldBy }) => state === "sent" && (heldBy?.relays ?? 0) >= WANTED_RELAYS) ===
    COUNT;
  await sender.journal.waitFor(isKept, KEPT_TIMEOUT_MS, `each message is kept by ${WANTED_RELAYS} relays`);
  checkEqual(
    sender.journal.count(ids, ({ heldBy }) => heldBy?.isDirect === true),
    0,
    "messages taken directly",
  );
  for (const [index, relay] of world.relays.entries()) {
    const kept = await keptBy(world, relay, before[index]?.envelopesStored ?? 0);
    transcript.flow(sender.name, relay.name, `${kept} envelopes, each with a receipt`);
  }
}

/** The envelopes that came to a relay since; two relays make a message sent, and the third may have it a moment later. */
async function keptBy(world: World, relay: DemoRelay, before: number): Promise<number> {
  const deadlineMs = performance.now() + KEPT_TIMEOUT_MS;
  for (;;) {
    const kept = (await world.totalsOf(relay)).envelopesStored - before;
    if (kept >= COUNT) return kept;
    check(performance.now() < deadlineMs, `${relay.name} keeps ${COUNT} envelopes, it has ${kept}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function checkDrained({ recipient, sender }: World, drafts: readonly Draft[], before: number): Promise<void> {
  const texts = drafts.map(({ text }) => text);
  checkSequence(
    recipient.journal.received.slice(before).map(({ text }) => text),
    texts,
    "what the recipient was told",
  );
  const chat = (await recipient.chatWith(sender)).filter(({ isOwn }) => !isOwn);
  checkSequence(
    chat.slice(-COUNT).map(({ text }) => text),
    texts,
    "what the recipient has",
  );
  checkEqual(chat.filter(({ missingBefore = 0 }) => missingBefore > 0).length, 0, "places where a message is missing");
}

async function waitForState({ sender }: World, ids: readonly string[], wanted: "delivered" | "read"): Promise<void> {
  const isReached = (): boolean =>
    sender.journal.count(ids, ({ state }) => state === wanted || state === "read") === ids.length;
  await sender.journal.waitFor(isReached, DRAIN_TIMEOUT_MS, `the sender sees every message as ${wanted}`);
}
