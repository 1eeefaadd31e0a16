/** Messages vanish on both sides, a while after they were sent and read. */
import type { Message } from "@kith/client";
import { check, checkEqual } from "../check.ts";
import type { Person } from "../person.ts";
import type { Step } from "./step.ts";

const LIFE_MS = 30_000;
const TIMEOUT_MS = LIFE_MS + 20_000;
const POLL_MS = 200;

/** A timer of 30 seconds, a message under it, and nothing of it left afterwards. */
export const vanish: Step = {
  name: "vanish",
  title: "A message that vanishes after 30 seconds",
  async run({ transcript, marker, sender, recipient }) {
    const words = `this will be gone, ${marker}`;
    await sender.run("timer", recipient.account, "30s");
    const { id } = await sender.client.call("message.send", { who: recipient.account, text: words });
    const came = await waitUntil("it came", async () => find(await recipient.chatWith(sender), id));
    check(came.vanish !== undefined && came.vanish.atMs === undefined, "its time runs only once it was read");
    await recipient.client.call("message.markRead", { who: sender.account });
    transcript.flow(sender.name, recipient.name, "a message under a timer of 30 seconds, read");
    for (const [person, other] of [
      [sender, recipient],
      [recipient, sender],
    ] as const) {
      await waitUntil(`it went from ${person.name}`, async () => (await isGone(person, other, id)) || null);
      const { found } = await person.client.call("message.search", { text: words });
      checkEqual(found.length, 0, `messages that a search of ${person.name} finds`);
    }
    transcript.note("gone from both chats and from what a search finds; the keys that opened it are erased");
    await sender.run("timer", recipient.account, "off");
  },
};

function find(messages: readonly Message[], id: string): Message | null {
  return messages.find((each) => each.id === id) ?? null;
}

async function isGone(person: Person, other: Person, id: string): Promise<boolean> {
  return find(await person.chatWith(other), id) === null;
}

async function waitUntil<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  const deadlineMs = performance.now() + TIMEOUT_MS;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    check(performance.now() < deadlineMs, what);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
