/** Both are online: messages go straight from one process to the other. */
import { check, checkSequence } from "../check.ts";
import { type Person, writeDrafts } from "../person.ts";
import type { World } from "../world.ts";
import type { Step } from "./step.ts";

const COUNT = 100;
const DELIVERY_TIMEOUT_MS = 20_000;
const POLL_MS = 100;

/** On a busy machine the first ones may go by a relay, before the two have found each other. */
const MIN_DIRECT = COUNT / 2;

/** A hundred messages each way, taken directly. */
export const talkDirectly: Step = {
  name: "direct",
  title: `${COUNT} messages each way, directly`,
  async run(world) {
    await Promise.all([
      sendDirectly(world, world.sender, world.recipient),
      sendDirectly(world, world.recipient, world.sender),
    ]);
  },
};

async function sendDirectly({ transcript, marker }: World, from: Person, to: Person): Promise<void> {
  const drafts = writeDrafts(marker, `directly from ${from.name}`, COUNT);
  const ids = drafts.map(({ id }) => id);
  const before = to.journal.received.length;
  const startedMs = performance.now();
  await from.sendAll(to, drafts);
  const isDone = (): boolean => from.journal.count(ids, ({ state }) => state === "delivered") === COUNT;
  await from.journal.waitFor(isDone, DELIVERY_TIMEOUT_MS, `all messages from ${from.name} are delivered`);
  const tookMs = Math.round(performance.now() - startedMs);
  const direct = await countDirect(from, to, ids);
  const texts = drafts.map(({ text }) => text);
  checkSequence(
    to.journal.received.slice(before).map(({ text }) => text),
    texts,
    `what ${to.name} was told`,
  );
  const chat = (await to.chatWith(from)).filter(({ isOwn }) => !isOwn).slice(-COUNT);
  checkSequence(
    chat.map(({ text }) => text),
    texts,
    `what ${to.name} has`,
  );
  transcript.flow(from.name, to.name, `${COUNT} messages, ${direct} of them directly, all delivered in ${tookMs} ms`);
}

/** How many were taken directly; the other side's word can overtake the answer that says so. */
async function countDirect(from: Person, to: Person, ids: readonly string[]): Promise<number> {
  const deadlineMs = performance.now() + DELIVERY_TIMEOUT_MS;
  for (;;) {
    const sent = (await from.chatWith(to)).filter(({ id }) => ids.includes(id));
    const direct = sent.filter(({ heldBy }) => heldBy?.isDirect === true).length;
    const byRelay = sent.filter(({ heldBy }) => heldBy !== undefined && heldBy.relays > 0).length;
    if (direct >= MIN_DIRECT && direct + byRelay >= COUNT) return direct;
    check(performance.now() <= deadlineMs, `most messages are taken directly (${direct} of ${COUNT} were)`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
