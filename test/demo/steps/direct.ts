/** Both are online: messages go straight from one process to the other. */
import { checkEqual, checkSequence } from "../check.ts";
import { type Person, writeDrafts } from "../person.ts";
import type { World } from "../world.ts";
import type { Step } from "./step.ts";

const COUNT = 100;
const DELIVERY_TIMEOUT_MS = 20_000;
const POLL_MS = 100;

/** A hundred messages each way, all taken directly. */
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
  await waitForDirect(from, to, ids);
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
  transcript.flow(from.name, to.name, `${COUNT} messages directly, all delivered in ${tookMs} ms`);
}

/** The other side's word can overtake the answer that says a message was taken directly. */
async function waitForDirect(from: Person, to: Person, ids: readonly string[]): Promise<void> {
  const deadlineMs = performance.now() + DELIVERY_TIMEOUT_MS;
  for (;;) {
    const direct = (await from.chatWith(to)).filter(({ id, heldBy }) => ids.includes(id) && heldBy?.isDirect === true);
    if (direct.length === COUNT) return;
    if (performance.now() > deadlineMs) checkEqual(direct.length, COUNT, "messages taken directly");
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
