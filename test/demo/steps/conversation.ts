/** What people do with messages once they are there: answer, edit, react, delete. By commands, as a person types them. */
import type { Message } from "@kith/client";
import { check, checkEqual } from "../check.ts";
import type { Person } from "../person.ts";
import type { Step } from "./step.ts";

const TIMEOUT_MS = 20_000;
const POLL_MS = 100;

/** An answer, an edit, a reaction and a deletion, each seen on the other side. */
export const converse: Step = {
  name: "conversation",
  title: "An answer, an edit, a reaction and a deletion reach the other side",
  async run({ sender, recipient, marker, transcript }) {
    const { id } = await sender.run<Message>("send", recipient.account, `shall we meet at noon? ${marker}`);
    await onSide(recipient, sender, id, () => true);

    const answer = await recipient.run<Message>("reply", sender.account, id, `at one, please. ${marker}`);
    const answered = await onSide(sender, recipient, answer.id, () => true);
    checkEqual(answered.replyTo?.state, "checked", "the quote of the answer");
    checkEqual(answered.replyTo?.text, `shall we meet at noon? ${marker}`, "the words that are answered");
    transcript.flow(recipient.name, sender.name, "an answer; its quote was checked against the original");

    await sender.run("edit", recipient.account, id, `shall we meet at one? ${marker}`);
    const edited = await onSide(recipient, sender, id, ({ editedAtMs }) => editedAtMs !== undefined);
    checkEqual(edited.text, `shall we meet at one? ${marker}`, "the words after the edit");
    const again = await onSide(sender, recipient, answer.id, () => true);
    checkEqual(again.replyTo?.state, "checked", "the quote after the edit of its original");
    transcript.flow(sender.name, recipient.name, "an edit; the old words are on neither side");

    await recipient.run("react", sender.account, id, "👍");
    const reacted = await onSide(sender, recipient, id, ({ reactions }) => reactions !== undefined);
    checkEqual(reacted.reactions?.[0]?.emoji, "👍", "the reaction");
    transcript.flow(recipient.name, sender.name, "a reaction");

    await recipient.run("unsend", sender.account, answer.id);
    const deleted = await onSide(sender, recipient, answer.id, ({ isDeleted }) => isDeleted === true);
    check(deleted.text === "" && deleted.replyTo === undefined, "nothing is left of a message that was deleted");
    transcript.flow(recipient.name, sender.name, "a deletion for everyone; a tombstone is left");
  },
};

/** A message as one side has it, once it is as it should be. @throws CheckFailure when it does not become so in time. */
async function onSide(
  side: Person,
  other: Person,
  id: string,
  isWanted: (message: Message) => boolean,
): Promise<Message> {
  const deadlineMs = performance.now() + TIMEOUT_MS;
  for (;;) {
    const found = (await side.chatWith(other)).find((each) => each.id === id);
    if (found !== undefined && isWanted(found)) return found;
    check(performance.now() < deadlineMs, `what ${other.name} did reaches ${side.name} in time`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
