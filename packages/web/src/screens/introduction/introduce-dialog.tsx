/** Chooses to whom a person is introduced. */
import type { Contact } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useMessenger, useText } from "../../app/context.ts";
import { plainName } from "../../i18n/bidi.ts";
import { type Choice, ChooseDialog, choiceOf } from "../../parts/choose-dialog.tsx";
import { randomId } from "../../state/conversation.ts";

/** The open dialog: people who let us in, but not the one who is introduced. */
export function IntroduceDialog({
  person,
  onClose,
}: {
  readonly person: Contact;
  readonly onClose: () => void;
}): JSX.Element {
  const messenger = useMessenger();
  const text = useText();
  const others = messenger.chats.chats.value.filter(
    ({ contact: { account, relation } }) => relation === "accepted" && account !== person.account,
  );
  const introduce = async ({ id: account, name }: Choice): Promise<void> => {
    onClose();
    const isDone = await messenger.run(async () => {
      const params = { who: person.account, to: account, id: randomId() };
      messenger.conversation(account).note(await messenger.link.call("contact.introduce", params));
    });
    const names = { name: plainName(person.name), to: plainName(name) };
    if (isDone) messenger.toasts.tell(text.say("introduction.done", names));
  };
  return (
    <ChooseDialog
      title={text.say("introduction.choose")}
      choices={others.map(({ contact }) => choiceOf(contact))}
      nobody={text.say("introduction.nobody")}
      onChoose={(choice) => void introduce(choice)}
      onClose={onClose}
    />
  );
}
