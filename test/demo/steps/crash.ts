/** The sender's process is killed in the middle of its work; nothing it has said is lost or said twice. */
import { check, checkEqual, checkSequence } from "../check.ts";
import { type Draft, writeDrafts } from "../person.ts";
import type { World } from "../world.ts";
import type { Step } from "./step.ts";

const COUNT = 200;

/** Kept messages after which the process is killed. */
const KILL_AFTER = 90;

const DRAIN_TIMEOUT_MS = 40_000;

/** Two hundred messages by a node that is killed among them; the recipient is away at first. */
export const surviveAKill: Step = {
  name: "crash",
  title: `The sender is killed in the middle of ${COUNT} messages and starts again`,
  async run(world) {
    const { sender, recipient, transcript } = world;
    checkEqual((await recipient.end("SIGTERM")).code, 0, "the exit code of the recipient's node");
    const drafts = writeDrafts(world.marker, "whatever happens", COUNT);
    const kept = await sendUntilKilled(world, drafts);
    transcript.note(`${sender.name} is killed after it had kept ${kept.size} of ${COUNT} messages`);
    transcript.note(`${sender.name} is back, ready after ${await sender.start()} ms`);
    await checkNothingLost(world, drafts, kept);
    const rest = drafts.filter(({ id }) => !kept.has(id));
    await sender.sendAll(recipient, rest);
    transcript.note(`${sender.name} repeats the ${rest.length} sends that had no answer, under the same ids`);
    const before = recipient.journal.received.length;
    await recipient.start();
    await recipient.journal.waitFor(
      () => recipient.journal.received.length >= before + COUNT,
      DRAIN_TIMEOUT_MS,
      "the recipient has everything",
    );
    const ids = drafts.map(({ id }) => id);
    const isDelivered = (): boolean =>
      sender.journal.count(ids, ({ state }) => state === "delivered" || state === "read") === COUNT;
    await sender.journal.waitFor(isDelivered, DRAIN_TIMEOUT_MS, "the sender sees every message as delivered");
    await checkArrived(world, drafts, before);
    transcript.flow(sender.name, recipient.name, `${COUNT} messages, none lost, none twice, in order`);
  },
};

/** @returns the ids of the messages that the node said it had kept. */
async function sendUntilKilled({ sender, recipient }: World, drafts: readonly Draft[]): Promise<ReadonlySet<string>> {
  const kept = new Set<string>();
  let kill: () => void = () => undefined;
  const isTime = new Promise<void>((resolve) => {
    kill = resolve;
  });
  const sending = sender.sendAll(recipient, drafts, ({ id }) => {
    kept.add(id);
    if (kept.size === KILL_AFTER) kill();
  });
  const outcome = sending.then(
    () => "finished",
    () => "cut off",
  );
  await isTime;
  await sender.end("SIGKILL");
  checkEqual(await outcome, "cut off", "the sends under way");
  check(kept.size >= KILL_AFTER && kept.size < COUNT, "the process was killed in the middle");
  return kept;
}

async function checkNothingLost(
  { sender, recipient }: World,
  drafts: readonly Draft[],
  kept: ReadonlySet<string>,
): Promise<void> {
  const found = new Set((await sender.chatWith(recipient)).map(({ id }) => id));
  const lost = drafts.filter(({ id }) => kept.has(id) && !found.has(id));
  checkEqual(lost.length, 0, "messages that the sender had kept and lost");
}

async function checkArrived({ sender, recipient }: World, drafts: readonly Draft[], before: number): Promise<void> {
  const texts = drafts.map(({ text }) => text);
  checkSequence(
    recipient.journal.received.slice(before).map(({ text }) => text),
    texts,
    "what the recipient was told",
  );
  const inbox = (await recipient.chatWith(sender)).filter(({ isOwn }) => !isOwn);
  checkSequence(
    inbox.slice(-COUNT).map(({ text }) => text),
    texts,
    "what the recipient has",
  );
  const outbox = (await sender.chatWith(recipient)).filter(({ isOwn }) => isOwn);
  checkSequence(
    outbox.slice(-COUNT).map(({ text }) => text),
    texts,
    "what the sender has",
  );
}
